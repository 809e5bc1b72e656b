"""
A small world to play in: one team, three youths, the platforms, and the page.

    async with serve(Sandbox(clock=clock).app) as url:
        …  # <url>/ is the page, <url>/telegram and <url>/slack are the platforms
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from bots.sandbox.graph import Graph
from bots.sandbox.handsets import OnTelegram
from bots.sandbox.meta import MetaStandIn, WhatsAppStandIn
from bots.sandbox.more_handsets import OnMail, on_instagram, on_messenger, on_whatsapp
from bots.sandbox.outlook import OutlookStandIn
from bots.sandbox.page_api import PageApi
from bots.sandbox.slack import SlackStandIn
from bots.sandbox.telegram import TelegramStandIn

PAGE: Final = "100200300400500"
INSTAGRAM: Final = "17841400008460099"
NUMBER: Final = "106540352242900"
ACCOUNT: Final = "102290129340300"
MAILBOX: Final = "utekontakten@kommunen.example"
PUBLIC: Final = "https://utebru.example"
"""What we are called by those who call us; where that is, the stand-ins are told."""

Hook = Callable[[], Awaitable[None]]
LogSource = Callable[[], Awaitable[list[dict[str, Any]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What opens the stand-ins: made up, and of the platforms' shapes."""

    telegram: str = field(default="7310884000:AAE-stand-in-for-the-demo", repr=False)
    slack_bot: str = field(default="xoxb-stand-in-bot", repr=False)
    slack_app: str = field(default="xapp-1-stand-in-app", repr=False)
    slack_admin: str = field(default="xoxp-stand-in-admin", repr=False)
    slack_signing_secret: str = field(default="stand-in-signing-secret", repr=False)
    meta: str = field(default="EAAstand-in-for-the-demo", repr=False)
    meta_secret: str = field(default="5eade0000000000000000000000000de", repr=False)
    meta_verify: str = field(default="stand-in-verify-token", repr=False)
    whatsapp: str = field(default="EAAstand-in-for-the-number", repr=False)
    outlook: str = field(default="stand-in~client-secret", repr=False)


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """The stand-ins with people in them, as one ASGI app."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = wall_clock,
        tokens: Tokens | None = None,
        hooks: Mapping[str, Hook] | None = None,
        log_source: LogSource | None = None,
        log_url: str | None = None,
    ) -> None:
        self.tokens = tokens or Tokens()
        self.telegram = TelegramStandIn(token=self.tokens.telegram, clock=clock)
        self.slack = SlackStandIn(
            clock=clock,
            bot_token=self.tokens.slack_bot,
            app_token=self.tokens.slack_app,
            admin_token=self.tokens.slack_admin,
            signing_secret=self.tokens.slack_signing_secret,
        )
        self.turid = self.slack.add_user("Turid")
        self.amir = self.slack.add_user("Amir")
        self.siri = self.slack.add_user("Siri")
        self.room = self.slack.add_room("ungdom-innboks", self.turid, self.amir, self.siri)
        self.maya = self.telegram.youth("Maya", username="maya_paa_tur")
        self.ola = self.telegram.youth("Ola")
        self.mina = self.telegram.youth("Mina", username="minaminaa")
        self.meta = MetaStandIn(
            page=PAGE, token=self.tokens.meta, app_secret=self.tokens.meta_secret, clock=clock,
            instagram=INSTAGRAM,
        )  # fmt: skip
        self.whatsapp = WhatsAppStandIn(
            number=NUMBER, account=ACCOUNT, token=self.tokens.whatsapp,
            app_secret=self.tokens.meta_secret, clock=clock,
        )  # fmt: skip
        self.outlook = OutlookStandIn(mailbox=MAILBOX, secret=self.tokens.outlook, clock=clock)
        self.page = PageApi(
            self.telegram,
            self.slack,
            {"telegram": OnTelegram(self.telegram)},
            hooks=hooks or {},
            log_source=log_source,
            log_url=log_url,
        )
        self.app: ASGIApp = self._build()

    def environment(self, url: str) -> dict[str, str]:
        """The bridge's settings that put this sandbox, served at `url`, in the platforms' place."""
        return {
            "UTEBRU_TELEGRAM__TOKEN": self.tokens.telegram,
            "UTEBRU_TELEGRAM__API_URL": f"{url}/telegram",
            "UTEBRU_SLACK__BOT_TOKEN": self.tokens.slack_bot,
            "UTEBRU_SLACK__APP_TOKEN": self.tokens.slack_app,
            "UTEBRU_SLACK__ADMIN_TOKEN": self.tokens.slack_admin,
            "UTEBRU_SLACK__SIGNING_SECRET": self.tokens.slack_signing_secret,
            "UTEBRU_SLACK__ROOM": self.room.id,
            "UTEBRU_SLACK__API_URL": f"{url}/slack/api/",
        }

    def more_apps(self, url: str, mail: str) -> dict[str, str]:
        """
        The settings of the other platforms; from now on the phones on the page have them.

        `mail`: where the tenant's stand-in is served, which wants an address of its own.
        """
        self.meta.url = self.whatsapp.url = f"{url}/meta"
        self.page.puts_on_the_phones(
            {
                "messenger": on_messenger(self.meta),
                "instagram": on_instagram(self.meta),
                "whatsapp": on_whatsapp(self.whatsapp),
                "outlook": OnMail(self.outlook),
            }
        )
        for standin in (self.meta, self.whatsapp, self.outlook):
            standin.changes.echo(self.page.changes.tell)
        return {
            "UTEBRU_PUBLIC_URL": PUBLIC,
            "UTEBRU_META__PAGE_ID": self.meta.page,
            "UTEBRU_META__PAGE_TOKEN": self.tokens.meta,
            "UTEBRU_META__INSTAGRAM_ID": INSTAGRAM,
            "UTEBRU_META__WHATSAPP_NUMBER_ID": self.whatsapp.number,
            "UTEBRU_META__WHATSAPP_ACCOUNT_ID": self.whatsapp.account,
            "UTEBRU_META__WHATSAPP_TOKEN": self.tokens.whatsapp,
            "UTEBRU_META__APP_SECRET": self.tokens.meta_secret,
            "UTEBRU_META__VERIFY_TOKEN": self.tokens.meta_verify,
            "UTEBRU_META__HUMAN_AGENT": "on",
            "UTEBRU_META__GRAPH_URL": f"{url}/meta/v25.0",
            "UTEBRU_SNAPCHAT__NAME": "utekontakten",
            "UTEBRU_OUTLOOK__TENANT_ID": self.outlook.entra.tenant,
            "UTEBRU_OUTLOOK__CLIENT_ID": self.outlook.entra.client,
            "UTEBRU_OUTLOOK__CLIENT_SECRET": self.tokens.outlook,
            "UTEBRU_OUTLOOK__MAILBOX": MAILBOX,
            "UTEBRU_OUTLOOK__SINCE": "2026-01-01",
            "UTEBRU_OUTLOOK__GRAPH_URL": f"{mail}/v1.0",
            "UTEBRU_OUTLOOK__AUTHORITY": mail,
        }

    def hears_at(self, url: str | None, *, by_itself: bool = True) -> None:
        """Where those that call find the bridge now; None: it is down. Else each call is taken."""
        for webhooks in (self.meta.webhooks, self.whatsapp.webhooks):
            called = url is not None and by_itself
            webhooks.point_at(f"{url}/meta/webhook" if called else None)
        self.outlook.subscriptions.calls = by_itself
        self.outlook.subscriptions.where = lambda told: told.replace(PUBLIC, url or PUBLIC)

    def _build(self) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self.telegram.close()
            await self.slack.close()
            for webhooks in (self.meta.webhooks, self.whatsapp.webhooks):
                await webhooks.close()

        return Starlette(
            routes=[
                Mount("/telegram", self.telegram.app),
                Mount("/slack", self.slack.app),
                Mount("/meta", Graph(self.meta, self.whatsapp)),
                *self.page.routes(),
            ],
            lifespan=lifespan,
        )
