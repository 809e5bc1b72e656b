"""The parameters of a call: query, form, multipart or JSON, as the Bot API takes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bots.sandbox.telegram.refusals import bad_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    name: str = field(repr=False)
    type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call's parameters; each is read as the type the documentation gives it."""

    values: Mapping[str, Any] = field(repr=False)
    files: Mapping[str, Upload] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value is None else str(value)

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        if value in (None, ""):
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            bad_request(f"parameter {name} is invalid")

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in {"true", "1", "yes"}

    def nested(self, name: str) -> Any:
        """A JSON-serialised object or list, or the thing itself in a JSON body."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            bad_request(f"can't parse {name} JSON object")


async def asked_of(request: Request) -> Asked:
    values: dict[str, Any] = dict(request.query_params)
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        try:
            body = await request.json()
        except (ValueError, RecursionError):
            bad_request("can't parse JSON object")
        if isinstance(body, dict):
            values |= body
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form(max_part_size=60_000_000) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(
                        name=value.filename or "file",
                        type=value.content_type or "application/octet-stream",
                        data=await value.read(),
                    )
                else:
                    values[name] = value
    return Asked(values, files)
