"""The apps that the crash run's youths write in, as far as a thumb needs to know them."""

from collections.abc import Sequence
from typing import Protocol

from bots.sandbox.meta import Handset
from bots.sandbox.meta import Phone as MetaPhone
from bots.sandbox.meta.people import InstagramPhone
from bots.sandbox.telegram import TelegramStandIn
from bots.sandbox.telegram.phone import Phone


class App(Protocol):
    """One youth's chat with us in one app."""

    channel: str
    in_order: bool
    """Whether the platform brings us what is said in the order it was said."""
    can_edit: bool
    bare: bool
    """Whether an answer is words like any other, and is counted with them."""

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

    def heard(self) -> Sequence[str]:
        """Everything of ours that has come to her, erased since or not."""
        ...


class OnTelegram:
    channel, in_order, can_edit, bare = "telegram", True, True, False

    def __init__(self, phone: Phone, telegram: TelegramStandIn) -> None:
        self._phone, self._telegram = phone, telegram

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

    def heard(self) -> Sequence[str]:
        calls = self._telegram.calls_of("sendMessage")
        return [str(c.get("text", "")) for c in calls if str(c.get("chat_id")) == self.id]


class OnMeta:
    """Messenger, Instagram, WhatsApp: what is tapped stands in her own name."""

    in_order, bare = False, False

    def __init__(self, phone: MetaPhone | Handset) -> None:
        self._phone = phone
        whatsapp = isinstance(phone, Handset)
        instagram = isinstance(phone, InstagramPhone)
        self.channel = "whatsapp" if whatsapp else "instagram" if instagram else "messenger"
        self.can_edit = not instagram

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

    def heard(self) -> Sequence[str]:
        """Nothing goes from these screens but by the youth's own hand, and hers takes nothing."""
        return [b.text for b in self._phone.visible if b.ours]
