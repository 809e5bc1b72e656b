"""The files of a message, as Telegram announces them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bots.names import neutral
from bots.values import Json, held, listed, number, said
from bridge.domain.messages import File

_MIME: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "animation": ("animation.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "document": ("document", "application/octet-stream"),
    "live_photo": ("live_photo.mp4", "video/mp4"),
    "sticker": ("sticker.webp", "image/webp"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video_note.mp4", "video/mp4"),
    "voice": ("voice.oga", "audio/ogg"),
}
"""What a file is called, and taken to be, where Telegram does not say."""


def files(message: Json) -> tuple[File, ...]:
    """
    Those that can be fetched; one that does not say how is left out.

    A picture comes in several sizes: the largest is the one that was sent.
    """
    return tuple(_found(message))


def _found(message: Json) -> Iterator[File]:
    sizes = [size for size in listed(message, "photo") if said(size, "file_id")]
    if sizes:
        yield _file(max(sizes, key=_area), "photo.jpg", "image/jpeg")
    for kind, (name, mime) in _KINDS.items():
        if kind == "document" and "animation" in message:
            continue  # Bot API, Message.animation: `document` is set, too
        file = held(message, kind)
        if file is not None and said(file, "file_id"):
            yield _file(file, *(_sticker(file) if kind == "sticker" else (name, mime)))


def _file(file: object, name: str, mime: str) -> File:
    size, told = number(file, "file_size"), said(file, "mime_type").lower()
    return File(
        ref=said(file, "file_id"),
        name=neutral(said(file, "file_name")) or name,
        type=told if _MIME.fullmatch(told) else mime,
        size=size if size is not None and size >= 0 else None,
    )


def _sticker(sticker: Json) -> tuple[str, str]:
    """Bot API, Sticker: `is_animated` is TGS (Lottie in gzip), `is_video` is WebM."""
    if sticker.get("is_animated") is True:
        return "sticker.tgs", "application/x-tgsticker"
    if sticker.get("is_video") is True:
        return "sticker.webm", "video/webm"
    return _KINDS["sticker"]


def _area(size: object) -> int:
    return (number(size, "width") or 0) * (number(size, "height") or 0)
