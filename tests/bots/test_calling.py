"""What every platform is called through: an answer is had whole, or not at all."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from aiohttp import web

from bots.calling import Connections, whole_body
from bots.meta.graph import Graph
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

LONG: Final = {"message_id": "m_1", "odd": "x" * 700_000}
"""More than a connection gives at a time."""


@asynccontextmanager
async def answering(body: bytes) -> AsyncIterator[str]:
    """Where a server is that answers so."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = web.AppRunner(app, access_log=None)
    await server.setup()
    try:
        await web.TCPSite(server, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{server.addresses[0][1]}"
    finally:
        await server.cleanup()


async def test_an_answer_that_comes_in_several_parts_is_read_whole() -> None:
    """Half of it reads as no answer: what was sent would be called uncertain, and left."""
    async with (
        answering(json.dumps(LONG).encode()) as url,
        Graph("token", app_secret="secret", url=url) as graph,
    ):
        assert await graph.post("me/messages", {}) == LONG


async def test_what_is_larger_than_was_asked_for_is_not_taken() -> None:
    async with (
        answering(b"12345678") as url,
        Connections(at_once=1) as connections,
        connections.request("GET", url, within=5) as response,
    ):
        with pytest.raises(SendFailed) as failed:
            await whole_body(response, 7)
    assert failed.value.reason is Reason.TOO_LARGE


async def test_what_is_asked_when_nothing_is_open_has_not_left() -> None:
    """It may be tried again, for nobody has heard it."""
    with pytest.raises(SendFailed) as failed:
        async with Connections(at_once=1).request("GET", "http://127.0.0.1:1", within=5):
            raise AssertionError("asked")

    assert (failed.value.reason, failed.value.retry) == (Reason.UNREACHABLE, True)
