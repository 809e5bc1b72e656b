"""Everything is built here, by hand, once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bots.registry import (
    WAIT,
    Http,
    Polling,
    SlackApp,
    SlackWorkspace,
    Socket,
    TelegramChannel,
    build,
    telegram_webhook,
)
from bridge.accounts import Mode
from bridge.bridge import Bridge
from bridge.casefile import open_case_record
from bridge.chance import Dice, WallClock
from bridge.domain.practice import Practice
from bridge.health import Health
from bridge.keyring import FileKeyRing
from bridge.ports import Clock, Mint, SendFailed, Surroundings
from bridge.relay import Deciding
from bridge.settings import Settings
from bridge.vault.sql import open_vault
from bridge.web import SlackEvents, TelegramWebhook

log = logging.getLogger(__name__)


class NotConfigured(Exception):
    """A setting is missing without which nothing can be promised; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The bridge with its ears; `polling` and `socket` are None where a webhook is used."""

    bridge: Bridge
    telegram: TelegramChannel
    workspace: SlackWorkspace
    slack: SlackApp
    polling: Polling | None
    socket: Socket | None
    on_telegram: TelegramWebhook | None
    on_slack: SlackEvents | None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Ears open until the block ends; what is being taken in then is finished first."""
        async with AsyncExitStack() as stack:
            if self.socket is not None:
                await self.socket.start()
                stack.push_async_callback(self.socket.stop)
            if self.polling is not None:
                await self._leave_webhook()
                asking = asyncio.create_task(self.polling.run())
                stack.push_async_callback(asyncio.wait_for, asking, 10)
                stack.callback(self.polling.stop)
            yield

    async def _leave_webhook(self) -> None:
        """While one is set, Telegram refuses to be asked. Telegram down: polling tells of it."""
        try:
            await telegram_webhook.unregister(self.telegram)
        except SendFailed as failed:
            log.warning("webhook not removed reason=%s", failed.reason.value)

    async def health(self) -> Health:
        ears = {
            "telegram": self.polling.last_event_at if self.polling else None,
            "slack": self.socket.last_event_at if self.socket else None,
        }
        return await self.bridge.health(ears)


def practice(settings: Settings) -> Practice:
    slack = settings.slack
    if slack is None:
        raise NotConfigured("UTEBRU_SLACK__BOT_TOKEN")
    return Practice(
        team=settings.team,
        room=slack.room,
        hours=settings.hours,
        numbers=settings.numbers,
        patience=settings.patience,
        limits=settings.limits,
        undo=settings.undo,
        cooling_off=settings.cooling_off,
        silence=settings.forget_address,
        wipes_people=slack.admin_token is not None,
        revisions_kept=slack.retention_confirmed_on is None,
    )


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    casestore_url: str,
    casestore_token: str,
    clock: Clock | None = None,
    mint: Mint | None = None,
    poll_wait: int | None = None,
) -> AsyncIterator[Assembled]:
    """
    The bridge, ready and not yet running. Raises `NotConfigured`.

    `casestore_url` and its token come from the settings, or from the case store that runs
    in this process. `poll_wait`: how many seconds a question to Telegram may stand open.
    """
    if settings.telegram is None:
        raise NotConfigured("UTEBRU_TELEGRAM__TOKEN")
    if settings.slack is None:
        raise NotConfigured("UTEBRU_SLACK__BOT_TOKEN")
    clock, mint = clock or WallClock(), mint or Dice()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        keys = FileKeyRing.open(settings.keyring, data_dir=settings.data_dir)
        vault = await stack.enter_async_context(
            open_vault(settings.database_url, keys=keys, clock=clock, mint=mint, team=settings.team)
        )
        record = await stack.enter_async_context(
            open_case_record(casestore_url, casestore_token, ca=settings.casestore.ca)
        )
        telegram = await stack.enter_async_context(
            TelegramChannel(settings.telegram.token, api_url=settings.telegram.api_url)
        )
        workspace = await stack.enter_async_context(
            SlackWorkspace(
                settings.slack.bot_token,
                admin_token=settings.slack.admin_token,
                api_url=settings.slack.api_url,
                zone=settings.hours.zone,
            )
        )
        bridge = Bridge(
            Surroundings(
                vault=vault,
                channels={telegram.name: telegram},
                workspace=workspace,
                record=record,
                clock=clock,
                mint=mint,
                practice=practice(settings),
            ),
            vault,
        )
        slack = build(bridge.accept, forms=bridge, screen=workspace, clock=clock)
        stack.push_async_callback(slack.close)
        yield _with_ears(settings, bridge, telegram, workspace, slack, clock, poll_wait)


@asynccontextmanager
async def deciding(settings: Settings) -> AsyncIterator[Deciding]:
    """What needs the vault alone."""
    clock, mint = WallClock(), Dice()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    keys = FileKeyRing.open(settings.keyring, data_dir=settings.data_dir)
    async with open_vault(
        settings.database_url, keys=keys, clock=clock, mint=mint, team=settings.team
    ) as vault:
        yield Deciding(vault, clock=clock, mint=mint, team=settings.team)


def _with_ears(
    settings: Settings,
    bridge: Bridge,
    telegram: TelegramChannel,
    workspace: SlackWorkspace,
    slack: SlackApp,
    clock: Clock,
    poll_wait: int | None,
) -> Assembled:
    if settings.telegram is None or settings.slack is None:
        raise NotConfigured("UTEBRU_TELEGRAM__TOKEN")
    secret = settings.telegram.webhook_secret
    polls = settings.telegram.mode is Mode.POLLING or secret is None
    app_token, signing = settings.slack.app_token, settings.slack.signing_secret

    async def on_telegram(body: bytes, headers: Mapping[str, str]) -> int:
        return await telegram_webhook.receive(
            body, headers, secret=secret or "", accept=bridge.accept
        )

    return Assembled(
        bridge=bridge,
        telegram=telegram,
        workspace=workspace,
        slack=slack,
        polling=Polling(
            telegram,
            bridge.accept,
            clock=clock,
            report=bridge.channel_trouble,
            wait=WAIT if poll_wait is None else poll_wait,
        )
        if polls
        else None,
        socket=Socket(
            slack,
            app_token,
            clock=clock,
            api_url=settings.slack.api_url,
            on_connected=bridge.listening_again,
        )
        if app_token
        else None,
        on_telegram=None if polls else on_telegram,
        on_slack=Http(slack, signing, clock=clock).receive if signing else None,
    )
