"""
Telegram calls us: what to answer, and how to be called.

Nothing here knows a web framework. Whatever is not 2xx is sent again, and holds back what
the same youth wrote after it (tdlib/telegram-bot-api, WebhookActor), so 4xx is kept for
what Telegram itself does not send.
"""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bots.telegram.channel import TelegramChannel
from bots.telegram.convert import ALLOWED
from bots.telegram.errors import in_our_words
from bots.values import from_outside, number
from bridge.ports import Accept

HEADER: Final = "x-telegram-bot-api-secret-token"
MAX_BODY: Final = 1_000_000
MAX_DEPTH: Final = 64

log = logging.getLogger(__name__)


def verify(headers: Mapping[str, str], secret: str) -> bool:
    """Whether it knows the secret that was agreed on with setWebhook; takes the same time."""
    told = headers.get(HEADER, "").encode("utf-8", "replace")
    return hmac.compare_digest(told, secret.encode()) and bool(secret)


async def receive(body: bytes, headers: Mapping[str, str], *, secret: str, accept: Accept) -> int:
    """The HTTP status to answer with; 200 only once the update is on disk."""
    if not verify(headers, secret):
        return _refused(401, "secret")
    if len(body) > MAX_BODY:
        return _refused(413, "size")
    event = _event(body)
    if event is None:
        return _refused(400, "form")
    try:
        await accept("telegram", event, body)
    except Exception as error:
        # Whatever keeps it from the disk: Telegram is told to come again.
        log.warning("not kept error=%s", type(error).__name__)
        return 503
    return 200


def _event(body: bytes) -> str | None:
    """The update's number, if the body is an update at all."""
    found = number(from_outside(body, deepest=MAX_DEPTH), "update_id")
    return None if found is None or found < 0 else str(found)


def _refused(status: int, why: str) -> int:
    log.warning("refused status=%d why=%s", status, why)
    return status


async def register(channel: TelegramChannel, url: str, secret: str) -> None:
    """Have updates sent to `url` from now on; what waits is kept. Raises `SendFailed`."""
    with in_our_words():
        await channel.bot.set_webhook(url, allowed_updates=ALLOWED, secret_token=secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Where Telegram sends updates; empty: nowhere, it waits to be asked."""

    url: str
    failing: bool
    """It has lately tried in vain."""


async def registered(channel: TelegramChannel) -> Registered:
    """Raises `SendFailed`."""
    with in_our_words():
        found = await channel.bot.get_webhook_info()
        return Registered(url=found.url, failing=found.last_error_message is not None)


async def unregister(channel: TelegramChannel) -> None:
    """Poll instead: getUpdates is refused while a webhook is set. Raises `SendFailed`."""
    with in_our_words():
        await channel.bot.delete_webhook()
