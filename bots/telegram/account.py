"""Who we are at Telegram, as the environment says, and Telegram as one line of the registry."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bots.telegram import webhook
from bots.telegram.channel import PUBLIC, TelegramChannel
from bots.telegram.polling import WAIT, Polling
from bridge.ports import Asked, Call, Ears, Opened, Platform, Reply, SendFailed

PATH: Final = "/telegram/webhook"
LEAVE: Final = 10
"""Seconds that the last question to Telegram may take to end."""

log = logging.getLogger(__name__)


class Mode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramAccount:
    token: str = field(repr=False)
    api_url: str = PUBLIC
    mode: Mode = Mode.POLLING
    webhook_secret: str | None = field(default=None, repr=False)
    hook: str | None = None
    """Where Telegram is to send what comes, if it is to send."""

    @asynccontextmanager
    async def opened(self, ears: Ears) -> AsyncIterator[Opened]:
        async with TelegramChannel(self.token, api_url=self.api_url) as channel:
            if self.mode is Mode.POLLING or self.webhook_secret is None:
                yield _asking(channel, ears)
            else:
                yield _called(channel, self.webhook_secret, ears)


def _called(channel: TelegramChannel, secret: str, ears: Ears) -> Opened:
    async def hook(call: Call) -> Reply:
        status = await webhook.receive(call.body, call.headers, secret=secret, accept=ears.accept)
        return Reply(status=status)

    return Opened(channels=(channel,), hooks={("POST", PATH): hook})


def _asking(channel: TelegramChannel, ears: Ears) -> Opened:
    polling = Polling(
        channel,
        ears.accept,
        clock=ears.clock,
        report=ears.report,
        wait=WAIT if ears.wait is None else ears.wait,
    )

    @asynccontextmanager
    async def listening() -> AsyncIterator[None]:
        await _leave_webhook(channel)
        async with AsyncExitStack() as stack:
            asking = asyncio.create_task(polling.run())
            stack.push_async_callback(asyncio.wait_for, asking, LEAVE)
            stack.callback(polling.stop)
            yield

    return Opened(
        channels=(channel,),
        listening=listening,
        ask=polling.turn,
        last_event_at=lambda: polling.last_event_at,
    )


async def _leave_webhook(channel: TelegramChannel) -> None:
    """While one is set, Telegram refuses to be asked. Telegram down: polling tells of it."""
    try:
        await webhook.unregister(channel)
    except SendFailed as failed:
        log.warning("webhook not removed reason=%s", failed.reason.value)


def read(e: Asked) -> TelegramAccount | None:
    token, secret = e.secret("TELEGRAM__TOKEN"), e.secret("TELEGRAM__WEBHOOK_SECRET")
    if token is None and secret is None and not e.any("TELEGRAM__"):
        return None
    mode, public = Mode(e.one_of("TELEGRAM__MODE", tuple(Mode), Mode.POLLING)), e.text("PUBLIC_URL")
    if mode is Mode.WEBHOOK:
        e.needed("TELEGRAM__WEBHOOK_SECRET", secret, "anybody could write as any youth without it")
        e.needed("PUBLIC_URL", public, "Telegram must be told where to write")
    # Bot API, setWebhook, secret_token.
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
        e.wrong("TELEGRAM__WEBHOOK_SECRET", "must be 16 to 256 of A-Z, a-z, 0-9, _ and -")
    return TelegramAccount(
        token=e.needed("TELEGRAM__TOKEN", token, "something else for Telegram is set"),
        api_url=(e.url("TELEGRAM__API_URL") or PUBLIC).rstrip("/"),
        mode=mode,
        webhook_secret=secret,
        hook=None if public is None else f"{public.rstrip('/')}{PATH}",
    )


TELEGRAM: Final = Platform(
    name=TelegramChannel.name,
    secrets=("TELEGRAM__TOKEN", "TELEGRAM__WEBHOOK_SECRET"),
    read=read,
)
