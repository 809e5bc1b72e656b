"""A Web API on loopback that answers as it is told: for answers no honest platform gives."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer; `cut` closes the connection instead."""

    body: bytes = b'{"ok": true}'
    status: int = 200
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def no(error: str, **more: object) -> Told:
    return Told(body=json.dumps({"ok": False, "error": error} | more).encode())


def yes(**more: object) -> Told:
    return Told(body=json.dumps({"ok": True} | more).encode())


ME = yes(user_id="U0BOT", bot_id="B0BOT", user="utebru", url="https://laget.slack.com/")


@dataclass(slots=True)
class Scripted:
    answers: dict[str, Told | list[Told]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    url: str = ""

    def called(self, method: str) -> list[dict[str, object]]:
        return [values for name, values in self.calls if name == method]

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        values: dict[str, object] = dict(request.query)
        if request.content_type == "application/json" and request.can_read_body:
            values |= await request.json()
        self.calls.append((method, values))
        told = self.answers.get(method, ME if method == "auth.test" else yes(ts="1.000001"))
        if isinstance(told, list):
            told = told.pop(0) if len(told) > 1 else told[0]
        if told.cut:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(
            body=told.body, status=told.status, headers={"Content-Type": told.type, **told.headers}
        )


@asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    script = Scripted()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", script.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    script.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield script
    finally:
        await runner.cleanup()
