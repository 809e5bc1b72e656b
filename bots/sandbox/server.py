"""
Serve an ASGI app on loopback, inside the running loop.

The stand-ins are plain ASGI apps. What carries them is aiohttp's server, for two
reasons: it speaks WebSocket without a further package, and it can cut a connection
in the middle (`extensions["sandbox.cut"]`), which the faults need.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final

from aiohttp import WSCloseCode, web
from starlette.types import ASGIApp, Scope

from bots.sandbox.carriers import HttpCarrier, SocketCarrier

GRACE: Final = 0.2
"""Seconds that a request under way gets when the server goes down."""


@asynccontextmanager
async def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Yield the base URL, without a slash at the end, while `app` is being served."""
    going_down = asyncio.Event()
    server = web.Server(partial(_answer, app, going_down), access_log=None)
    runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=GRACE)
    async with _lifespan(app):
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port)
            await site.start()
            yield f"http://{host}:{runner.addresses[0][1]}"
        finally:
            going_down.set()
            await runner.cleanup()


async def _answer(
    app: ASGIApp, going_down: asyncio.Event, request: web.BaseRequest
) -> web.StreamResponse:
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return await _converse(app, going_down, request)
    carrier = HttpCarrier(request, await request.content.read(), going_down)
    with suppress(ConnectionError):
        await app(_scope(request, "http"), carrier.receive, carrier.send)
    if carrier.response is None:  # the connection was cut before an answer
        carrier.response = web.Response(status=500)
        carrier.response.force_close()
    return carrier.response


async def _converse(
    app: ASGIApp, going_down: asyncio.Event, request: web.BaseRequest
) -> web.StreamResponse:
    carrier = SocketCarrier(request)
    leaving = asyncio.create_task(_leave(carrier, going_down))
    try:
        with suppress(ConnectionError):
            await app(_scope(request, "websocket"), carrier.receive, carrier.send)
        if not carrier.socket.prepared:
            return web.Response(status=403)
        await carrier.socket.close()
        return carrier.socket
    finally:
        leaving.cancel()


async def _leave(carrier: SocketCarrier, going_down: asyncio.Event) -> None:
    await going_down.wait()
    if carrier.socket.prepared:
        await carrier.socket.close(code=WSCloseCode.GOING_AWAY)


def _scope(request: web.BaseRequest, kind: str) -> Scope:
    transport = request.transport

    def cut() -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    raw_path, _, query = request.raw_path.partition("?")
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "ws" if kind == "websocket" else "http",
        "path": request.path,
        "raw_path": raw_path.encode("ascii", "replace"),
        "query_string": query.encode("ascii", "replace"),
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.raw_headers],
        "client": (request.remote or "127.0.0.1", 0),
        "server": (request.url.host or "127.0.0.1", request.url.port),
        "state": {},
        "extensions": {"sandbox.cut": cut},
    }


@asynccontextmanager
async def _lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """Tell the app that it starts and that it stops, as the ASGI lifespan protocol says."""
    said: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    heard: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    task = asyncio.ensure_future(_run(app, scope, said.get, heard.put))

    async def ask(kind: str) -> None:
        await said.put({"type": f"lifespan.{kind}"})
        answer = asyncio.ensure_future(heard.get())
        await asyncio.wait({task, answer}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await task
        elif answer.result()["type"] != f"lifespan.{kind}.complete":
            raise RuntimeError(f"the app failed at {kind}")

    try:
        await ask("startup")
        try:
            yield
        finally:
            await ask("shutdown")
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _run(
    app: ASGIApp,
    scope: Scope,
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    await app(scope, receive, send)
