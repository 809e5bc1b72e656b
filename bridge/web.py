"""
The bridge's public listener: webhooks in, health and metrics out. It decides nothing.

A hook has verified and stored a call's body before it returns, so its status is the
platform's acknowledgement. What fails unforeseen is a 503: the platform will come again.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.health import Health, described
from bridge.metering import TYPE, Meter
from bridge.ports import Call, Hooks, Reply

log = logging.getLogger(__name__)

LARGEST: Final = 1024 * 1024
"""Bytes of a webhook's body; every platform's are far smaller, files are fetched."""

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


NOTHING: Final[Mapping[str, str]] = {}

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


def create_web(
    *, health: GetHealth, hooks: Hooks | None = None, meter: Meter | None = None
) -> "Listener":
    """Make the listener; a platform without a hook has no route. `meter`: the bridge's own."""
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    meter = meter or Meter()
    app.add_exception_handler(HTTPException, _counting(meter, _refused))
    app.add_exception_handler(Exception, _counting(meter, _unforeseen))
    _add_health(app, health, meter)
    return Listener(hooks or {}, app, meter)


class Listener:
    """
    Calls from the platforms go straight to their hooks, and everything else to `rest`.

    Nearly all that comes is such calls, raw and known by method and path; a framework's
    routing and reading would cost more than to take them in and keep them.
    """

    def __init__(self, hooks: Hooks, rest: ASGIApp, meter: Meter) -> None:
        self._hooks, self._rest, self._meter = hooks, rest, meter
        self._methods: dict[str, list[str]] = {}
        for method, path in hooks:
            self._methods.setdefault(path, []).append(method)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in self._methods:
            return await self._rest(scope, receive, send)
        response = _counted(self._meter, await self._answer(scope, receive))
        return await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        hook = self._hooks.get((scope["method"], scope["path"]))
        if hook is None:
            allow = ", ".join(self._methods[scope["path"]])
            return problem(405, "refused", {"Allow": allow})
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        try:
            body = await _body(headers.get("content-length", ""), receive)
            asked = scope["query_string"]
            query = QueryParams(asked) if asked else NOTHING
            return _answered(
                await hook(Call(method=scope["method"], query=query, headers=headers, body=body))
            )
        except HTTPException as refused:
            return problem(refused.status_code, "refused", refused.headers)
        except Exception as error:
            log.warning("hook failed error=%s", type(error).__name__)
            return _unavailable()


def _counting(meter: Meter, handler: Handler) -> Handler:
    async def counting(request: Request, error: Exception) -> Response:
        return _counted(meter, await handler(request, error))

    return counting


def _counted(meter: Meter, response: Response) -> Response:
    if response.status_code >= 400:
        meter.refused(response.status_code)
    return response


def _add_health(app: FastAPI, health: GetHealth, meter: Meter) -> None:
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
        return Response(meter.exposition(await health()), headers=HEADERS, media_type=TYPE)


async def _body(told: str, receive: Receive) -> bytes:
    """Read a body of at most `LARGEST` bytes; more is a 413, said before it is all read."""
    if told.isdecimal() and int(told[:20]) > LARGEST:
        raise HTTPException(413)
    taken, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HTTPException(400)
        taken += message.get("body", b"")
        if len(taken) > LARGEST:
            raise HTTPException(413)
        more = message.get("more_body", False)
    return bytes(taken)


def _answered(reply: Reply) -> Response:
    if reply.status >= 400:
        return problem(reply.status, "not-accepted")
    if not reply.body:
        return _empty(reply.status)
    return Response(reply.body, reply.status, HEADERS, reply.type)


@cache
def _empty(status: int) -> Response:
    """Nearly every call is answered so; it is made once, and only ever sent."""
    return Response(status_code=status, headers=HEADERS)


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
    return _unavailable()


def _unavailable() -> Response:
    return problem(503, "unavailable", {"Retry-After": "5"})
