"""The whole description, put together from what the routes say of themselves."""

import re
from collections.abc import Iterable, Mapping, Sequence
from inspect import cleandoc
from typing import Any, Final

from fastapi import APIRouter
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from casestore.answers import Versioned
from casestore.openapi.reading_routes import Parameter, Read, json_routes
from casestore.openapi.refusals import refusals
from casestore.problems import TITLES, ProblemTold
from casestore.received import Reads, ReadsFile
from casestore.repeats.rules import KEY
from casestore.users.sessions import COOKIE
from casestore.versions import TAG

Json = dict[str, Any]

REF: Final = "#/components/schemas/{model}"
PROBLEM: Final = TypeAdapter(ProblemTold)
RETRY: Final = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
HEADERS: Final[Mapping[int, Json]] = {429: RETRY, 503: RETRY}

SCHEMES: Final[Mapping[str, Json]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Who is logged in (`POST /login`, a form).",
    },
    "form_token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Form-Token",
        "description": "What every form of the session carries (`form_token`); at most 200 signs.",
    },
    "bridge": {"type": "http", "scheme": "bearer", "description": "The bridge's credential."},
}
SAME_SITE: Final[Sequence[Json]] = (
    {
        "in": "header",
        "name": "Sec-Fetch-Site",
        "required": False,
        "schema": {"type": "string", "enum": ["same-origin"]},
        "description": "Where a request comes from must be said: by this, or by an Origin of ours.",
    },
)
IF_MATCH: Final[Json] = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": TAG},
    "description": "The ETag of what was read, as it was given.",
}
IDEMPOTENCY: Final[Json] = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "pattern": KEY},
    "description": "For a day, the same key with the same write has the first answer again. "
    "A POST must have one, unless its body has an `id`.",
}
ETAG: Final[Json] = {
    "ETag": {"description": "The version.", "schema": {"type": "string", "pattern": TAG}}
}
ABOUT: Final = (
    "What the pages do, as JSON. Refusals are problem details (RFC 9457); their `type` is a code "
    "that stays. An internal error (500) is no part of what is agreed."
)


def describe(routers: Iterable[APIRouter]) -> Json:
    """Describe every route that answers with JSON."""
    routes = list(json_routes(routers))
    schemas, definitions = _schemas(routes)
    paths: dict[str, Json] = {}
    for read in routes:
        paths.setdefault(read.route.path_format, {})[read.method.lower()] = _operation(
            read, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Utebru", "version": "1", "description": ABOUT},
        "paths": paths,
        "components": {"schemas": definitions, "securitySchemes": dict(SCHEMES)},
    }


def _schemas(routes: Iterable[Read]) -> tuple[dict[str, Json], Json]:
    """Give the schema of each part of each route by its key, and what the schemas refer to."""
    wanted: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        ("problem", "serialization", PROBLEM)
    ]
    for read in routes:
        wanted.append((_key(read, "answer"), "serialization", TypeAdapter(read.answer)))
        wanted += [(_key(read, p.where, p.name), "validation", p.adapter) for p in read.parameters]
        if read.body:
            wanted.append((_key(read, "body"), "validation", read.body.adapter))
    found, told = TypeAdapter.json_schemas(wanted, ref_template=REF)
    return {key: schema for (key, _), schema in found.items()}, told["$defs"]


def _key(read: Read, *of: str) -> str:
    return " ".join((read.method, read.route.path, *of))


def _operation(read: Read, schemas: Mapping[str, Json]) -> Json:
    summary, _, more = (read.route.endpoint.__doc__ or "").strip().partition("\n")
    told: Json = {
        "operationId": _operation_id(read),
        "tags": [_noun(read)],
        "summary": summary.rstrip("."),
        "description": _about(read, more),
        "security": _security(read),
        "parameters": _parameters(read, schemas),
        "responses": {str(status): _answer(read, schemas) for status in read.statuses}
        | {str(status): _refusal(status, schemas) for status in refusals(read)},
    }
    if read.body:
        told["requestBody"] = _body("application/json", schemas[_key(read, "body")], read.body)
    if read.file:
        told["requestBody"] = _body("application/octet-stream", {}, read.file)
    return told


def _body(media_type: str, schema: Json, reads: Reads[Any] | ReadsFile) -> Json:
    return {
        "required": True,
        "description": f"At most {reads.limit} bytes.",
        "content": {media_type: {"schema": schema}},
    }


def _about(read: Read, more: str) -> str:
    asks = ", ".join(sorted(read.actions))
    said = [cleandoc(more), f"Asks for: {asks}." if asks else ""]
    return "\n\n".join(part for part in said if part)


def _operation_id(read: Read) -> str:
    named = read.route.path.removeprefix("/api/").replace("{", "").replace("}", "")
    return "_".join([read.method.lower(), *re.findall(r"[a-z0-9]+", named)])


def _noun(read: Read) -> str:
    first, _, rest = read.route.path.removeprefix("/api/").partition("/")
    return "the bridge" if first == "bridge" and rest else first


def _security(read: Read) -> list[Json]:
    ways: list[Json] = [{"bridge": []}] if read.is_the_bridges else []
    if read.actions:
        ways.append({"session": []} | ({"form_token": []} if read.has_form_token else {}))
    return ways


def _parameters(read: Read, schemas: Mapping[str, Json]) -> list[Json]:
    told = [
        _parameter(each, schemas[_key(read, each.where, each.name)]) for each in read.parameters
    ]
    if read.needs_version:
        told.append(IF_MATCH)
    if read.is_once:
        told.append(IDEMPOTENCY | {"required": read.needs_key})
    return [*told, *SAME_SITE] if read.is_guarded_against_other_sites else told


def _parameter(each: Parameter, schema: Json) -> Json:
    told = {"in": each.where, "name": each.name, "required": each.field.is_required()}
    about = {"description": each.field.description} if each.field.description else {}
    return {**told, **about, "schema": _without_null(schema)}


def _without_null(schema: Json) -> Json:
    """Give the schema of what is in an address or a header, where nothing is told as null."""
    match schema:
        case {"anyOf": [one, {"type": "null"}]}:
            return dict(one)
        case _:
            return schema


def _answer(read: Read, schemas: Mapping[str, Json]) -> Json:
    about = (read.answer.__doc__ or "").strip()
    told: Json = {"description": about}
    if issubclass(read.answer, Versioned):
        told["headers"] = ETAG
    return told | {"content": {"application/json": {"schema": schemas[_key(read, "answer")]}}}


def _refusal(status: int, schemas: Mapping[str, Json]) -> Json:
    told: Json = {"description": TITLES[status] + "."}
    if status in HEADERS:
        told["headers"] = dict(HEADERS[status])
    return told | {"content": {"application/problem+json": {"schema": schemas["problem"]}}}
