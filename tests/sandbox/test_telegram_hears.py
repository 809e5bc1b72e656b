"""How the bot hears of what happens: long polling, webhook, files."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from aiogram.types import Update as OtherUpdate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict, InvalidToken

from bots.sandbox.server import serve
from bots.sandbox.telegram import TelegramStandIn
from tests.sandbox.conftest import TELEGRAM_TOKEN, StoppedClock

KINDS = [
    "photo", "voice", "document", "sticker", "video", "video_note", "audio", "animation",
    "location", "live_location", "contact", "venue", "dice", "poll", "story", "noe_nytt",
]  # fmt: skip


async def test_every_kind_of_update_is_understood_by_two_strangers(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """Were the stand-in wrong, our reading of the real Telegram would be, too."""
    maya = telegram.youth("Maya", username="maya_paa_tur")
    first = maya.starts("fra-plakaten")
    maya.says("svar", reply_to=first)
    maya.edits(first, "endret")
    for kind in KINDS:
        maya.sends_file(kind, b"bytes", "brev.pdf", caption="se", media_group="1")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("JA", callback_data="j")]])
    await bot.send_message(maya.id, "?", reply_markup=keyboard)
    maya.presses("JA")
    maya.blocks()
    maya.unblocks()

    for pending in telegram.updates.pending:
        OtherUpdate.model_validate(pending.json)
    heard = await bot.get_updates()

    assert len(heard) == len(KINDS) + 6
    assert [update.update_id for update in heard] == sorted(u.update_id for u in heard)
    assert heard[0].message is not None
    assert heard[0].message.entities[0].type == "bot_command"
    assert heard[2].edited_message is not None
    assert heard[2].edited_message.text == "endret"
    callback = heard[-3].callback_query
    assert callback is not None
    assert (callback.data, callback.from_user.id) == ("j", maya.id)
    membership = heard[-2].my_chat_member
    assert membership is not None
    assert membership.new_chat_member.status == "kicked"


async def test_what_is_not_confirmed_comes_again(telegram: TelegramStandIn, bot: Bot) -> None:
    """A bridge that dies before it has stored a message must be given it once more."""
    maya = telegram.youth("Maya")
    for word in ("en", "to", "tre"):
        maya.says(word)

    first = await bot.get_updates(limit=2)
    again = await bot.get_updates(limit=2)
    after = await bot.get_updates(offset=again[0].update_id + 1)

    assert [u.update_id for u in first] == [u.update_id for u in again]
    assert texts(after) == ["to", "tre"]
    assert texts(await bot.get_updates(offset=-1)) == ["tre"]
    assert texts(await bot.get_updates()) == ["tre"]


async def test_a_long_poll_wakes_when_something_is_said(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """A youth in need is not kept waiting for a timeout."""
    maya = telegram.youth("Maya")
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.changes.until(lambda: bool(telegram.calls_of("getUpdates")))

    maya.says("hei")

    assert texts(await polling) == ["hei"]


async def test_two_pollers_are_told_of_each_other(telegram: TelegramStandIn, bot: Bot) -> None:
    """Two bridges on one token would each get half of what youths write."""
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.changes.until(lambda: bool(telegram.calls_of("getUpdates")))
    second = asyncio.create_task(bot.get_updates(timeout=30))

    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await first
    telegram.youth("Maya").says("hei")
    assert texts(await second) == ["hei"]


async def test_after_a_day_telegram_has_forgotten(
    telegram: TelegramStandIn, bot: Bot, clock: StoppedClock
) -> None:
    """The gap after a long outage is real, and must be shown to the team."""
    maya = telegram.youth("Maya")
    maya.says("i går")
    clock.forward(hours=23)
    maya.says("nå")
    clock.forward(hours=1)

    assert texts(await bot.get_updates()) == ["nå"]


async def test_only_the_kinds_asked_for_come(telegram: TelegramStandIn, bot: Bot) -> None:
    """The choice sticks, so a bridge that once asked for less goes on hearing less."""
    maya = telegram.youth("Maya")
    await bot.get_updates(allowed_updates=["message"])

    edited = maya.says("en")
    maya.edits(edited, "to")
    maya.blocks()

    assert texts(await bot.get_updates()) == ["en"]


async def test_poison_and_repeats_can_be_put_in_the_list(
    telegram: TelegramStandIn, telegram_url: str
) -> None:
    """What the bridge must survive, a test must be able to serve."""
    maya = telegram.youth("Maya")
    maya.says("før")
    before = telegram.updates.pending[0].json
    telegram.push_update({"update_id": 3, "message": {"date": "i går"}})
    telegram.push_update(before, chat=maya.id)

    async with httpx.AsyncClient(timeout=60) as http:
        answer = await http.post(f"{telegram_url}/bot{TELEGRAM_TOKEN}/getUpdates", json={})

    ids = [update["update_id"] for update in answer.json()["result"]]
    assert ids == [before["update_id"], 3, before["update_id"]]


async def test_a_file_is_fetched_by_its_link_for_an_hour_and_up_to_20_mb(
    telegram: TelegramStandIn, bot: Bot, clock: StoppedClock
) -> None:
    """What a youth sends must come through whole, or visibly not at all."""
    maya = telegram.youth("Maya")
    maya.sends_file("document", b"%PDF-hemmelig", "brev.pdf")
    maya.sends_file("video", b"", announced_size=20 * 1024 * 1024 + 1)
    small, large = await bot.get_updates()
    assert small.message is not None
    assert small.message.document is not None
    assert large.message is not None
    assert large.message.video is not None

    file = await small.message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"%PDF-hemmelig"
    clock.forward(hours=1)
    with pytest.raises(InvalidToken, match="Not Found"):
        await file.download_as_bytearray()
    with pytest.raises(BadRequest, match="File is too big"):
        await large.message.video.get_file()


async def test_a_webhook_is_called_in_order_and_again_until_it_says_yes(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """A bridge that is down for a moment must not lose what was written meanwhile."""
    maya, ola = telegram.youth("Maya"), telegram.youth("Ola")
    answers = iter([500, 500, 200])
    async with listener(lambda: next(answers, 200)) as (url, heard):
        await bot.set_webhook(url, secret_token="hemmelig-1")
        maya.says("en")
        maya.says("to")
        ola.says("hei")
        await telegram.changes.until(lambda: not telegram.updates.pending)

        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        info = await bot.get_webhook_info()
        await bot.delete_webhook()

    hers = [
        body["message"]["text"] for _, body in heard if body["message"]["chat"]["id"] == maya.id
    ]
    assert {secret for secret, _ in heard} == {"hemmelig-1"}
    assert len(heard) == 5
    assert hers[-2:] == ["en", "to"]
    assert info.pending_update_count == 0
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_a_bad_webhook_is_refused(bot: Bot) -> None:
    """A webhook in the clear would show a youth's words to anyone on the way."""
    with pytest.raises(BadRequest, match=r"(?i)https url must be provided"):
        await bot.set_webhook("http://example.org/telegram")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook("https://example.org/telegram", secret_token="mellom rom")


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text for update in updates if update.message]


@asynccontextmanager
async def listener(
    answer: Callable[[], int],
) -> AsyncIterator[tuple[str, list[tuple[str | None, Any]]]]:
    heard: list[tuple[str | None, Any]] = []

    async def take(request: Request) -> Response:
        body = await request.json()
        heard.append((request.headers.get("x-telegram-bot-api-secret-token"), body))
        return JSONResponse({}, status_code=answer())

    async with serve(Starlette(routes=[Route("/hook", take, methods=["POST"])])) as url:
        yield f"{url}/hook", heard
