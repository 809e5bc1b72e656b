"""
An event of Messenger's or Instagram's as a fact in the bridge's words. Pure.

Only what is needed is read, and by hand. What cannot be understood raises `Unreadable`,
without a word of it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bots.meta import deletion
from bots.meta.comments import INVITED
from bots.meta.contents import contents
from bots.values import Json, held, listed, number, said
from bridge.domain.ids import Address, DeliveryId, Ref
from bridge.domain.messages import (
    Commented,
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

MARK: Final = "utebru:"
"""Before a delivery's id, in what Meta echoes back to us (`metadata`)."""

START: Final = "START"
"""What the «Kom i gang» button says to us; set with the page's profile."""

MILLISECONDS: Final = 100_000_000_000
"""Above this a time is told in milliseconds: as seconds it would be the year 5138."""

_END_OF_TIME: Final = 253_402_300_800

EMOJI: Final[Mapping[str, str]] = {
    "angry": "😠", "dislike": "👎", "like": "👍", "love": "❤️", "sad": "😢", "smile": "😆",
    "wow": "😮",
}  # fmt: skip
"""Messenger Platform, message_reactions: `reaction`, where no `emoji` comes with it."""

NOTICES: Final = frozenset({
    "account_linking", "app_roles", "game_play", "messaging_feedback", "optin", "order",
    "pass_thread_control", "policy_enforcement", "referral", "request_thread_control",
    "take_thread_control",
})  # fmt: skip
"""What the platform tells of itself; nobody has said anything."""


def read(body: bytes, *, marked: bool = True) -> Inbound:
    """`marked`: the platform echoes our mark. Raises `Unreadable`, and nothing else."""
    kept = _parsed(body)
    if (wish := deletion.read(kept)) is not None:
        return wish
    page, event = said(kept, "page"), held(kept, "event")
    if (comment := held(kept, "comment")) is not None:
        return _commented(comment)
    if event is None or not page:
        raise Unreadable("no event")
    sender, recipient = said(held(event, "sender"), "id"), said(held(event, "recipient"), "id")
    address = recipient if sender == page else sender
    if not address or address == page:
        raise Unreadable("nobody's")
    for kind, how in _KINDS.items():
        if (about := held(event, kind)) is not None:
            fact = how(about, sender == page)
            if isinstance(fact, Echoed) and not marked:
                fact = replace(fact, delivery=None, unmarked=True)
            return Inbound(address=Address(address), at=_time(event), fact=fact)
    if any(kind in NOTICES for kind in event):
        return Inbound(address=Address(address), at=_time(event), fact=Nothing())
    raise Unreadable("an unknown kind of event")


def _parsed(body: bytes) -> Json:
    try:
        kept = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(kept, dict):
        raise Unreadable("not an object")
    return kept


def _commented(comment: Json) -> Inbound:
    """Nobody's address: whoever it was has not written to us."""
    which = said(comment, "id")
    if not which:
        raise Unreadable("no comment")
    return Inbound(address=Address(""), at=_time(comment), fact=Commented(comment=which))


def _message(message: Json, ours: bool) -> Fact:
    ref = _ref(message)
    if message.get("is_deleted") is True:
        return Unsent(ref=ref)
    if ours or message.get("is_echo") is True:
        return _echo(message, ref)
    payload = said(held(message, "quick_reply"), "payload")
    if payload:
        return Pressed(ref=ref, data=payload, press=ref)
    sent, answered = contents(message), held(message, "reply_to")
    original = said(answered, "mid")
    # To a story, which is no question of ours: «ja» to that is no consent.
    story = "story_reply" if held(answered, "story") is not None else None
    return Said(
        ref=ref,
        text=sent.text,
        files=sent.files,
        placeholder=sent.placeholder or story,
        answers=Ref(original) if original else None,
    )


def _echo(message: Json, ref: Ref) -> Fact:
    sent, mark = contents(message), said(message, "metadata")
    if mark == INVITED:
        return Nothing()
    ours = mark.removeprefix(MARK) if mark.startswith(MARK) else ""
    text = sent.text or (f"[{sent.placeholder}]" if sent.placeholder else "")
    delivery = DeliveryId(ours) if ours else None
    return Echoed(ref=ref, text=text, files=sent.files, delivery=delivery)


def _edit(edit: Json, _: bool) -> Fact:
    return Edited(ref=_ref(edit), text=said(edit, "text"))


def _postback(postback: Json, _: bool) -> Fact:
    """A button that stays in the chat; its title is what she has said."""
    if said(postback, "payload") == START:
        return Said(ref=_ref(postback), text="/start")
    title = said(postback, "title")
    return Said(ref=_ref(postback), text=title, placeholder=None if title else "postback")


def _reaction(reaction: Json, _: bool) -> Fact:
    mark = said(reaction, "emoji") or EMOJI.get(said(reaction, "reaction"), "?")
    return Reacted(ref=_ref(reaction), emoji=mark if said(reaction, "action") == "react" else None)


def _read(about: Json, _: bool) -> Fact:
    """Instagram names the message («messaging_seen»), Messenger says until when."""
    if mid := said(about, "mid"):
        return Seen(how=Receipt.READ, refs=(Ref(mid),))
    return Seen(how=Receipt.READ, upto=moment(number(about, "watermark")))


def _delivered(about: Json, _: bool) -> Fact:
    mids = [each for each in listed(about, "mids") if isinstance(each, str) and each]
    refs = tuple(Ref(each) for each in mids)
    return Seen(how=Receipt.DELIVERED, refs=refs, upto=moment(number(about, "watermark")))


_KINDS: Final[Mapping[str, Callable[[Json, bool], Fact]]] = {
    "message": _message,
    "message_edit": _edit,
    "postback": _postback,
    "reaction": _reaction,
    "read": _read,
    "delivery": _delivered,
}

FIELDS: Final = (
    "messages", "message_echoes", "message_edits", "message_reactions", "messaging_postbacks",
    "message_reads", "message_deliveries", "standby",
)  # fmt: skip
"""What we ask Meta for, by its names («Webhooks», subscribed fields)."""


def _ref(about: Json) -> Ref:
    found = said(about, "mid")
    if not found:
        raise Unreadable("no mid")
    return Ref(found)


def _time(event: Json) -> datetime:
    found = moment(number(event, "timestamp"))
    if found is None:
        raise Unreadable("no time")
    return found


def moment(told: int | None) -> datetime | None:
    """Told in milliseconds; some of the documentation's own examples are in seconds."""
    if told is None or told < 0:
        return None
    seconds = told / 1000 if told > MILLISECONDS else float(told)
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds < _END_OF_TIME else None
