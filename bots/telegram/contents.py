"""
What a message holds: words, files, or a kind that can pass as neither.

A new kind of message appears in Telegram every few months. So everything that is not known
to be an envelope counts as something the youth sent, and is named by its key in the JSON.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bots.telegram.files import files
from bots.values import Json, listed, said
from bridge.domain.messages import File

ENVELOPE: Final = frozenset({
    "author_signature", "business_connection_id", "caption", "caption_entities", "chat", "date",
    "direct_messages_topic", "edit_date", "effect_id", "entities", "ephemeral_message_id",
    "external_reply", "forward_date", "forward_from", "forward_from_chat",
    "forward_from_message_id", "forward_origin", "forward_sender_name", "forward_signature",
    "from", "guest_bot_caller_chat", "guest_bot_caller_user", "guest_query_id",
    "has_media_spoiler", "has_protected_content", "is_automatic_forward", "is_from_offline",
    "is_paid_post", "is_topic_message", "link_preview_options", "media_group_id", "message_id",
    "message_thread_id", "paid_star_count", "quote", "receiver_user", "reply_markup",
    "reply_to_checklist_task_id", "reply_to_message", "reply_to_poll_option_id",
    "reply_to_story", "sender_boost_count", "sender_business_bot", "sender_chat", "sender_tag",
    "show_caption_above_media", "suggested_post_info", "text", "via_bot",
})  # fmt: skip
"""Bot API, Message: what is about a message, and is not what was sent."""

NOTICES: Final = frozenset({
    "chat_background_set", "connected_website", "message_auto_delete_timer_changed",
    "pinned_message", "proximity_alert_triggered", "write_access_allowed",
})  # fmt: skip
"""Bot API, Message: what the app tells of itself in a private chat; nobody has said anything."""

_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    text: str = field(repr=False)
    files: tuple[File, ...] = ()
    placeholder: str | None = None


def contents(message: Json) -> Contents | None:
    """What the youth sent; None for a notice of the app's own. Never raises."""
    words = said(message, "text") or said(message, "caption")
    if found := files(message):
        return Contents(text=words or _emoji(message.get("sticker")), files=found)
    kinds = [key for key in message if key not in ENVELOPE]
    if "text" in message and words:
        return Contents(text=words)
    if kinds and all(kind in NOTICES for kind in kinds):
        return None
    kind = next((kind for kind in _TOLD if kind in kinds), named(kinds))
    tell = _TOLD.get(kind, _nothing)
    return Contents(
        text=words or "\n".join(filter(None, tell(message.get(kind)))), placeholder=kind
    )


def named(kinds: Iterable[str]) -> str:
    """The first of these keys, if it looks like one of the Bot API's."""
    return next((kind for kind in kinds if _KIND.fullmatch(kind)), "unknown")


def _emoji(sticker: object) -> str:
    """What the sender chose the sticker for; all that can be read of an animated one."""
    return said(sticker, "emoji")


def _nothing(_: object) -> Iterator[str]:
    """A contact's number is a third party's, and stays out."""
    yield from ()


def _poll(poll: object) -> Iterator[str]:
    yield said(poll, "question")
    for option in listed(poll, "options"):
        yield f"– {said(option, 'text')}"


def _venue(venue: object) -> Iterator[str]:
    yield said(venue, "title")
    yield said(venue, "address")
    if isinstance(venue, Mapping):
        yield from _location(venue.get("location"))


def _location(place: object) -> Iterator[str]:
    if isinstance(place, Mapping):
        where = place.get("latitude"), place.get("longitude")
        if all(isinstance(number, int | float) for number in where):
            yield f"{where[0]}, {where[1]}"


def _dice(dice: object) -> Iterator[str]:
    yield said(dice, "emoji")


def _game(game: object) -> Iterator[str]:
    yield said(game, "title")


_TOLD: Final[Mapping[str, Callable[[Any], Iterator[str]]]] = {
    "venue": _venue,  # comes with a `location` beside it
    "location": _location,
    "contact": _nothing,
    "poll": _poll,
    "dice": _dice,
    "game": _game,
    "story": _nothing,
}
"""What can be put in words about a kind that has none, so that its meaning is not lost."""
