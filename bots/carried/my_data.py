"""
Snapchat's «My Data»: what a person may fetch of their own account, read as talks.

The forms are those that people have found, for Snap describes none: keys in two styles, times in
two units under one name, lists that are not sorted, and an older form with two lists. Whatever
is odd in a message costs that message and no other.
"""

import hashlib
import json
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bots.carried.archives import MOST_JSON, Archives, Unsafe
from bots.names import neutral
from bots.values import Json, whole
from bridge.domain.exports import Exported, Media, Talk

OLDER: Final[Mapping[str, bool]] = {
    "receivedsavedchathistory": False,
    "sentsavedchathistory": True,
}
"""The older form's two lists, and whether what is in them is ours."""

KINDS: Final[Mapping[str, str]] = {
    "MEDIA": "photo",
    "IMAGE": "photo",
    "VIDEO": "video",
    "NOTE": "voice",
    "STICKER": "sticker",
    "SHARE": "unknown",
    "LOCATION": "location",
}
MOST_MEDIA: Final = 8 * 1024 * 1024
NEAR: Final = timedelta(seconds=2)
"""A zip tells times in steps of two seconds."""
MICRO: Final = 100_000_000_000_000
MILLI: Final = 100_000_000_000
_END: Final = 253_402_300_800


@dataclass(slots=True)
class _Found:
    messages: list[Exported] = field(default_factory=list)
    odd: int = 0
    too_large: int = 0


def read(archives: Archives) -> list[Talk]:
    """Every talk of the export, busiest first. Raises `Unsafe`."""
    names = [*archives.named("chat_history.json"), *archives.named("snap_history.json")]
    if not names:
        raise Unsafe("no chat history in it")
    media, found = _Chest(archives), dict[str, _Found]()
    seen: dict[str, int] = {}
    for name in names:
        for whose, told, ours in _told(_parsed(archives.read(name, MOST_JSON))):
            talk = found.setdefault(whose, _Found())
            try:
                talk.messages.append(_message(whose, told, ours, media, talk, seen))
            except (ValueError, OverflowError):
                talk.odd += 1
    busy = sorted(found.items(), key=lambda each: (-len(each[1].messages), each[0]))
    return [
        Talk(
            number=number, messages=tuple(talk.messages), odd=talk.odd,
            too_large=talk.too_large, name=whose,
        )
        for number, (whose, talk) in enumerate(busy, start=1)
    ]  # fmt: skip


def _parsed(body: bytes) -> Json:
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unsafe("its chat history is no JSON") from None
    if not isinstance(told, dict):
        raise Unsafe("its chat history is of no known form")
    return told


def _told(told: Json) -> Iterator[tuple[str, Json, bool | None]]:
    """Whose talk, the message, and whether it is ours where its place says so."""
    for key, messages in told.items():
        ours = OLDER.get(_plain(key))
        for each in messages if isinstance(messages, list) else ():
            message = {_plain(name): value for name, value in each.items()} if _is(each) else {}
            whose = key if ours is None else _text(message, "to" if ours else "from")
            yield whose, message, ours


def _is(value: object) -> bool:
    return isinstance(value, dict)


def _plain(name: str) -> str:
    """«IsSender», «isSender» and «Is Sender» are one."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _message(
    whose: str, told: Json, ours: bool | None, media: "_Chest", talk: _Found, seen: dict[str, int]
) -> Exported:
    at, kind = _time(told), _text(told, "mediatype") or _text(told, "type") or "TEXT"
    kind = kind.upper()
    if kind.startswith("STATUS") or not told:
        raise ValueError("nobody's words")
    text = _text(told, "content") or _text(told, "text")
    sender = told.get("issender")
    mine = ours if ours is not None else sender if isinstance(sender, bool) else None
    if mine is None:
        raise ValueError("nobody's")
    ids = [each.strip() for each in _text(told, "mediaids").split("|") if each.strip()]
    files, too_large = media.of(ids, at, wanted=kind in {"MEDIA", "IMAGE", "VIDEO", "NOTE"})
    talk.too_large += too_large
    if kind == "TEXT" and not text:
        raise ValueError("no words")
    name = f"{whose}\0{at.isoformat()}\0{mine}\0{kind}\0{text}\0{'|'.join(ids)}"
    seen[name] = seen.get(name, 0) + 1
    key = hashlib.sha256(f"{name}\0{seen[name]}".encode("utf-8", "replace")).hexdigest()[:40]
    shown = None if text or files else KINDS.get(kind, "unknown")
    return Exported(key=key, at=at, ours=mine, text=text, placeholder=shown, media=files)


def _text(told: Json, key: str) -> str:
    value = told.get(key)
    return whole(value) if isinstance(value, str) else ""


def _time(told: Json) -> datetime:
    """To the unit that it is told in, whatever it is called; else to the second."""
    for name in ("createdmicroseconds", "createdmilliseconds"):
        exact = told.get(name)
        if isinstance(exact, str) and exact.isdecimal() and len(exact) < 20:
            exact = int(exact)
        if isinstance(exact, int) and not isinstance(exact, bool) and exact > 0:
            unit = 1_000_000 if exact > MICRO else 1000 if exact > MILLI else 1
            if exact / unit < _END:
                return datetime.fromtimestamp(exact / unit, tz=UTC)
    created = _text(told, "created").removesuffix(" UTC")
    return datetime.strptime(created, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


class _Chest:
    """The files beside the words; each belongs to one message."""

    def __init__(self, archives: Archives) -> None:
        self._archives = archives
        self._left: dict[str, datetime] = dict(archives.under("chat_media"))

    def of(self, ids: list[str], at: datetime, *, wanted: bool) -> tuple[tuple[Media, ...], int]:
        """Those named, or where none is, the one that was made at that very time."""
        named = [name for its_id in ids for name in self._left if its_id in name]
        if not ids and wanted:
            near = [name for name, made in self._left.items() if abs(made - at) <= NEAR]
            named = near if len(near) == 1 else []
        found, too_large = [], 0
        for name in dict.fromkeys(named):
            del self._left[name]
            if self._archives.size(name) > MOST_MEDIA:
                too_large += 1
                continue
            found.append(_media(name, self._archives.read(name, MOST_MEDIA)))
        return tuple(found), too_large


def _media(name: str, body: bytes) -> Media:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    ending = mimetypes.guess_extension(kind) or ""
    return Media(name=neutral(f"snap{ending}"), type=kind, body=body)
