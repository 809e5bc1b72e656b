"""
The mark on a browser in which somebody has made codes: what they made opens nothing there.

A code is for the youth alone. Whoever makes one and logs out is still at their own screen, and the
mark outlives the log-in. It is a keyed hash: whoever finds it learns no name from it.
"""

from datetime import timedelta
from typing import Final

from fastapi import Request
from starlette.responses import Response

COOKIE: Final = "utebru_made_codes"
HOLDS: Final = timedelta(days=90)
AT_MOST: Final = 20
"""So many share one browser; the oldest mark goes."""


def made_codes_here(request: Request) -> tuple[str, ...]:
    """Give the marks on this browser, oldest first."""
    return tuple(mark for mark in request.cookies.get(COOKIE, "").split(".") if mark)


def mark_browser(response: Response, request: Request, mark: str) -> None:
    """Mark the browser, beside the marks it has."""
    marks = (*(known for known in made_codes_here(request) if known != mark), mark)[-AT_MOST:]
    response.set_cookie(
        COOKIE,
        ".".join(marks),
        max_age=int(HOLDS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
