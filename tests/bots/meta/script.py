"""A Graph API that follows a script, and the channels that talk to it."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from aiohttp import web
from typing_extensions import override

from bots.meta.graph import Graph
from bots.meta.messenger import MessengerChannel
from tests.bots import scripted as base
from tests.bots.meta.shapes import PAGE, SECRET, TOKEN, Json
from tests.bots.scripted import Answer, played

Made = TypeVar("Made")


def ok(**said: object) -> Answer:
    return Answer(body=json.dumps(said).encode())


def no(code: int, subcode: int = 0, *, status: int = 400, minutes: int | None = None) -> Answer:
    error: Json = {"message": "Nei", "type": "OAuthException", "code": code, "fbtrace_id": "B/W"}
    if subcode:
        error["error_subcode"] = subcode
    told = {PAGE: [{"type": "messenger", "estimated_time_to_regain_access": minutes}]}
    headers = () if minutes is None else (("X-Business-Use-Case-Usage", json.dumps(told)),)
    return Answer(status=status, body=json.dumps({"error": error}).encode(), headers=headers)


class Script(base.Script[tuple[str, Json]]):
    @override
    def asked(self, request: web.Request, body: bytes) -> tuple[str, Json]:
        return request.path, json.loads(body) if body else {}


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
    """A channel that talks to the script, and where that is."""
    script = Script(answers)
    async with (
        played(script) as url,
        Graph(TOKEN, app_secret=SECRET, url=f"{url}/v25.0") as graph,
    ):
        yield make(graph), script, url
