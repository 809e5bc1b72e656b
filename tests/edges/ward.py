"""Somewhere for the doctor to make a round."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bots.sandbox.server import serve
from bots.sandbox.slack import Room, SlackStandIn, User
from bots.sandbox.telegram import TelegramStandIn
from bridge.doctor import asked
from bridge.doctor.facts import Facts
from bridge.serving import listening
from bridge.wiring import settings_of
from casestore.settings import Settings as StoreSettings
from casestore.users.commands import create_first_team_leader
from casestore.web import create_app
from tests.casestore.municipality import Answers

TELEGRAM, BOT, ADMIN, APP = "7:kanari-tg", "xoxb-kanari", "xoxp-kanari", "xapp-kanari"
CREDENTIAL, SIGNING = "kanari-credential-1", "kanari-signing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """A town with everything in place, for the doctor to look at."""

    telegram: TelegramStandIn
    slack: SlackStandIn
    room: Room
    kari: User
    store: StoreSettings
    store_url: str
    env: Mapping[str, str]

    async def look(self, **changed: str) -> Facts:
        env = {**self.env, **{f"UTEBRU_{name}": value for name, value in changed.items()}}
        settings = settings_of({name: value for name, value in env.items() if value})
        return await asked(
            settings,
            casestore_url=self.store_url,
            casestore_token=settings.casestore.token or "",
        )


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    def now() -> datetime:
        return datetime.now(UTC)

    telegram = TelegramStandIn(clock=now, token=TELEGRAM)
    slack = SlackStandIn(
        clock=now, bot_token=BOT, app_token=APP, admin_token=ADMIN, signing_secret=SIGNING
    )
    kari = slack.add_user("Kari")
    room = slack.add_room("ungdom-innboks", kari)
    store = StoreSettings(
        token=CREDENTIAL,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'store' / 'casestore.db'}",
        keyring=tmp_path / "store-keys" / "casestore.keys",
    )
    (tmp_path / "store").mkdir()
    await create_first_team_leader(
        store, login="turid", name="Turid", password="fire-lange-ord-til-doeren"
    )
    async with AsyncExitStack() as stack:
        tg_url = await stack.enter_async_context(serve(telegram.app))
        slack_url = await stack.enter_async_context(serve(slack.app))
        store_url = await stack.enter_async_context(listening(create_app(store), "127.0.0.1", 0))
        yield Ward(
            telegram=telegram,
            slack=slack,
            room=room,
            kari=kari,
            store=store,
            store_url=store_url,
            env={
                "UTEBRU_DATA_DIR": str(tmp_path / "data"),
                "UTEBRU_KEYRING": str(tmp_path / "keys" / "keyring.json"),
                "UTEBRU_CASESTORE__URL": store_url,
                "UTEBRU_CASESTORE__TOKEN": CREDENTIAL,
                "UTEBRU_TELEGRAM__TOKEN": TELEGRAM,
                "UTEBRU_TELEGRAM__API_URL": tg_url,
                "UTEBRU_SLACK__API_URL": f"{slack_url}/api/",
                "UTEBRU_SLACK__BOT_TOKEN": BOT,
                "UTEBRU_SLACK__ADMIN_TOKEN": ADMIN,
                "UTEBRU_SLACK__APP_TOKEN": APP,
                "UTEBRU_SLACK__ROOM": room.id,
            },
        )


async def fails(_request: Request, _right: Answers) -> Response:
    return Response("", 500)
