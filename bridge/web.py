"""
The bridge's public listener: webhooks in, health and metrics out. It decides nothing.

A hook has verified and stored a call's body before it returns, so its status is the
platform's acknowledgement. What fails unforeseen is a 503: the platform will come again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from bridge.health import Health, described, exposition
from bridge.ports import Call, Hook, Hooks, Reply

LARGEST: Final = 1024 * 1024
"""Bytes of a webhook's body; every platform's are far smaller, files are fetched."""

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


# On by default (FastAPI, "telemetry"): it would tell errors with their texts.
NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

GetHealth = Callable[[], Awaitable[Health]]
Handler = Callable[[Request, Exception], Awaitable[Response]]


def create_web(*, health: GetHealth, hooks: Hooks | None = None) -> FastAPI:
    """Make the listener; a platform without a hook has no route."""
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    tally = Tally()
    app.add_exception_handler(HTTPException, tally.after(_refused))
    app.add_exception_handler(Exception, tally.after(_unforeseen))
    for (method, path), hook in (hooks or {}).items():
        _add_hook(app, method, path, hook, tally)
    _add_health(app, health, tally)
    return app


class Tally:
    """How many requests have been refused since the start, by the status they got."""

    def __init__(self) -> None:
        self._refused: Counter[int] = Counter()

    def counted(self, response: Response) -> Response:
        if response.status_code >= 400:
            self._refused[response.status_code] += 1
        return response

    def after(self, handler: Handler) -> Handler:
        async def counting(request: Request, error: Exception) -> Response:
            return self.counted(await handler(request, error))

        return counting

    def exposition(self) -> str:
        """As `bridge.health.exposition`."""
        lines = [
            f'utebru_refused_total{{status="{status}"}} {count}'
            for status, count in sorted(self._refused.items())
        ]
        return "\n".join(["# TYPE utebru_refused_total counter", *lines]) + "\n"


def _add_hook(app: FastAPI, method: str, path: str, hook: Hook, tally: Tally) -> None:
    async def called(request: Request) -> Response:
        call = Call(
            method=method,
            query=request.query_params,
            headers=request.headers,
            body=await _body(request),
        )
        return tally.counted(_answered(await hook(call)))

    app.add_api_route(path, called, methods=[method])


def _add_health(app: FastAPI, health: GetHealth, tally: Tally) -> None:
    @app.get("/livez")
    async def livez() -> Response:
        return JSONResponse({"status": "ok"}, headers=HEADERS)

    @app.get("/readyz")
    async def readyz() -> Response:
        if not (await health()).ready:
            return problem(503, "not-ready")
        return JSONResponse({"status": "ok"}, headers=HEADERS)

    @app.get("/health")
    async def state() -> Response:
        found = await health()
        return JSONResponse(described(found), 200 if found.well else 503, HEADERS)

    @app.get("/metrics")
    async def metrics() -> Response:
        text = exposition(await health()) + tally.exposition()
        return Response(text, headers=HEADERS, media_type="text/plain; version=0.0.4")


async def _body(request: Request) -> bytes:
    """Read a body of at most `LARGEST` bytes; more is a 413, said before it is all read."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > LARGEST:
        raise HTTPException(413)
    taken = bytearray()
    try:
        async for chunk in request.stream():
            taken += chunk
            if len(taken) > LARGEST:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(taken)


def _answered(reply: Reply) -> Response:
    if reply.status >= 400:
        return problem(reply.status, "not-accepted")
    return Response(reply.body, reply.status, HEADERS, reply.type if reply.body else None)


def problem(status: int, code: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as an RFC 9457 problem detail, with nothing of the request in it."""
    known = status in list(HTTPStatus)
    body = {
        "type": f"urn:utebru:{code}",
        "title": HTTPStatus(status).phrase if known else "Refused",
        "status": status,
    }
    return JSONResponse(
        body, status, {**HEADERS, **(headers or {})}, media_type="application/problem+json"
    )


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _unforeseen(request, error)
    return problem(error.status_code, "refused", error.headers)


async def _unforeseen(_request: Request, _error: Exception) -> Response:
    return problem(503, "unavailable", {"Retry-After": "5"})
