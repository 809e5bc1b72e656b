"""
A mail as a fact in the bridge's words. Pure.

What cannot be understood raises `Unreadable`, without a word of it.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from bots.outlook import senders
from bots.outlook.boxes import Box
from bots.outlook.contents import Contents, contents
from bots.values import Json, held, listed, said
from bridge.domain.delivery import Reason
from bridge.domain.ids import DeliveryId, Ref, Room
from bridge.domain.messages import Bounced, Echoed, Fact, File, Inbound, Nothing, Said
from bridge.ports import Unreadable

SENT: Final = "sentitems"

MARK: Final = "String {00020329-0000-0000-C000-000000000046} Name utebru-delivery"
"""
Under which a delivery's id stands on our own mail («Outlook extended properties overview»). It
stays in our mailbox: it is no header of the mail.
"""


def read(body: bytes) -> Inbound:
    """Raises `Unreadable`, and nothing else."""
    kept = _parsed(body)
    message, mailbox = held(kept, "message"), said(kept, "mailbox")
    if message is None or not mailbox:
        raise Unreadable("no message")
    if not said(message, "id"):
        raise Unreadable("no id")
    room = said(kept, "room")
    box = Box(mailbox=mailbox, room=Room(room) if room else None)
    return replace(_read(kept, message, box), room=box.room)


def _read(kept: Json, message: Json, box: Box) -> Inbound:
    ref = box.numbered(said(message, "id"))
    if said(kept, "folder") == SENT:
        return _echo(message, ref, box)
    bounced = _bounced(kept, message, box)
    if bounced is not None:
        return bounced
    sender = senders.address(message, "from")
    if not sender:
        raise Unreadable("nobody's")
    address = box.addressed(sender, proved=senders.vouched_for(message))
    fact = _fact(kept, message, ref, box, ours=sender == box.mailbox)
    return Inbound(address=address, at=_time(message, "receivedDateTime"), fact=fact)


def passed_over(message: Json, box: Box) -> str | None:
    """Why nobody is told of it; None where it is somebody's words to us."""
    sender = senders.address(message, "from")
    if sender == box.mailbox:
        return "ours"
    if box.room is not None and _domain(sender) == _domain(box.mailbox):
        return "a colleague"
    return senders.automatic(message)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _fact(kept: Json, message: Json, ref: Ref, box: Box, *, ours: bool) -> Fact:
    if ours or senders.automatic(message) is not None:
        return Nothing()
    answered = said(held(kept, "answers"), "id")
    is_reply = bool(senders.headers(message, "in-reply-to"))
    sent = contents(message, is_answer=is_reply or bool(answered))
    fact = Said(
        ref=ref,
        text=sent.text,
        files=_files(sent, box),
        placeholder=sent.placeholder,
        answers=box.numbered(answered) if answered else None,
        forwarded=sent.forwarded,
    )
    return fact if senders.vouched_for(message) else _unproved(fact)


def _files(sent: Contents, box: Box) -> tuple[File, ...]:
    return tuple(replace(each, ref=box.numbered(each.ref)) for each in sent.files)


def _unproved(fact: Said) -> Said:
    """Marked, so that no word in it is taken for an answer, a consent least of all."""
    text = "\n\n".join(filter(None, [fact.text, f"[{fact.placeholder}]" * bool(fact.placeholder)]))
    return replace(fact, text=text, placeholder="unproved", answers=None)


def _bounced(kept: Json, message: Json, box: Box) -> Inbound | None:
    """
    A mail of ours did not get there. Whoever says so names it, which only its receiver could.
    """
    ours = held(kept, "answers")
    if ours is None or not senders.undelivered(message):
        return None
    ref, to = said(ours, "id"), senders.recipients(ours)
    if not ref or len(to) != 1 or senders.address(ours, "from") != box.mailbox:
        return None
    mark = _mark(ours)
    delivery = DeliveryId(mark) if mark else None
    fact = Bounced(ref=box.numbered(ref), reason=Reason.REJECTED, delivery=delivery)
    at = _time(message, "receivedDateTime")
    return Inbound(address=box.addressed(to[0]), at=at, fact=fact)


def _echo(message: Json, ref: Ref, box: Box) -> Inbound:
    """Sent from our mailbox, by us or by a colleague; to several at once it is no answer to one."""
    to = senders.recipients(message)
    if not to:
        raise Unreadable("to nobody")
    sent, mark = contents(message, is_answer=True), _mark(message)
    fact: Fact = Echoed(
        ref=ref,
        text=sent.text or (f"[{sent.placeholder}]" if sent.placeholder else ""),
        files=_files(sent, box),
        delivery=DeliveryId(mark) if mark else None,
    )
    if len(to) > 1:
        fact = Nothing()
    return Inbound(address=box.addressed(to[0]), at=_time(message, "sentDateTime"), fact=fact)


def _mark(message: Json) -> str:
    for each in listed(message, "singleValueExtendedProperties"):
        if said(each, "id").lower() == MARK.lower():
            return said(each, "value")
    return ""


def _time(message: Json, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(said(message, name))
    except ValueError:
        raise Unreadable("no time") from None
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise Unreadable("a time out of time") from None


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        kept = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(kept, dict):
        raise Unreadable("not an object")
    return kept
