"""The apps that the crash run's youths write in, as far as a thumb needs to know them."""

from collections.abc import Sequence
from typing import Protocol

from bots.sandbox.meta import Phone as MetaPhone
from bots.sandbox.telegram.phone import Phone


class App(Protocol):
    """One youth's chat with us in one app."""

    channel: str
    in_order: bool
    """Whether the platform brings us what is said in the order it was said."""

    @property
    def id(self) -> str: ...

    def says(self, text: str) -> str: ...

    def edits(self, message: str, text: str) -> None: ...

    def asked(self) -> tuple[str, Sequence[str]]:
        """The newest question, and what can be tapped; nothing where nothing is asked."""
        ...

    def taps(self, label: str, message: str) -> str | None:
        """What now stands in her own name; None where a tap is no message."""
        ...

    def stands(self) -> Sequence[tuple[str, bool]]:
        """Every message that stands there, and whether it is hers."""
        ...


class OnTelegram:
    channel, in_order = "telegram", True

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    @property
    def id(self) -> str:
        return str(self._phone.id)

    def says(self, text: str) -> str:
        return str(self._phone.says(text))

    def edits(self, message: str, text: str) -> None:
        self._phone.edits(int(message), text)

    def asked(self) -> tuple[str, Sequence[str]]:
        last = next((b for b in reversed(self._phone.visible()) if b.buttons), None)
        if last is None:
            return "", ()
        return str(last.message_id), [label for row in last.buttons for label in row]

    def taps(self, label: str, message: str) -> str | None:
        self._phone.presses(label, int(message))
        return None

    def stands(self) -> Sequence[tuple[str, bool]]:
        return [(str(b.message_id), b.by == "youth") for b in self._phone.visible()]


class OnMessenger:
    channel, in_order = "messenger", False

    def __init__(self, phone: MetaPhone) -> None:
        self._phone = phone

    @property
    def id(self) -> str:
        return self._phone.id

    def says(self, text: str) -> str:
        return self._phone.says(text)

    def edits(self, message: str, text: str) -> None:
        self._phone.edits(message, text)

    def asked(self) -> tuple[str, Sequence[str]]:
        last = next((b for b in reversed(self._phone.visible) if b.buttons), None)
        return ("", ()) if last is None else (last.mid, [label for label, _ in last.buttons])

    def taps(self, label: str, message: str) -> str | None:
        return self._phone.presses(label)

    def stands(self) -> Sequence[tuple[str, bool]]:
        return [(b.mid, not b.ours) for b in self._phone.visible]
