"""
An event of WhatsApp's as a fact in the bridge's words. Pure.

Only what is needed is read, and by hand. What cannot be understood raises `Unreadable`,
without a word of it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bots.meta import deletion
from bots.meta.convert import MARK, moment
from bots.meta.errors import ON_WHATSAPP, refused
from bots.meta.graph import NO_CODE, Refusal
from bots.meta.whatsapp_contents import contents
from bots.values import Json, held, listed, number, said
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, DeliveryId, Ref
from bridge.domain.messages import (
    Bounced,
    Echoed,
    Edited,
    Fact,
    Inbound,
    Nothing,
    Pressed,
    Reacted,
    Receipt,
    Said,
    Seen,
    Unsent,
)
from bridge.ports import Unreadable

SEEN: Final[Mapping[str, Receipt]] = {
    "delivered": Receipt.DELIVERED,
    "read": Receipt.READ,
    "played": Receipt.READ,  # a voice message
}
"""«Status messages»: `status`."""


def read(body: bytes) -> Inbound:
    """Raises `Unreadable`, and nothing else."""
    kept = _parsed(body)
    if (wish := deletion.read(kept)) is not None:
        return wish
    message, status = held(kept, "message"), held(kept, "status")
    if message is not None:
        address, fact = _sender(kept, message), _said_or_done(message)
    elif status is not None:
        address, fact = _recipient(kept, status), _progress(status)
    else:
        raise Unreadable("no event")
    if not address:
        raise Unreadable("nobody's")
    return Inbound(address=Address(address), at=_time(message or status), fact=fact)


def _parsed(body: bytes) -> Json:
    try:
        kept = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(kept, dict):
        raise Unreadable("not an object")
    return kept


def _sender(kept: Json, message: Json) -> str:
    """
    The id that is ours and hers alone, where it is told; the number may be held back.

    «Business-scoped user IDs» (5 November 2026): it comes with every message since April 2026.
    """
    contact = held(kept, "contact")
    return (
        said(message, "from_user_id")
        or said(contact, "user_id")
        or said(message, "from")
        or said(contact, "wa_id")
    )


def _recipient(kept: Json, status: Json) -> str:
    contact = held(kept, "contact")
    return (
        said(status, "recipient_user_id")
        or said(contact, "user_id")
        or said(status, "recipient_id")
        or said(contact, "wa_id")
    )


def _said_or_done(message: Json) -> Fact:
    return _KINDS.get(said(message, "type"), _message)(message)


def _message(message: Json) -> Fact:
    sent, context = contents(message), held(message, "context")
    original = said(context, "id")
    return Said(
        ref=_ref(message, "id"),
        text=sent.text,
        files=sent.files,
        placeholder=sent.placeholder,
        answers=Ref(original) if original else None,
        forwarded=_is_forwarded(context),
    )


def _is_forwarded(context: Json | None) -> bool:
    told = {} if context is None else context
    return told.get("forwarded") is True or told.get("frequently_forwarded") is True


def _choice(message: Json) -> Fact:
    """«Interactive messages»: a reply button, or a row of a list; its id is what we gave it."""
    about = held(message, "interactive")
    for kind in ("button_reply", "list_reply"):
        if data := said(held(about, kind), "id"):
            ref = _ref(message, "id")
            return Pressed(ref=ref, data=data, press=ref)
    return _message(message)


def _reaction(message: Json) -> Fact:
    """«Reaction messages»: taken away, it comes without an emoji."""
    about = held(message, "reaction")
    return Reacted(ref=_ref(about, "message_id"), emoji=said(about, "emoji") or None)


def _edit(message: Json) -> Fact:
    about = held(message, "edit")
    sent = contents(held(about, "message") or {})
    return Edited(ref=_ref(about, "original_message_id"), text=sent.text)


def _revoke(message: Json) -> Fact:
    return Unsent(ref=_ref(held(message, "revoke"), "original_message_id"))


def _notice(_: Json) -> Fact:
    """Of the platform itself, such as a new number; its text names the number."""
    return Nothing()


_KINDS: Final[Mapping[str, Callable[[Json], Fact]]] = {
    "interactive": _choice,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _notice,
    "request_welcome": _notice,
}


def _progress(status: Json) -> Fact:
    ref, told = _ref(status, "id"), said(status, "status")
    mark = said(status, "biz_opaque_callback_data")
    ours = mark.removeprefix(MARK) if mark.startswith(MARK) else ""
    delivery = DeliveryId(ours) if ours else None
    if told in SEEN:
        return Seen(how=SEEN[told], refs=(ref,))
    if told == "failed":
        return Bounced(ref=ref, reason=_why(status), delivery=delivery)
    if told == "sent" and delivery is not None:
        # What echoes are elsewhere: it came there, though the answer may have been lost.
        return Echoed(ref=ref, text="", delivery=delivery)
    return Nothing()


def _why(status: Json) -> Reason:
    """What would have been tried again, had it been refused at once, is only refused now."""
    codes = [number(each, "code") for each in listed(status, "errors")]
    code = next((code for code in codes if code is not None), NO_CODE)
    failed = refused(Refusal(code, 0, after=None), ON_WHATSAPP)
    unsure = failed.retry or failed.reason is Reason.NO_ANSWER
    return Reason.REJECTED if unsure else failed.reason


def _ref(about: Json | None, key: str) -> Ref:
    found = said(about, key)
    if not found:
        raise Unreadable("no id")
    return Ref(found)


def _time(about: Json | None) -> datetime:
    """«timestamp»: seconds, as text."""
    told = said(about, "timestamp")
    seconds = int(told) if told.isdecimal() and len(told) < 16 else number(about, "timestamp")
    found = moment(seconds)
    if found is None:
        raise Unreadable("no time")
    return found
