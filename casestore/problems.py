"""What went wrong, as RFC 9457 problem details: a code, a sentence, never anyone's words."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from casestore.answers import Told
from casestore.templating import error_page, guarded

TITLES: Final = {
    400: "Bad request",
    401: "Not authorised",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Malformed",
    428: "Precondition required",
    429: "Too many attempts",
    500: "Internal error",
    503: "Unavailable for now",
}


class ProblemTold(Told):
    """A refusal as it is sent; `type` says which, and stays the same when the words change."""

    type: str = Field(pattern=r"^urn:utebru:[a-z0-9_-]+$")
    title: str
    status: int
    detail: str


class Problem(Exception):
    """A request that is answered with a refusal; nothing it did is kept."""

    def __init__(
        self, status: int, code: str, detail: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.headers = dict(headers or {})


def problem_response(
    status: int, code: str, detail: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Answer with a problem detail and keep what the request has done (a counted attempt, say)."""
    said = ProblemTold(
        type=f"urn:utebru:{code}",
        title=TITLES.get(status, "Refused"),
        status=status,
        detail=detail,
    )
    return JSONResponse(said.model_dump(), status, headers, media_type="application/problem+json")


def answer_problems(app: FastAPI) -> None:
    """Give every kind of failure its answer: JSON under /api, a page elsewhere."""

    async def refused(request: Request, error: Exception) -> Response:
        match error:
            case Problem():
                return _answer(request, error.status, error.code, error.detail, error.headers)
            case HTTPException():
                return _answer(request, error.status_code, "refused", "", error.headers)
            case RequestValidationError():
                return _answer(request, 422, "malformed", "Address or field not as agreed.")
            case OperationalError() | NoConnectionFree():
                later = {"Retry-After": "5"}
                return _answer(request, 503, "unavailable", "The database is busy.", later)
            case _:
                # Answered outside of what gives the others their headers (Starlette).
                return guarded(_answer(request, 500, "internal"))

    for kind in (
        Problem,
        HTTPException,
        RequestValidationError,
        OperationalError,
        NoConnectionFree,
    ):
        app.add_exception_handler(kind, refused)
    app.add_exception_handler(Exception, refused)


def _answer(
    request: Request,
    status: int,
    code: str,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    if request.url.path.startswith("/api/"):
        return problem_response(status, code, detail, headers)
    return error_page(request, status, headers)
