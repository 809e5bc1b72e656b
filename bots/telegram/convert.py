"""
An update from the Bot API, as a fact in the bridge's words. Pure.

Only what is needed is read, and by hand: an odd field somewhere else in an update must not
keep a youth's words from a person. What cannot be understood raises `Unreadable`, without
a word of it.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from bots.telegram.contents import contents, named
from bots.values import Json, held, number, said
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Edited, Inbound, Left, Nothing, Pressed, Returned, Said
from bridge.ports import Unreadable

Fact = Said | Edited | Pressed | Left | Returned | Nothing

_START: Final = re.compile(r"/start(?:@\w+)?(?: [A-Za-z0-9_-]{1,64})?")
"""Bot features, deep linking: the payload comes from whoever made the link, not the youth."""

_END_OF_TIME: Final = 253_402_300_800
"""The year 10000, in Unix time; Python's calendar ends there."""

GONE: Final = frozenset({"kicked", "left"})

MEMBERSHIP: Final[Mapping[tuple[bool, bool], Fact]] = {
    (False, True): Left(),
    (True, False): Returned(),
    (True, True): Left(),
    (False, False): Nothing(),
}
"""Bot API, ChatMemberUpdated: in a private chat «kicked» means blocked. (gone before, now)"""


def read(body: bytes) -> Inbound:
    """Raises `Unreadable`, and nothing else."""
    update = _parsed(body)
    for kind, how in _KINDS.items():
        if (about := held(update, kind)) is not None:
            return how(about)
    return _unknown(update)


def _parsed(body: bytes) -> Json:
    try:
        update = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(update, dict):
        raise Unreadable("not an object")
    return update


def _message(message: Json) -> Inbound:
    chat, at = _private(message), _time(message, "date")
    if chat is None:
        return _elsewhere(message, at)
    sent = contents(message)
    if sent is None:
        return Inbound(address=chat, at=at, fact=Nothing())
    text = "/start" if _START.fullmatch(sent.text) else sent.text
    original = number(held(message, "reply_to_message"), "message_id")
    return Inbound(
        address=chat,
        at=at,
        fact=Said(
            ref=_ref(message),
            text=text,
            files=sent.files,
            placeholder=sent.placeholder,
            answers=None if original is None else Ref(str(original)),
            forwarded=held(message, "forward_origin") is not None,
        ),
    )


def _edit(message: Json) -> Inbound:
    """
    A new wording, or new whereabouts: a live location comes as a stream of edits.

    An edit also comes when nothing that shows has changed (Bot API, edited_message); then the
    wording is the same as before.
    """
    at = _time(message, "edit_date" if "edit_date" in message else "date")
    chat = _private(message)
    if chat is None:
        return _elsewhere(message, at)
    sent = contents(message)
    if sent is None or "location" in message:
        return Inbound(address=chat, at=at, fact=Nothing())
    return Inbound(address=chat, at=at, fact=Edited(ref=_ref(message), text=sent.text))


def _press(query: Json) -> Inbound:
    """
    The Bot API does not say when a button was pressed: `at` is the time of the message it
    stands under (1970 when that is too old to be shown, InaccessibleMessage).
    """
    message = held(query, "message")
    if message is None:
        raise Unreadable("a press without a message")
    at, chat = _time(message, "date"), _private(message)
    if chat is None:
        return _elsewhere(message, at)
    press = said(query, "id")
    if not press:
        raise Unreadable("a press without an id")
    fact = Pressed(ref=_ref(message), data=said(query, "data"), press=press)
    return Inbound(address=chat, at=at, fact=fact)


def _membership(change: Json) -> Inbound:
    chat, at = _private(change), _time(change, "date")
    if chat is None:
        return _elsewhere(change, at)
    before = said(held(change, "old_chat_member"), "status") in GONE
    now = said(held(change, "new_chat_member"), "status") in GONE
    return Inbound(address=chat, at=at, fact=MEMBERSHIP[before, now])


_KINDS: Final[Mapping[str, Callable[[Json], Inbound]]] = {
    "message": _message,
    "edited_message": _edit,
    "callback_query": _press,
    "my_chat_member": _membership,
}

ALLOWED: Final = tuple(_KINDS)
"""What we ask Telegram for (`allowed_updates`); once said it holds until said again."""
ALLOWED_JSON: Final = json.dumps(ALLOWED)


def _unknown(update: Json) -> Inbound:
    """A kind we never asked for: a placeholder if a youth sent it, else for a person to see."""
    for kind, about in update.items():
        if held(about, "chat") is not None:
            chat, at = _private(about), _time(about, "date")
            if chat is None:
                return _elsewhere(about, at)
            if number(about, "message_id") is not None:
                fact = Said(ref=_ref(about), text="", placeholder=named([kind]))
                return Inbound(address=chat, at=at, fact=fact)
    raise Unreadable("an unknown kind of update")


def _private(about: Json) -> Address | None:
    """The chat it belongs to; None if it is not one between a youth and us."""
    chat = held(about, "chat")
    address, kind = number(chat, "id"), said(chat, "type")
    if address is None or not kind:
        raise Unreadable("no chat")
    return Address(str(address)) if kind == "private" else None


def _elsewhere(about: Json, at: datetime) -> Inbound:
    """Groups and broadcasts are no place for a youth's words, and none of our business."""
    address = Address(str(number(held(about, "chat"), "id")))
    return Inbound(address=address, at=at, fact=Nothing())


def _ref(message: Json) -> Ref:
    found = number(message, "message_id")
    if found is None:
        raise Unreadable("no message id")
    return Ref(str(found))


def _time(about: Json, key: str) -> datetime:
    seconds = number(about, key)
    if seconds is None or not 0 <= seconds < _END_OF_TIME:
        raise Unreadable("no time")
    return datetime.fromtimestamp(seconds, tz=UTC)
