"""What every platform is called through: an answer is had whole, or not at all."""

import ast
import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
import uvicorn
from aiohttp import web

import bots
from bots.calling import KEPT, Connections, whole_body
from bots.meta.graph import Graph
from bots.meta.messenger import MessengerChannel
from bots.meta.whatsapp import WhatsAppChannel
from bots.outlook.channel import OutlookChannel
from bots.outlook.graph import Graph as MailGraph
from bots.outlook.tokens import App
from bots.sandbox.outlook.entra import certified
from bots.telegram.channel import TelegramChannel
from bridge import casefile, serving
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address
from bridge.domain.messages import Outbound
from bridge.ports import Channel, SendFailed
from tests.bots.ears import nothing_heard
from tests.bots.meta import shapes as meta
from tests.bots.outlook import shapes as outlook
from tests.bots.outlook.script import Script
from tests.bots.scripted import played
from tests.bots.telegram import shapes as telegram
from tests.support.clock import StoppedClock

WORDS: Final = "Jeg tør ikke gå hjem"
KEYS: Final = (telegram.TOKEN, meta.TOKEN, meta.SECRET, outlook.SECRET, outlook.TOKEN)

BOTS: Final = Path(*bots.__path__)

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


async def test_a_connection_that_lies_still_is_let_go_by_us_first() -> None:
    """What goes out while the other side closes may have been heard: a reply would be in doubt."""
    gone = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await reader.read()
        gone.set()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Connections(at_once=1, kept=0.05) as connections:
        async with connections.request("GET", url, within=5) as response:
            await whole_body(response, 2)
        async with asyncio.timeout(10):
            await gone.wait()


def test_we_let_go_before_those_servers_that_let_go_soonest() -> None:
    """Ours do so when nobody says otherwise; Node and Apache after as long."""
    shortest = uvicorn.Config("nobody:nothing").timeout_keep_alive

    assert shortest > KEPT
    assert shortest > casefile.KEPT
    assert shortest < serving.STAYS_OPEN


def test_there_is_one_way_to_be_connected_to_a_platform() -> None:
    """Whoever makes a connection of their own keeps it for as long as the library likes."""
    made = [
        str(path.relative_to(BOTS))
        for path in sorted(BOTS.rglob("*.py"))
        if "sandbox" not in path.parts and "TCPConnector(" in path.read_text()
    ]
    bare = [
        str(path.relative_to(BOTS))
        for path in sorted(BOTS.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith("ClientSession")
        and "connector" not in {each.arg for each in call.keywords}
    ]

    assert (made, bare) == (["calling.py"], [])


@asynccontextmanager
async def behind(place: Path) -> AsyncIterator[str]:
    """Where a server is whose certificate nobody vouches for."""
    (place / "kept.pem").write_text(certified("127.0.0.1"))
    keys = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    keys.load_cert_chain(place / "kept.pem")
    asked: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=keys)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()
    assert asked == []


@asynccontextmanager
async def on_telegram(url: str) -> AsyncIterator[Channel]:
    async with TelegramChannel(telegram.TOKEN, api_url=url) as channel:
        yield channel


@asynccontextmanager
async def on_messenger(url: str) -> AsyncIterator[Channel]:
    async with Graph(meta.TOKEN, app_secret=meta.SECRET, url=url) as graph:
        yield MessengerChannel(graph, page=meta.PAGE, human_agent=True)


@asynccontextmanager
async def on_whatsapp(url: str) -> AsyncIterator[Channel]:
    async with Graph(meta.TOKEN, app_secret=meta.SECRET, url=url) as graph:
        yield WhatsAppChannel(graph, number="106540352242922", account="102290129340398")


@asynccontextmanager
async def by_mail(url: str, authority: str) -> AsyncIterator[Channel]:
    app = App(
        tenant=outlook.TENANT, client=outlook.CLIENT, secret=outlook.SECRET, authority=authority
    )
    async with MailGraph(app, url=f"{url}/v1.0") as graph:
        yield OutlookChannel(graph, mailbox=outlook.MAILBOX, clock=StoppedClock())


@asynccontextmanager
async def by_mail_whose_keys_are_had(url: str) -> AsyncIterator[Channel]:
    async with played(Script(())) as authority, by_mail(url, authority) as channel:
        yield channel


@pytest.mark.parametrize(
    "opened",
    [
        on_telegram, on_messenger, on_whatsapp, by_mail_whose_keys_are_had,
        lambda url: by_mail(url, url),
    ],
    ids=["telegram", "messenger", "whatsapp", "outlook", "outlook, the keys"],
)  # fmt: skip
async def test_nothing_is_told_to_whoever_cannot_prove_who_they_are(
    opened: Callable[[str], AbstractAsyncContextManager[Channel]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither her words nor our key have gone there: they are said later, without asking."""
    with nothing_heard(caplog, "bots", (WORDS, *KEYS)):
        async with behind(tmp_path) as url, opened(url) as channel:
            with pytest.raises(SendFailed) as failed:
                await channel.send(Address("6310884201775001"), Outbound(text=WORDS))

    assert (failed.value.reason, failed.value.retry) == (Reason.UNREACHABLE, True)
    assert not any(key in f"{failed.value!r} {failed.value.__cause__!r}" for key in KEYS)
