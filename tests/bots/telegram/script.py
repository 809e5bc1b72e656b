"""A Bot API that follows a script, and the channel that talks to it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from aiohttp import web
from typing_extensions import override

from bots.telegram.channel import TelegramChannel
from tests.bots import scripted as base
from tests.bots.scripted import Answer, played
from tests.bots.telegram.shapes import BOT, DATE, PRIVATE, TOKEN, WORDS, Json


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


class Script(base.Script[tuple[str, Json]]):
    @override
    def asked(self, request: web.Request, body: bytes) -> tuple[str, Json]:
        form = parse_qsl(body.decode(), keep_blank_values=True)
        return request.path.removeprefix(f"/bot{TOKEN}/"), {**request.query, **dict(form)}


@asynccontextmanager
async def scripted(*answers: Answer) -> AsyncIterator[tuple[TelegramChannel, Script]]:
    """A channel that talks to the script."""
    script = Script(answers)
    async with played(script) as url, TelegramChannel(TOKEN, api_url=url) as channel:
        yield channel, script
