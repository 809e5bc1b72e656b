"""What Telegram sends us is believed if it knows the secret, and acknowledged once on disk."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.sandbox.server import serve
from bots.sandbox.telegram import TelegramStandIn
from bots.telegram.channel import TelegramChannel
from bots.telegram.webhook import receive, register, verify
from tests.bots.telegram import shapes
from tests.bots.telegram.test_polling import Disk

SECRET = "Hemmelig_og-lang-1234567890"
HEADER = "x-telegram-bot-api-secret-token"
RIGHT = {HEADER: SECRET}
UPDATE = json.dumps(shapes.said(text=shapes.WORDS)).encode()


@pytest.mark.parametrize(
    ("headers", "secret", "known"),
    [
        (RIGHT, SECRET, True),
        ({}, SECRET, False),
        ({HEADER: SECRET[:-1]}, SECRET, False),
        ({HEADER: "blåbær\ud83d"}, SECRET, False),
        ({HEADER: ""}, "", False),
        ({}, "", False),
    ],
)
def test_only_who_knows_the_secret_is_believed(
    headers: Mapping[str, str], secret: str, known: bool
) -> None:
    """Anybody can find the address, and could speak as any youth."""
    assert verify(headers, secret) is known


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (UPDATE, RIGHT, 200),
        (UPDATE, {}, 401),
        (b"x" * 2_000_000, {}, 401),
        (b" " * 1_000_001, RIGHT, 413),
        (b"", RIGHT, 400),
        (b"\xff\xfe", RIGHT, 400),
        (UPDATE.decode().encode("utf-16"), RIGHT, 400),
        (b"[]", RIGHT, 400),
        (b'"hei"', RIGHT, 400),
        (b'{"message": {}}', RIGHT, 400),
        (b'{"update_id": true}', RIGHT, 400),
        (b'{"update_id": -1}', RIGHT, 400),
        (b'{"update_id": 1e400}', RIGHT, 400),
        (b'{"update_id": ' + b"9" * 5_000 + b"}", RIGHT, 400),
        (b'{"update_id": 1, "message": ' + b"[" * 70 + b"]" * 70 + b"}", RIGHT, 400),
        (b'{"update_id": 1, "message": ' + b"[" * 400_000, RIGHT, 400),
        (b'{"update_id": 7, "tomorrow": {}}', RIGHT, 200),
    ],
)
async def test_bad_input_gets_a_clear_answer_and_never_reaches_the_disk(
    body: bytes, headers: Mapping[str, str], status: int
) -> None:
    """A 500 would look like our fault, and would be sent again for a day."""
    disk = Disk()

    assert await receive(body, headers, secret=SECRET, accept=disk.accept) == status
    assert disk.bodies == ([body] if status == 200 else [])


async def test_what_is_not_on_disk_is_sent_again() -> None:
    """Acknowledged and then lost is lost for good."""
    disk = Disk("812550017")

    assert await receive(UPDATE, RIGHT, secret=SECRET, accept=disk.accept) == 503
    assert await receive(UPDATE, RIGHT, secret=SECRET, accept=disk.accept) == 200
    assert await receive(UPDATE, RIGHT, secret=SECRET, accept=disk.accept) == 200
    assert disk.bodies == [UPDATE]


async def test_telegram_finds_us_where_we_say() -> None:
    """The whole way: registered, called, refused once, called again, in order."""
    disk = Disk("812550018")

    async def mounted(request: Request) -> Response:
        status = await receive(
            await request.body(), request.headers, secret=SECRET, accept=disk.accept
        )
        return Response(status_code=status)

    ours = Starlette(routes=[Route("/telegram/webhook", mounted, methods=["POST"])])
    standin = TelegramStandIn(
        token=shapes.TOKEN,
        clock=lambda: datetime(2026, 3, 2, tzinfo=UTC),
        first_pause=0,
    )
    async with (
        serve(ours) as here,
        serve(standin.app) as there,
        TelegramChannel(shapes.TOKEN, api_url=there) as channel,
    ):
        await register(channel, f"{here}/telegram/webhook", SECRET)
        maya = standin.youth(shapes.NAME)
        for word in ("en", "to", "tre"):
            maya.says(word)
        await disk.holds(lambda: len(disk.kept) == 3)

    assert disk.kept == ["812550017", "812550018", "812550019"]
