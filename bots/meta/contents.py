"""
What a message on Messenger or Instagram holds: words, files, or a kind that can pass as neither.

Messenger Platform, «messages Webhook Event Reference» (27 March 2026); Instagram Platform,
«Instagram Platform Webhook Notification Examples» (24 November 2025). New kinds come every few
months; what is not known is a placeholder by its own name, and its link is kept as words.
"""

import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from bots.names import neutral
from bots.values import Json, held, listed, said
from bridge.domain.messages import File

_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

FILES: Final[Mapping[str, tuple[str, str]]] = {
    "image": ("bilde.jpg", "image/jpeg"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("lyd.mp4", "audio/mp4"),
    "file": ("fil", "application/octet-stream"),
    "sticker": ("klistremerke.png", "image/png"),
}
"""What each is called, and taken to be, where its address does not say."""

LIKES: Final = frozenset({369239263222822, 369239343222814, 369239383222810})
"""The thumb beside the field, small, larger and largest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    text: str = field(repr=False)
    files: tuple[File, ...] = ()
    placeholder: str | None = None


def contents(message: Json) -> Contents:
    """What was sent. Never raises."""
    words, files, placeholder = [said(message, "text")], [], None
    for attachment in _told_once(message):
        kind = said(attachment, "type")
        if (file := _file(kind, attachment)) is not None and not _is_like(attachment):
            files.append(file)
            continue
        tell = _TOLD.get(kind, _link)
        words += tell(attachment)
        placeholder = placeholder or _named(kind)
    text = "\n".join(filter(None, words))
    if placeholder is None and not text and not files:
        placeholder = "unsupported" if message.get("is_unsupported") is True else "unknown"
    # A link that unfolds into a card is words, with the card beside them.
    if placeholder == "fallback" and words[0]:
        placeholder = None
    return Contents(text=text, files=tuple(files), placeholder=placeholder)


def _told_once(message: Json) -> Iterator[object]:
    """A sticker is told as an image too, until every app has learnt the new kind."""
    all_of_them = listed(message, "attachments")
    stickers = {_sticker(each) for each in all_of_them if said(each, "type") == "sticker"}
    for attachment in all_of_them:
        if said(attachment, "type") == "image" and _sticker(attachment) in stickers - {None}:
            continue
        yield attachment


def _sticker(attachment: object) -> int | None:
    payload = held(attachment, "payload")
    told = None if payload is None else payload.get("sticker_id")
    if isinstance(told, str) and told.isdecimal() and len(told) < 20:
        return int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) else None


def _is_like(attachment: object) -> bool:
    return _sticker(attachment) in LIKES


def _file(kind: str, attachment: object) -> File | None:
    url = said(held(attachment, "payload"), "url")
    if kind not in FILES or not url:
        return None
    name, mime = FILES[kind]
    told = neutral(unquote(urlsplit(url).path.rpartition("/")[2])) if _is_whole(url) else ""
    guessed = mimetypes.guess_type(told)[0]
    return File(ref=url, name=told if guessed else name, type=guessed or mime, size=None)


def _is_whole(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _like(_: object) -> list[str]:
    return ["👍"]


def _picture(attachment: object) -> list[str]:
    return _like(attachment) if _is_like(attachment) else []


def _place(attachment: object) -> list[str]:
    where = held(held(attachment, "payload"), "coordinates")
    if where is None:
        return []
    told = where.get("lat"), where.get("long")
    return [f"{told[0]}, {told[1]}"] if all(isinstance(n, int | float) for n in told) else []


def _link(attachment: object) -> list[str]:
    payload = held(attachment, "payload")
    titles = [said(attachment, "title") or said(payload, "title")]
    return [*titles, said(payload, "url") or said(attachment, "url")]


def _nothing(_: object) -> list[str]:
    return []


_TOLD: Final[Mapping[str, Callable[[Any], list[str]]]] = {
    "image": _picture,
    "sticker": _picture,
    "location": _place,
    "template": _nothing,
    # «Story Mention»: what is in a story may not be kept, and is gone within a day.
    "story_mention": _nothing,
    "ephemeral": _nothing,
    "appointment_booking": _nothing,
}


def _named(kind: str) -> str:
    return kind if _KIND.fullmatch(kind) else "unknown"
