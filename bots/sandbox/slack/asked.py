"""A Web API call's arguments and token, and how Slack says no."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Json = dict[str, Any]


class Refused(Exception):
    """`{"ok": false, "error": …}`, which Slack sends with HTTP 200."""

    def __init__(self, error: str, *, messages: Sequence[str] = ()) -> None:
        super().__init__(error)
        self.error, self.messages = error, list(messages)

    def answer(self) -> Response:
        body: Json = {"ok": False, "error": self.error}
        if self.messages:
            body["errors"] = self.messages
            body["response_metadata"] = {"messages": self.messages}
        return JSONResponse(body)


def refuse(error: str, *, messages: Sequence[str] = ()) -> NoReturn:
    raise Refused(error, messages=messages)


def too_many(retry_after: int | None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call. `actor` is the user id that the token speaks for."""

    values: Mapping[str, Any] = field(repr=False)
    actor: str
    as_bot: bool
    base: str  # where this stand-in is reached, without a slash at the end

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value is None or value == "" else str(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        value = self.text(name)
        if value is None:
            refuse(error, messages=[f"[ERROR] missing required field: {name}"])
        return value

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.values.get(name) or default)
        except (TypeError, ValueError):
            refuse("invalid_arguments")

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in {"1", "true"}

    def nested(self, name: str, error: str = "invalid_arguments") -> Any:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            refuse(error)


async def values_of(request: Request) -> Json:
    values: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else {}
        except (ValueError, RecursionError):
            refuse("invalid_json")
        if not isinstance(body, dict):
            refuse("json_not_object")
        return values | body
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            values |= {name: value for name, value in form.items() if isinstance(value, str)}
    return values


def token_of(request: Request, values: Json) -> str | None:
    header = request.headers.get("authorization", "")
    return header[7:] if header.lower().startswith("bearer ") else values.pop("token", None)


def base_of(request: Request) -> str:
    """Where the caller has found us: scheme, host and mount point."""
    host = request.headers.get("host", "127.0.0.1")
    return f"http://{host}{request.scope.get('root_path', '')}"
