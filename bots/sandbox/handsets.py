"""
The apps on a youth's phone, as the page shows them and as its visitor uses them.

A youth is known to the page by the number that Telegram gave; in another app they are whoever
has the same name there, from the moment that they first open it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

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
