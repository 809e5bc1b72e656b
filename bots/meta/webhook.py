"""
Meta calls us: whether it is Meta, and what each call holds, event by event.

Nothing here knows a web framework. A call holds events of many youths; each is accepted by
itself, under the platform's own id, and 200 is answered only when all of them are on disk:
what is not 2xx comes again, for up to 36 hours («Webhooks», getting started).
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bots.meta import comments, whatsapp_calls
from bots.values import Json, from_outside, held, listed, number, said
from bridge.ports import Accept, Reply

SIGNATURE: Final = "x-hub-signature-256"
MAX_DEPTH: Final = 64
CHANNELS: Final = ("messaging", "standby")
"""`standby`: another app, such as the page's own inbox, has the word; the youth's are the same."""

log = logging.getLogger(__name__)


def challenged(query: Mapping[str, str], token: str) -> Reply:
    """Answer Meta's question whether this address is ours («Webhooks», verification requests)."""
    told = query.get("hub.verify_token", "").encode("utf-8", "replace")
    if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(told, token.encode()):
        return Reply(status=403)
    challenge = query.get("hub.challenge", "")
    if not (challenge.isalnum() and len(challenge) <= 256):
        return Reply(status=400)
    return Reply(status=200, body=challenge.encode(), type="text/plain")


def verified(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Whether the raw bytes were signed with the app's secret; takes the same time."""
    told = headers.get(SIGNATURE, "").encode("utf-8", "replace")
    ours = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(told, f"sha256={ours}".encode()) and bool(secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Whom we are there, by the platform's ids; what is told of others is not heard."""

    page: str | None = None
    instagram: str | None = None
    number: str | None = None
    comments: bool = False
    """Whether those under the page's posts are answered."""


async def receive(
    body: bytes, headers: Mapping[str, str], *, secret: str, ours: Ours, accept: Accept
) -> int:
    """The HTTP status to answer with."""
    if not verified(body, headers, secret):
        return _refused(401, "signature")
    call = from_outside(body, deepest=MAX_DEPTH)
    if call is None:
        return _refused(400, "form")
    for source, event, part in parts(call, ours):
        try:
            await accept(source, event, part)
        except Exception as error:
            # Whatever keeps it from the disk: Meta is told to come again, with all of it.
            log.warning("not kept error=%s", type(error).__name__)
            return 503
    return 200


def parts(call: Json, ours: Ours) -> Iterator[tuple[str, str, bytes]]:
    """The channel, the event's id, and the event as it is to be accepted."""
    kind = call.get("object")
    for entry in listed(call, "entry"):
        if kind == "page" and ours.page is not None:
            yield from _messaging(entry, ours.page, "messenger")
            if ours.comments and said(entry, "id") == ours.page:
                yield from comments.parts(entry, ours.page)
        elif kind == "instagram" and ours.instagram is not None:
            yield from _messaging(entry, ours.instagram, "instagram")
        elif kind == "whatsapp_business_account" and ours.number is not None:
            yield from whatsapp_calls.parts(entry, ours.number)
        else:
            log.warning("not of anything of ours")


def _messaging(entry: object, us: str, source: str) -> Iterator[tuple[str, str, bytes]]:
    """Of the page or the account that goes by the id `us`."""
    if said(entry, "id") != us:
        log.warning("not our %s", source)
        return
    for channel in CHANNELS:
        for event in listed(entry, channel):
            kept = json.dumps({"page": us, "event": event}, sort_keys=True).encode()
            yield source, _id(event, kept), kept


def _id(event: object, kept: bytes) -> str:
    """
    The same for the same thing told twice, and never an id of a person.

    «To de-duplicate messages use the mid parameter»; the rest have no id of their own.
    """
    message, edit = held(event, "message"), held(event, "message_edit")
    if message is not None and said(message, "mid"):
        told = f"message {said(message, 'mid')} {message.get('is_deleted') is True}"
    elif edit is not None and said(edit, "mid"):
        told = f"edit {said(edit, 'mid')} {number(edit, 'num_edit') or said(edit, 'num_edit')}"
    else:
        told = kept.decode()
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:40]


def _refused(status: int, why: str) -> int:
    log.warning("refused status=%d why=%s", status, why)
    return status
