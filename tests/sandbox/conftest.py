"""A stopped clock, and both stand-ins on real sockets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from telegram import Bot
from telegram.request import HTTPXRequest

from bots.sandbox.server import serve
from bots.sandbox.slack import Room, SlackStandIn, User
from bots.sandbox.telegram import TelegramStandIn

TELEGRAM_TOKEN = "7310884000:AAE-for-tests"
BOT_TOKEN, APP_TOKEN, ADMIN_TOKEN = "xoxb-tests", "xapp-tests", "xoxp-tests"
SECRET = "signing-secret-for-tests"


@dataclass
class StoppedClock:
    """Time that moves only by hand."""

    at: datetime = field(default=datetime(2026, 11, 23, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def telegram(clock: StoppedClock) -> TelegramStandIn:
    return TelegramStandIn(token=TELEGRAM_TOKEN, clock=clock, first_pause=0.01)


@pytest.fixture
async def telegram_url(telegram: TelegramStandIn) -> AsyncIterator[str]:
    async with serve(telegram.app) as url:
        yield url


@pytest.fixture
async def bot(telegram_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else PTB 22 warns of what a later one will do
    bot = Bot(
        TELEGRAM_TOKEN,
        base_url=f"{telegram_url}/bot",
        base_file_url=f"{telegram_url}/file/bot",
        get_updates_request=HTTPXRequest(connection_pool_size=4),
    )
    async with bot:
        yield bot


@pytest.fixture
def slack(clock: StoppedClock) -> SlackStandIn:
    return SlackStandIn(
        clock=clock,
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        admin_token=ADMIN_TOKEN,
        signing_secret=SECRET,
        retry_after=(0.0, 0.01, 0.01),
        files_shared_after=0.01,
    )


@pytest.fixture
async def slack_url(slack: SlackStandIn) -> AsyncIterator[str]:
    async with serve(slack.app) as url:
        yield url


@pytest.fixture
def turid(slack: SlackStandIn) -> User:
    return slack.add_user("Turid")


@pytest.fixture
def amir(slack: SlackStandIn) -> User:
    return slack.add_user("Amir")


@pytest.fixture
def room(slack: SlackStandIn, turid: User, amir: User) -> Room:
    return slack.add_room("ungdom-innboks", turid, amir)


@pytest.fixture
def web(slack_url: str) -> AsyncWebClient:
    return AsyncWebClient(BOT_TOKEN, base_url=f"{slack_url}/api/", retry_handlers=[])


@pytest.fixture
def admin(slack_url: str) -> AsyncWebClient:
    return AsyncWebClient(ADMIN_TOKEN, base_url=f"{slack_url}/api/", retry_handlers=[])
