"""
The apps on a youth's phone, as the page shows them and as its visitor uses them.

A youth is known to the page by the number that Telegram gave; in another app they are whoever
has the same name there, from the moment that they first open it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from bots.sandbox.meta.people import Bubble
from bots.sandbox.meta.people import Phone as MetaPhone
from bots.sandbox.meta.standin import MetaStandIn
from bots.sandbox.shown import clock, day
from bots.sandbox.telegram import Phone, Shown, TelegramStandIn

Json = dict[str, Any]


class Handset(Protocol):
    """One app: what stands on its screen, and what can be done there."""

    @property
    def title(self) -> str: ...

    @property
    def team(self) -> str:
        """What the team is called there."""
        ...

    def screen(self, youth: Phone) -> Json: ...

    def does(self, youth: Phone, order: Json) -> None:
        """Raises `LookupError`, `TypeError` or `ValueError` when it cannot be done."""
        ...

    def sends_file(self, youth: Phone, kind: str, data: bytes, name: str | None) -> None: ...

    def picture(self, file: str) -> bytes | None: ...


TELEGRAM_ACTS: Final[Mapping[str, Callable[[Phone, Json], object]]] = {
    "says": lambda phone, order: phone.says(str(order["text"])),
    "starts": lambda phone, _: phone.starts(),
    "edits": lambda phone, order: phone.edits(int(order["message_id"]), str(order["text"])),
    "deletes": lambda phone, order: phone.deletes_own(int(order["message_id"])),
    "presses": lambda phone, order: phone.presses(str(order["button"]), int(order["message_id"])),
    "blocks": lambda phone, _: phone.blocks(),
    "unblocks": lambda phone, _: phone.unblocks(),
}


class OnTelegram:
    title = "Telegram"

    def __init__(self, telegram: TelegramStandIn) -> None:
        self._telegram = telegram

    @property
    def team(self) -> str:
        return str(self._telegram.chats.bot["first_name"])

    def screen(self, youth: Phone) -> Json:
        return {
            "blocked": youth.account.blocked,
            "toast": youth.toasts[-1] if youth.toasts else "",
            "toasts": len(youth.toasts),
            "chat": [_telegram_bubble(shown) for shown in youth.chat()],
            "edits": True,
            "note": "bot",
        }

    def does(self, youth: Phone, order: Json) -> None:
        TELEGRAM_ACTS[str(order.get("do"))](youth, order)

    def sends_file(self, youth: Phone, kind: str, data: bytes, name: str | None) -> None:
        youth.sends_file(kind, data, name)

    def picture(self, file: str) -> bytes | None:
        stored = self._telegram.chats.files.get(file)
        return stored.data if stored else None


def _telegram_bubble(shown: Shown) -> Json:
    return {
        "id": shown.message_id,
        "by": shown.by,
        "at": clock(shown.at),
        "day": day(shown.at),
        "text": shown.text,
        "kind": shown.kind,
        "file": shown.file,
        "picture": shown.file_id if shown.kind == "photo" else None,
        "buttons": shown.buttons,
        "edited": shown.edited,
        "deleted": shown.deleted_by,
    }


META_ACTS: Final[Mapping[str, Callable[[MetaPhone, Json], object]]] = {
    "says": lambda phone, order: phone.says(str(order["text"])),
    "starts": lambda phone, _: phone.starts(),
    "edits": lambda phone, order: phone.edits(str(order["message_id"]), str(order["text"])),
    "deletes": lambda phone, order: phone.unsends(str(order["message_id"])),
    "presses": lambda phone, order: phone.presses(str(order["button"])),
    "blocks": lambda phone, _: phone.blocks(),
}


class OnMessenger:
    """Only the newest answers can be tapped, and they go when one is."""

    title = "Messenger"
    team = "Utekontakten"

    def __init__(self, meta: MetaStandIn) -> None:
        self._meta = meta

    def screen(self, youth: Phone) -> Json:
        known = self._known(youth)
        bubbles = () if known is None else known.visible
        return {
            "blocked": known is not None and known.blocked,
            "toast": "",
            "toasts": 0,
            "chat": [_meta_bubble(bubble, newest=bubble is bubbles[-1]) for bubble in bubbles],
            "edits": True,
            "note": "side",
        }

    def does(self, youth: Phone, order: Json) -> None:
        META_ACTS[str(order.get("do"))](self._phone(youth), order)

    def sends_file(self, youth: Phone, kind: str, data: bytes, name: str | None) -> None:
        self._phone(youth).sends_file(data, name or "fil", "image" if kind == "photo" else "file")

    def picture(self, _: str) -> bytes | None:
        return None

    def _known(self, youth: Phone) -> MetaPhone | None:
        return next((phone for phone in self._meta.youths if phone.name == youth.name), None)

    def _phone(self, youth: Phone) -> MetaPhone:
        return self._known(youth) or self._meta.youth(youth.name)


def _meta_bubble(bubble: Bubble, *, newest: bool) -> Json:
    return {
        "id": bubble.mid,
        "by": "bot" if bubble.ours else "youth",
        "at": clock(bubble.at),
        "day": day(bubble.at),
        "text": bubble.text,
        "kind": "document" if bubble.file else "text",
        "file": bubble.file,
        "picture": None,
        "buttons": [[label for label, _ in bubble.buttons]] if bubble.buttons and newest else [],
        "edited": False,
        "deleted": None,
    }
