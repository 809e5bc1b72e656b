"""A Bot API that answers what it is told to, in order, and remembers what it was asked."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bots.telegram.channel import TelegramChannel
from tests.bots.telegram.shapes import BOT, DATE, PRIVATE, TOKEN, WORDS, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer; `cut` breaks the connection after the request has been read."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    cut: bool = False
    elsewhere: str | None = None
    """Where a redirect leads."""
    promise: int | None = None
    """What Content-Length says, where that is not the truth."""


def ok(result: object) -> Answer:
    return Answer(body=json.dumps({"ok": True, "result": result}).encode())


def no(status: int, description: str, **parameters: int) -> Answer:
    body: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status=status, body=json.dumps(body).encode())


def sent(number: int = 70_320) -> Answer:
    return ok({"message_id": number, "from": BOT, "chat": PRIVATE, "date": DATE, "text": WORDS})


def page(status: int) -> Answer:
    return Answer(status=status, body=b"<html><body><h1>Something else</h1></body></html>")


class Script:
    def __init__(self, answers: Sequence[Answer]) -> None:
        self.left = list(answers)
        self.calls: list[tuple[str, Json]] = []
        self.surprises: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        form = dict(request.query) | dict(await request.post())
        self.calls.append((request.path.removeprefix(f"/bot{TOKEN}/"), form))
        if not self.left:
            self.surprises.append(request.path)
            return web.Response(status=500)
        answer = self.left.pop(0)
        if answer.cut and request.transport is not None:
            request.transport.close()
        response = web.StreamResponse(status=answer.status)
        if answer.elsewhere:
            response.headers["Location"] = answer.elsewhere
        response.content_length = answer.promise or len(answer.body)
        await response.prepare(request)
        await response.write(answer.body)
        if answer.promise and request.transport is not None:
            request.transport.close()
        return response


@asynccontextmanager
async def scripted(*answers: Answer) -> AsyncIterator[tuple[TelegramChannel, Script]]:
    """A channel that talks to the script; an answer nobody asked for fails the test."""
    script = Script(answers)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    server = web.AppRunner(app, access_log=None)
    await server.setup()
    try:
        site = web.TCPSite(server, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{server.addresses[0][1]}"
        async with TelegramChannel(TOKEN, api_url=url) as channel:
            yield channel, script
    finally:
        await server.cleanup()
    assert script.surprises == []
    assert script.left == []
