"""A Graph that follows a script, and the mailbox that talks to it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from typing_extensions import override

from bots.outlook.channel import OutlookChannel
from bots.outlook.graph import Graph
from bots.outlook.tokens import App
from tests.bots import scripted as base
from tests.bots.outlook.shapes import CLIENT, MAILBOX, SECRET, TENANT, TOKEN, Json
from tests.bots.scripted import Answer, played
from tests.support.clock import StoppedClock

ROOT: Final = f"/v1.0/users/{MAILBOX}"


def ok(status: int = 200, **said: object) -> Answer:
    return Answer(status=status, body=json.dumps(said).encode() if said else b"")


def no(status: int, code: str, *, wait: int | None = None) -> Answer:
    error = {"code": code, "message": f"Nei til {MAILBOX}", "innerError": {"request-id": "1"}}
    headers = () if wait is None else (("Retry-After", str(wait)),)
    return Answer(status=status, body=json.dumps({"error": error}).encode(), headers=headers)


class Script(base.Script[tuple[str, str, Json]]):
    @override
    def asked(self, request: web.Request, body: bytes) -> tuple[str, str, Json]:
        return request.method, request.path, json.loads(body) if body else {}

    @override
    def routes(self, app: web.Application) -> None:
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self.discovery)
        app.router.add_post("/token", self.token)

    async def discovery(self, request: web.Request) -> web.StreamResponse:
        at = self.url.replace("http://", "https://")
        told = {"issuer": f"{at}/{TENANT}/v2.0", "token_endpoint": f"{at}/token",
                "authorization_endpoint": f"{at}/authorize"}  # fmt: skip
        return web.json_response(told)

    async def token(self, request: web.Request) -> web.StreamResponse:
        told = {"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN}
        return web.json_response(told)


@asynccontextmanager
async def scripted(
    *answers: Answer, clock: StoppedClock | None = None
) -> AsyncIterator[tuple[OutlookChannel, Script, Graph]]:
    """A channel that talks to the script."""
    script = Script(answers)
    async with played(script) as url:
        ours = App(tenant=TENANT, client=CLIENT, secret=SECRET, authority=url)
        async with Graph(ours, url=f"{url}/v1.0") as graph:
            channel = OutlookChannel(graph, mailbox=MAILBOX, clock=clock or StoppedClock())
            yield channel, script, graph
