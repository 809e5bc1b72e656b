"""A Graph that answers what it is told to, in order, and remembers what it was asked."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from bots.outlook.channel import OutlookChannel
from bots.outlook.graph import Graph
from bots.outlook.tokens import App
from tests.bots.outlook.shapes import CLIENT, MAILBOX, SECRET, TENANT, TOKEN, Json
from tests.support.clock import StoppedClock

ROOT: Final = f"/v1.0/users/{MAILBOX}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer; `cut` breaks the connection after the request has been read."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


def ok(status: int = 200, **said: object) -> Answer:
    return Answer(status=status, body=json.dumps(said).encode() if said else b"")


def no(status: int, code: str, *, wait: int | None = None) -> Answer:
    error = {"code": code, "message": f"Nei til {MAILBOX}", "innerError": {"request-id": "1"}}
    headers = () if wait is None else (("Retry-After", str(wait)),)
    return Answer(status=status, body=json.dumps({"error": error}).encode(), headers=headers)


class Script:
    def __init__(self, answers: Sequence[Answer]) -> None:
        self.left = list(answers)
        self.calls: list[tuple[str, str, Json]] = []
        self.headers: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.surprises: list[str] = []
        self.url = ""

    async def discovery(self, request: web.Request) -> web.StreamResponse:
        at = self.url.replace("http://", "https://")
        told = {"issuer": f"{at}/{TENANT}/v2.0", "token_endpoint": f"{at}/token",
                "authorization_endpoint": f"{at}/authorize"}  # fmt: skip
        return web.json_response(told)

    async def token(self, request: web.Request) -> web.StreamResponse:
        told = {"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN}
        return web.json_response(told)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.calls.append((request.method, request.path, json.loads(body) if body else {}))
        self.headers.append(dict(request.headers))
        self.queries.append(dict(request.query))
        if not self.left:
            self.surprises.append(request.path)
            return web.Response(status=500)
        answer = self.left.pop(0)
        if answer.cut and request.transport is not None:
            request.transport.close()
        return web.Response(status=answer.status, body=answer.body, headers=dict(answer.headers))


@asynccontextmanager
async def scripted(
    *answers: Answer, clock: StoppedClock | None = None
) -> AsyncIterator[tuple[OutlookChannel, Script, Graph]]:
    """A channel that talks to the script; a surprise or an unused answer fails the test."""
    script = Script(answers)
    app = web.Application()
    app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", script.discovery)
    app.router.add_post("/token", script.token)
    app.router.add_route("*", "/{path:.*}", script.answer)
    server = web.AppRunner(app, access_log=None)
    await server.setup()
    try:
        site = web.TCPSite(server, "127.0.0.1", 0)
        await site.start()
        script.url = f"http://127.0.0.1:{server.addresses[0][1]}"
        ours = App(tenant=TENANT, client=CLIENT, secret=SECRET, authority=script.url)
        async with Graph(ours, url=f"{script.url}/v1.0") as graph:
            yield (
                OutlookChannel(graph, mailbox=MAILBOX, clock=clock or StoppedClock()),
                script,
                graph,
            )
    finally:
        await server.cleanup()
    assert script.surprises == []
    assert script.left == []
