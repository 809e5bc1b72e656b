"""
What is answered as JSON: a model for each noun, checked when it is made.

A handler says in its signature what it answers, and with which status: `Given[CaseState]` is a
200, `Created[CaseState]` a 201, `Kept[CaseState]` a 201 the first time and a 200 when it is here
already. The description of the API is made from that (`casestore.openapi`).
"""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse
from typing_extensions import override

from casestore.ids import ID_PATTERN
from casestore.routing import Late
from casestore.times import WRITTEN

Moment = Annotated[str, Field(pattern=WRITTEN, description="A time in UTC.")]
OneDay = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day.")]
ItsId = Annotated[str, Field(pattern=ID_PATTERN)]


class Told(BaseModel):
    """Something told as JSON. Words never reach `repr`, nor the text of a mistake."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, defer_build=True
    )

    @override
    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []


Cursor = Annotated[str | None, Field(description="The `after` of the next page; null at the end.")]


class Versioned(Told):
    """What two may change: its version is its ETag, and a change says which it was made from."""

    version: int | str


M = TypeVar("M", bound=BaseModel)


class Given(JSONResponse, Generic[M]):
    """What was asked for, or what it has become."""

    statuses: ClassVar[tuple[int, ...]] = (200,)

    def __init__(self, said: M) -> None:
        headers = {"ETag": f'"{said.version}"'} if isinstance(said, Versioned) else None
        super().__init__(said.model_dump(mode="json", by_alias=True), self._status(), headers)

    def _status(self) -> int:
        return self.statuses[0]


class Created(Given[M]):
    """What has been made; the same again under the same id is answered the same."""

    statuses = (201,)


class Kept(Given[M]):
    """What is kept now: `new` says whether it was not here before."""

    statuses = (201, 200)

    def __init__(self, said: M, *, new: bool) -> None:
        self._new = new
        super().__init__(said)

    @override
    def _status(self) -> int:
        return self.statuses[0 if self._new else 1]


class JsonRoute(Late):
    """A route whose handler answers with a `Given`, checked already when it was made."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        super().__init__(path, endpoint, **{**told, "response_model": None})


def also(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Say with what else a route can refuse than what follows from what it depends on."""
    return {status: {} for status in statuses}


class ById(Told):
    """The id of what it was about."""

    id: ItsId
