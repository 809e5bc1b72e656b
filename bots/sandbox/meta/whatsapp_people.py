"""Whoever writes to the number on WhatsApp, and the phone they do it on."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bots.sandbox.meta.people import Bubble

Json = dict[str, Any]
Tell = Callable[["Handset", Json], None]


class Handset:
    """One youth's WhatsApp. Every method does what her thumb does."""

    def __init__(
        self, number: str, name: str, *, user: str, clock: Callable[[], datetime],
        keep: Callable[[bytes, str], str], tell: Tell,
    ) -> None:  # fmt: skip
        self.number, self.name, self.id = number, name, user
        self.bubbles: list[Bubble] = []
        self.hides_number = False
        """She has taken a username: we are told the id alone."""
        self.off = False
        """Her phone is off, or has blocked the number: what is sent is taken, and not delivered."""
        self.gone = False
        """There is no account here any longer, which is told afterwards."""
        self.last_said_at: datetime | None = None
        self._clock, self._keep, self._tell, self._count = clock, keep, tell, 0

    def says(self, text: str, *, reply_to: str | None = None) -> str:
        message: Json = {"type": "text", "text": {"body": text}}
        if reply_to is not None:
            message["context"] = {"id": reply_to}
        return self._sends(message, text)

    def sends_file(self, body: bytes, kind: str = "document", mime: str = "application/pdf") -> str:
        about: Json = {"id": self._keep(body, mime), "mime_type": mime}
        if kind == "document":
            about["filename"] = "brev.pdf"
        return self._sends({"type": kind, kind: about}, "")

    def sends(self, message: Json) -> str:
        """Anything that WhatsApp can send, as its documentation has it."""
        return self._sends(message, "")

    def presses(self, title: str) -> str:
        """The title stands as her own words, as an answer to the question."""
        for bubble in reversed(self.bubbles):
            for label, data in bubble.buttons:
                if label == title:
                    bubble.buttons = ()
                    reply = {"type": "button_reply", "button_reply": {"id": data, "title": label}}
                    message = {"type": "interactive", "interactive": reply,
                               "context": {"id": bubble.mid}}  # fmt: skip
                    return self._sends(message, title)
        raise LookupError("no such button on the screen")

    def edits(self, mid: str, text: str) -> None:
        """Told so only where the number is in the app too («Edit messages»)."""
        self._mine(mid).text = text
        new = {"type": "text", "text": {"body": text}}
        self._tells({"type": "edit", "edit": {"original_message_id": mid, "message": new}})

    def unsends(self, mid: str) -> None:
        """For everybody; a number that is not in the app is not told («Revoke messages»)."""
        self.bubbles.remove(self._mine(mid))

    def reacts(self, mid: str, emoji: str | None) -> None:
        about = {"message_id": mid} | ({"emoji": emoji} if emoji else {})
        self._tells({"type": "reaction", "reaction": about})

    @property
    def visible(self) -> Sequence[Bubble]:
        return tuple(self.bubbles)

    def mid(self) -> str:
        """A `wamid` holds the number, for anybody who can read base64."""
        self._count += 1
        inside = f"\x1d\n{self.number}\x15\x02\x00{len(self.bubbles)}:{self._count}"
        return "wamid." + base64.b64encode(inside.encode()).decode()

    def _sends(self, message: Json, text: str) -> str:
        self.last_said_at = self._clock()
        mid = self._tells(message)
        bubble = Bubble(mid=mid, ours=False, at=self._clock(), text=text)
        self.bubbles.append(bubble)
        return mid

    def _tells(self, message: Json) -> str:
        mid, now = self.mid(), str(int(self._clock().timestamp()))
        whole = {"from_user_id": self.id, "id": mid, "timestamp": now, **message}
        if not self.hides_number:
            whole["from"] = self.number
        self._tell(self, {"messages": [whole]})
        return mid

    def _mine(self, mid: str) -> Bubble:
        return next(b for b in self.bubbles if b.mid == mid and not b.ours)
