"""
A body as it was received: within bounds, strict JSON, exactly the fields agreed.

What is refused is refused with a 4xx that names the place and never what stood there.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Generic, Never, TypeVar

from fastapi import Request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from casestore.canonical import EXACT, NotCanonical, canonical
from casestore.problems import Problem
from casestore.times import WRITTEN, read_time
from casestore.typed import YEARS

JSON: Final = re.compile(r"application/json *(; *charset *= *\"?utf-8\"?)?", re.IGNORECASE)
MEGABYTE: Final = 1024 * 1024
ORDINARY: Final = MEGABYTE


BETWEEN: Final = f"Of the years {YEARS.start} to {YEARS.stop - 1}."


def _time(text: str) -> str:
    if read_time(text).year not in YEARS:
        raise ValueError("a year that nobody means")
    return text


def _day(text: str) -> str:
    if date.fromisoformat(text).year not in YEARS:
        raise ValueError("a year that nobody means")
    return text


Time = Annotated[str, Field(pattern=WRITTEN, description=BETWEEN), AfterValidator(_time)]
Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description=BETWEEN),
    AfterValidator(_day),
]
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Version = Annotated[int, Field(ge=1, le=1)]
Alias = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Agreed(BaseModel):
    """A body of the wire format: no field more, no field less, no type bent to fit."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Generic[M]):
    """What was said, and the canonical bytes that it was said in."""

    said: M = field(repr=False)
    document: dict[str, Any] = field(repr=False)
    canonical: bytes = field(repr=False)


class Reads(Generic[M]):
    """The dependency that reads a JSON body of one kind."""

    def __init__(self, kind: type[M] | TypeAdapter[M], *, limit: int) -> None:
        self._kind, self.limit = kind, limit

    @cached_property
    def adapter(self) -> TypeAdapter[M]:
        """Made when the first body comes: there are many kinds, and most wait long for one."""
        return self._kind if isinstance(self._kind, TypeAdapter) else TypeAdapter(self._kind)

    async def __call__(self, request: Request) -> Received[M]:
        """Read it, or refuse it."""
        if not JSON.fullmatch(request.headers.get("content-type", "")):
            raise Problem(415, "not-json", "The body is sent as application/json.")
        document, written = _read(await raw_body(request, limit=self.limit))
        said = checked(self.adapter, document)
        whole = Received(said=said, document=document, canonical=written)
        request.state.received = whole
        return whole


class ReadsFile:
    """The dependency that reads a file, under the media type that is its own."""

    def __init__(self, *, limit: int) -> None:
        self.limit = limit

    async def __call__(self, request: Request) -> bytes:
        """Read it, or refuse it."""
        return await raw_body(request, limit=self.limit)


def received(model: type[M] | TypeAdapter[M], *, limit: int = ORDINARY) -> Reads[M]:
    """Make the dependency that reads a body of this kind."""
    return Reads(model, limit=limit)


async def raw_body(request: Request, *, limit: int) -> bytes:
    """Read at most `limit` bytes of body; more is a 413, said before it is all read."""
    told = request.headers.get("content-length", "0")
    if told.isdecimal() and int(told[:20]) > limit:
        raise Problem(413, "too-large", f"At most {limit} bytes.")
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > limit:
            raise Problem(413, "too-large", f"At most {limit} bytes.")
    return bytes(taken)


def parsed(raw: bytes) -> dict[str, Any]:
    """Parse strict JSON (RFC 7493): UTF-8, no name twice, no fractions, an object at the top."""
    return _read(raw)[0]


def _read(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """The document, and its canonical bytes."""
    try:
        document = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_float=_no_fractions,
            parse_constant=_no_fractions,
            parse_int=_exact,
        )
        written = canonical(document)
    except (ValueError, RecursionError, NotCanonical):
        raise Problem(400, "malformed", "The body is not JSON as agreed.") from None
    if not isinstance(document, dict):
        raise Problem(422, "malformed", "The body is not an object.")
    return document, written


def checked(adapter: TypeAdapter[M], document: dict[str, Any]) -> M:
    """Check a document against its model; the refusal names places, never what stood there."""
    try:
        return adapter.validate_python(document)
    except ValidationError as error:
        places = sorted({_place(part["loc"]) for part in error.errors(include_input=False)})
    raise Problem(422, "malformed", "Not as agreed: " + ", ".join(places[:10]))


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a name stands twice")
    return document


def _no_fractions(_text: str) -> Never:
    raise ValueError("a number that is not whole")


def _exact(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > EXACT:
        raise ValueError("a number beyond what is exact")
    return int(text)


_FIELD: Final = re.compile(r"[a-z_0-9]{1,24}")


def _place(loc: tuple[int | str, ...]) -> str:
    said = (str(part) for part in loc)
    return ".".join(part if _FIELD.fullmatch(part) else "?" for part in said) or "the body"
