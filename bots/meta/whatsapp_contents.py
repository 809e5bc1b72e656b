"""
What a message on WhatsApp holds: words, a file, or a kind that can pass as neither.

WhatsApp Business Platform, «messages webhook reference» (17 June 2026) and the pages under it,
one for each `type`. What is not known is a placeholder by its own name.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from bots.meta.contents import Contents
from bots.names import neutral
from bots.values import Json, held, said
from bridge.domain.messages import File

_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

FILES: Final[Mapping[str, tuple[str, str]]] = {
    "image": ("bilde.jpg", "image/jpeg"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("lyd.ogg", "audio/ogg"),
    "document": ("fil", "application/octet-stream"),
    "sticker": ("klistremerke.webp", "image/webp"),
}
"""What each is called, and taken to be, where it does not say."""

NAMED_SO: Final[Mapping[str, str]] = {
    "audio/aac": "lyd.aac", "audio/amr": "lyd.amr", "audio/mp4": "lyd.m4a",
    "audio/mpeg": "lyd.mp3", "image/png": "bilde.png", "image/webp": "bilde.webp",
    "video/3gpp": "video.3gp",
}  # fmt: skip
"""«Media», supported types: a voice that is said to be a picture cannot be opened."""


def contents(message: Json) -> Contents:
    """What was sent. Never raises."""
    kind = said(message, "type")
    about = held(message, kind)
    if kind in FILES and (file := _file(kind, about)) is not None:
        return Contents(text=said(about, "caption"), files=(file,))
    if kind == "text" and said(about, "body"):
        return Contents(text=said(about, "body"))
    words = _TOLD.get(kind, _nothing)(message)
    return Contents(text="\n".join(filter(None, words)), placeholder=_named(kind, message))


def _file(kind: str, about: Json | None) -> File | None:
    ref = said(about, "id")
    if not ref:
        return None
    usual, mime = FILES[kind]
    told = said(about, "mime_type").partition(";")[0].strip().lower()
    name = neutral(said(about, "filename"))
    if not name:
        name = usual if kind == "sticker" else NAMED_SO.get(told, usual)
    return File(ref=ref, name=name, type=told or mime, size=None)


def _place(message: Json) -> list[str]:
    where = held(message, "location")
    told = [] if where is None else [where.get("latitude"), where.get("longitude")]
    point = ", ".join(str(n) for n in told) if all(_is_number(n) for n in told) else ""
    return [said(where, "name"), said(where, "address"), point]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _choice(message: Json) -> list[str]:
    """A button under something that is not ours to know, such as a template's."""
    return [said(held(message, "button"), "text")]


def _nothing(_: Json) -> list[str]:
    """A contact card holds a third party's number, and stays out; so does what is unknown."""
    return []


_TOLD: Final[Mapping[str, Callable[[Json], list[str]]]] = {"location": _place, "button": _choice}


def _named(kind: str, message: Json) -> str:
    """«Unsupported messages»: `unsupported.type` may say what it was."""
    if kind == "contacts":
        return "contact"
    if kind == "unsupported":
        kind = said(held(message, "unsupported"), "type") or kind
    return kind if _KIND.fullmatch(kind) else "unknown"
