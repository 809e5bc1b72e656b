"""What can go wrong between us and a platform can be made to go wrong here."""

from datetime import timedelta

import httpx
import pytest
from aiohttp import ServerDisconnectedError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError

from bots.sandbox.faults import Fault
from bots.sandbox.slack import Room, SlackStandIn
from bots.sandbox.telegram import TelegramStandIn
from tests.sandbox.conftest import TELEGRAM_TOKEN, StoppedClock


async def test_telegram_says_too_many_with_and_without_a_time(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """Both have been seen; only one of them says how long a youth must wait."""
    maya = telegram.youth("Maya")
    maya.says("hei")
    telegram.faults.next(Fault.RATE_LIMITED, method="sendMessage", seconds=7)
    telegram.faults.next(Fault.RATE_LIMITED_BARE, method="sendMessage")

    with pytest.raises(RetryAfter) as told:
        await bot.send_message(maya.id, "hei")
    with pytest.raises(NetworkError):
        await bot.send_message(maya.id, "hei")

    assert told.value.retry_after == timedelta(seconds=7)
    await bot.send_message(maya.id, "hei")
    assert [shown.text for shown in maya.visible()] == ["hei", "hei"]


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (Fault.SERVER_ERROR, False),
        (Fault.BAD_GATEWAY, False),
        (Fault.RESET_BEFORE, False),
        (Fault.RESET_AFTER, True),
        (Fault.TRUNCATED, True),
    ],
)
async def test_a_failed_send_may_or_may_not_have_arrived(
    telegram: TelegramStandIn, bot: Bot, fault: Fault, arrives: bool
) -> None:
    """The doubt that the caseworker is shown must be a real doubt here."""
    maya = telegram.youth("Maya")
    maya.says("hei")
    telegram.faults.next(fault, method="sendMessage")

    with pytest.raises(TelegramError):
        await bot.send_message(maya.id, "svar")

    assert (len(maya.visible()) == 2) is arrives
    assert telegram.faults.struck == [("sendMessage", fault)]
    await bot.send_message(maya.id, "svar")


async def test_slack_says_too_many_as_slack_does(
    slack: SlackStandIn, web: AsyncWebClient, room: Room
) -> None:
    """A queue that does not obey Retry-After is a queue that Slack shuts."""
    slack.faults.next(Fault.RATE_LIMITED, times=2, seconds=30)

    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await web.chat_postMessage(channel=room.id, text="hei")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "30"
    await web.chat_postMessage(channel=room.id, text="hei")


async def test_a_post_may_have_arrived_although_the_connection_broke(
    slack: SlackStandIn, web: AsyncWebClient, room: Room
) -> None:
    """Posting again without looking would show a youth's words twice."""
    slack.faults.next(Fault.RESET_AFTER, method="chat.postMessage")

    with pytest.raises(ServerDisconnectedError):
        await web.chat_postMessage(channel=room.id, text="hei")

    page = await web.conversations_history(channel=room.id)
    assert [each["text"] for each in page["messages"]] == ["hei"]


async def test_a_fault_lasts_as_long_as_it_was_told(
    slack: SlackStandIn, web: AsyncWebClient, clock: StoppedClock
) -> None:
    """An outage of an hour is an hour, and then things must go on by themselves."""
    slack.faults.during(Fault.BAD_GATEWAY, lasting=timedelta(hours=1))

    clock.forward(minutes=59)
    with pytest.raises(SlackApiError):
        await web.auth_test()
    clock.forward(minutes=1)
    assert (await web.auth_test())["ok"]


async def test_slow_is_slow_and_right(telegram: TelegramStandIn, telegram_url: str) -> None:
    """A slow answer is still an answer."""
    telegram.faults.next(Fault.SLOW, seconds=0.3)

    async with httpx.AsyncClient(timeout=0.1) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post(f"{telegram_url}/bot{TELEGRAM_TOKEN}/getMe")
        answer = await http.post(f"{telegram_url}/bot{TELEGRAM_TOKEN}/getMe")

    assert answer.json()["ok"]
