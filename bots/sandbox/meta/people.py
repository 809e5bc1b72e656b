"""Whoever writes to the page, and the phone they do it on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from typing_extensions import override

Json = dict[str, Any]

TITLE: Final = 20
"""«Quick replies»: what is longer is cut off on the phone."""


@dataclass(slots=True, kw_only=True)
class Bubble:
    mid: str
    ours: bool
    """Said by the page; else by the youth."""
    at: datetime
    text: str = field(repr=False)
    buttons: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    file: str | None = None
    reply_to: str | None = None


Tell = Callable[["Phone", Json], None]


class Phone:
    """One youth's Messenger. Every method does what her thumb does."""

    kind = "page"

    def __init__(
        self, psid: str, name: str, *, clock: Callable[[], datetime], mid: Callable[[], str],
        keep: Callable[[str, bytes], str], tell: Tell,
    ) -> None:  # fmt: skip
        self.id, self.name = psid, name
        self.bubbles: list[Bubble] = []
        self.blocked = False
        self.last_said_at: datetime | None = None
        self._clock, self._mid, self._keep, self._tell = clock, mid, keep, tell

    def says(self, text: str, *, reply_to: str | None = None) -> str:
        message: Json = {"text": text}
        if reply_to is not None:
            message["reply_to"] = {"mid": reply_to, "is_self_reply": False}
        return self._sends(message, text, reply_to=reply_to)

    def sends_file(self, body: bytes, name: str = "brev.pdf", kind: str = "file") -> str:
        url = self._keep(name, body)
        attachment = {"type": kind, "payload": {"url": url}}
        return self._sends({"attachments": [attachment]}, "", file=name)

    def sends(self, message: Json) -> str:
        """Anything that Messenger can send, as its documentation has it."""
        return self._sends(message, str(message.get("text", "")))

    def presses(self, title: str) -> str:
        """The buttons go, and the title stands as her own words."""
        for bubble in reversed(self.bubbles):
            for label, payload in bubble.buttons:
                if label == title:
                    bubble.buttons = ()
                    said = {"text": title, "quick_reply": {"payload": payload}}
                    return self._sends(said, title)
        raise LookupError("no such button on the screen")

    def starts(self) -> str:
        """«Kom i gang», before anything has been said."""
        mid = self._mid()
        self.last_said_at = self._clock()
        self._tell(self, {"postback": {"mid": mid, "title": "Kom i gang", "payload": "START"}})
        return mid

    def edits(self, mid: str, text: str) -> None:
        self._mine(mid).text = text
        self._tell(self, {"message_edit": {"mid": mid, "text": text, "num_edit": 1}})

    def unsends(self, mid: str) -> None:
        """For everybody; the page is not told («Webhook events» has no field for it)."""
        self.bubbles.remove(self._mine(mid))

    def reacts(self, mid: str, emoji: str | None) -> None:
        about: Json = {"mid": mid, "action": "react" if emoji else "unreact"}
        if emoji:
            about |= {"reaction": "other", "emoji": emoji}
        self._tell(self, {"reaction": about})

    def reads(self) -> None:
        """Open the chat: everything until now has been read."""
        self._tell(self, {"read": {"watermark": self._now()}})

    def blocks(self) -> None:
        self.blocked = True

    @property
    def visible(self) -> Sequence[Bubble]:
        return tuple(self.bubbles)

    def hears(self, bubble: Bubble) -> None:
        """Something from the page comes, and the page is told that it did."""
        self.bubbles.append(bubble)
        self._tell(self, {"delivery": {"mids": [bubble.mid], "watermark": self._now()}})

    def _sends(
        self, message: Json, text: str, *, file: str | None = None, reply_to: str | None = None
    ) -> str:
        mid = self._mid()
        self.last_said_at = self._clock()
        self.bubbles.append(
            Bubble(mid=mid, ours=False, at=self._clock(), text=text, file=file, reply_to=reply_to)
        )
        self._tell(self, {"message": {"mid": mid, **message}})
        return mid

    def _mine(self, mid: str) -> Bubble:
        return next(b for b in self.bubbles if b.mid == mid and not b.ours)

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


class InstagramPhone(Phone):
    """One youth's Instagram: more is told of her, and less of what is sent to her."""

    kind = "instagram"

    @override
    def unsends(self, mid: str) -> None:
        """«Webhooks», messages: `is_deleted`."""
        super().unsends(mid)
        self._tell(self, {"message": {"mid": mid, "is_deleted": True}})

    @override
    def reads(self) -> None:
        """«messaging_seen»: it names the newest that she has seen."""
        seen = [bubble.mid for bubble in self.bubbles if bubble.ours]
        if seen:
            self._tell(self, {"read": {"mid": seen[-1]}})

    @override
    def hears(self, bubble: Bubble) -> None:
        """Nobody is told that it came."""
        self.bubbles.append(bubble)
