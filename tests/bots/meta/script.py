"""A Graph API that answers what it is told to, in order, and remembers what it was asked."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from bots.meta.graph import Graph
from bots.meta.messenger import MessengerChannel
from tests.bots.meta.shapes import PAGE, SECRET, TOKEN, Json

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer; `cut` breaks the connection after the request has been read."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


def ok(**said: object) -> Answer:
    return Answer(body=json.dumps(said).encode())


def no(code: int, subcode: int = 0, *, status: int = 400, minutes: int | None = None) -> Answer:
    error: Json = {"message": "Nei", "type": "OAuthException", "code": code, "fbtrace_id": "B/W"}
    if subcode:
        error["error_subcode"] = subcode
    told = {PAGE: [{"type": "messenger", "estimated_time_to_regain_access": minutes}]}
    headers = () if minutes is None else (("X-Business-Use-Case-Usage", json.dumps(told)),)
    return Answer(status=status, body=json.dumps({"error": error}).encode(), headers=headers)


class Script:
    def __init__(self, answers: Sequence[Answer]) -> None:
        self.left = list(answers)
        self.calls: list[tuple[str, Json]] = []
        self.headers: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.surprises: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.calls.append((request.path, json.loads(body) if body else {}))
        self.headers.append(dict(request.headers))
        self.queries.append(dict(request.query))
        if not self.left:
            self.surprises.append(request.path)
            return web.Response(status=500)
        answer = self.left.pop(0)
        if answer.cut and request.transport is not None:
            request.transport.close()
        return web.Response(status=answer.status, body=answer.body, headers=dict(answer.headers))


def messenger(graph: Graph) -> MessengerChannel:
    return MessengerChannel(graph, page=PAGE, human_agent=True)


@asynccontextmanager
async def scripted(*answers: Answer) -> AsyncIterator[tuple[MessengerChannel, Script, str]]:
    """A page on Messenger that talks to the script, and where that is."""
    async with scripted_for(messenger, *answers) as here:
        yield here


@asynccontextmanager
async def scripted_for(
    make: Callable[[Graph], Made], *answers: Answer
) -> AsyncIterator[tuple[Made, Script, str]]:
    """A channel that talks to the script, and where that is; a surprise fails the test."""
    script = Script(answers)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    server = web.AppRunner(app, access_log=None)
    await server.setup()
    try:
        site = web.TCPSite(server, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{server.addresses[0][1]}"
        async with Graph(TOKEN, app_secret=SECRET, url=f"{url}/v25.0") as graph:
            yield make(graph), script, url
    finally:
        await server.cleanup()
    assert script.surprises == []
    assert script.left == []
