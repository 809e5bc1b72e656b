"""
What a route says of itself: its parts, its body, its answer.

Nothing is written down a second time: it is all read from the dependencies that are really run,
and from the signature that mypy holds the handler to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args, get_origin, get_type_hints

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from casestore.access.gate import Asks, employee_or_bridge
from casestore.access.rules import Action
from casestore.answers import Given, JsonRoute
from casestore.edge import bridge_only, writing_edge
from casestore.received import Reads, ReadsFile
from casestore.repeats.route import Once
from casestore.users.sessions import same_site
from casestore.versions import seen_version

FORM_TOKEN: Final = "x-form-token"  # noqa: S105  (the name of the header)
# OpenAPI takes the type of a body from where the body is described, and from nowhere else.
SAID_ELSEWHERE: Final = {FORM_TOKEN, "content-type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something in the address or in a header; `field` is what FastAPI checks it with."""

    where: str
    name: str
    field: FieldInfo

    @property
    def adapter(self) -> TypeAdapter[Any]:
        """Give what says its schema."""
        return TypeAdapter(self.field.rebuild_annotation())


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A route as it was read."""

    route: JsonRoute
    method: str
    calls: Sequence[object]
    parameters: Sequence[Parameter]
    actions: frozenset[Action]
    body: Reads[Any] | None
    file: ReadsFile | None
    answer: type[BaseModel]
    statuses: tuple[int, ...]
    asks_for_form_token: bool

    @property
    def is_the_bridges(self) -> bool:
        """Whether it wants the bridge's credential."""
        return bool({bridge_only, employee_or_bridge} & set(self.calls))

    @property
    def is_guarded_against_other_sites(self) -> bool:
        """Whether a browser must say that it comes from one of our own pages."""
        return same_site in self.calls

    @property
    def has_form_token(self) -> bool:
        """Whether it wants what every form of the session carries; `Once` asks for it itself."""
        return self.is_once or self.asks_for_form_token

    @property
    def is_once(self) -> bool:
        """Whether it is done once for a key of the sender's."""
        return self.writes and isinstance(self.route, Once) and writing_edge in self.calls

    @property
    def needs_key(self) -> bool:
        """Whether nothing but the key tells a repeat from a second deed."""
        told = self.body.adapter.json_schema().get("properties", ()) if self.body else ()
        return self.is_once and self.method == "POST" and "id" not in told

    @property
    def needs_version(self) -> bool:
        """Whether it must say which version it was made from."""
        return seen_version in self.calls

    @property
    def writes(self) -> bool:
        """Whether it may change anything that somebody would ask for."""
        return self.method != "GET"


def json_routes(routers: Iterable[APIRouter]) -> Iterator[Read]:
    """Read every route that answers with JSON, in the order they are served."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, JsonRoute):
                for method in sorted(route.methods or ()):
                    yield _read(route, method)


def _read(route: JsonRoute, method: str) -> Read:
    parts = list(_parts(route.dependant))
    calls = [part.call for part in parts]
    parameters = [
        Parameter(where=where, name=field.alias, field=field.field_info)
        for part in parts
        for where, fields in (
            ("path", part.path_params),
            ("query", part.query_params),
            ("header", part.header_params),
        )
        for field in fields
    ]
    answer, statuses = _answer(route)
    return Read(
        route=route,
        method=method,
        calls=calls,
        parameters=[each for each in parameters if each.name.lower() not in SAID_ELSEWHERE],
        actions=frozenset(a for call in calls if isinstance(call, Asks) for a in call.actions),
        body=next((call for call in calls if isinstance(call, Reads)), None),
        file=next((call for call in calls if isinstance(call, ReadsFile)), None),
        answer=answer,
        statuses=statuses,
        asks_for_form_token=any(each.name.lower() == FORM_TOKEN for each in parameters),
    )


def _parts(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from _parts(below)


def _answer(route: JsonRoute) -> tuple[type[BaseModel], tuple[int, ...]]:
    said = get_type_hints(route.endpoint)["return"]
    for kind in (said, *get_args(said)):
        origin = get_origin(kind)
        if isinstance(origin, type) and issubclass(origin, Given):
            (model,) = get_args(kind)
            return model, origin.statuses
    raise TypeError(f"{route.path} does not say what it answers")
