"""Whoever writes to the mailbox, and the app they do it in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file in a mail; `kind` as Graph names it: file, item, reference."""

    name: str
    body: bytes = field(repr=False)
    mime: str | None = "application/octet-stream"
    kind: str = "file"
    inline: bool = False
    announced: int | None = None
    """The size that is told, where it is another than it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail on its way between two hosts."""

    id: str
    """Message-ID."""
    sender: str
    at: datetime
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    new: str | None = field(default=None, repr=False)
    """What is new in it, where something is quoted below."""
    to: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    answers: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    files: tuple[Enclosed, ...] = ()


PASSED: Final = (
    "spf=pass (sender IP is 203.0.113.50) smtp.mailfrom={domain}; dkim=pass (signature was"
    " verified) header.d={domain};dmarc=pass action=none header.from={domain};"
    "compauth=pass reason=100"
)
FAILED: Final = (
    "spf=fail (sender IP is 198.51.100.7) smtp.mailfrom={domain}; dkim=none (message not signed)"
    " header.d=none;dmarc=fail action=quarantine header.from={domain};compauth=fail reason=000"
)
"""What Exchange Online puts on top («Anti-spam message headers in Microsoft 365»)."""


class Person:
    """One youth's mail app. Every method does what her thumb does."""

    def __init__(
        self, address: str, name: str, *, to: str, clock: Callable[[], datetime],
        deliver: Callable[[Letter], str], mint: Callable[[], str],
    ) -> None:  # fmt: skip
        self.address, self.name = address, name
        self.letters: list[Letter] = []
        self.blocked = False
        self._to, self._clock, self._deliver, self._mint = to, clock, deliver, mint

    def writes(self, text: str, subject: str = "", **more: Any) -> str:
        """A new mail, to the team or `to` somebody in it; its id in the mailbox it came to."""
        return self._sends(self._letter(text, subject, **more))

    def answers(self, text: str, letter: Letter | None = None, **more: Any) -> str:
        """Under what is answered, which her app quotes below."""
        about = letter or self.received[-1]
        subject = about.subject if about.subject.startswith("SV:") else f"SV: {about.subject}"
        quoted = "\n".join(f"> {line}" for line in about.text.split("\n"))
        whole = f"{text}\n\nDen 23.11.2026 10:04 skrev {about.sender}:\n{quoted}\n"
        return self._sends(
            self._letter(whole, subject, answers=about.id, new=text, to=about.sender, **more)
        )

    def is_pretended_to_be(self, text: str, subject: str = "", **more: Any) -> str:
        """Somebody else writes in her name, from a host that may not."""
        return self._deliver(self._letter(text, subject, results=FAILED, **more))

    @property
    def received(self) -> Sequence[Letter]:
        return [letter for letter in self.letters if letter.sender != self.address]

    def gets(self, letter: Letter) -> None:
        if not self.blocked:
            self.letters.append(letter)

    def _sends(self, letter: Letter) -> str:
        self.letters.append(letter)
        return self._deliver(letter)

    def _letter(
        self, text: str, subject: str, *, results: str = PASSED, to: str | None = None, **more: Any
    ) -> Letter:
        told = ("Authentication-Results", results.format(domain=self.address.rpartition("@")[2]))
        headers = (told, *more.pop("headers", ()))
        return Letter(
            id=self._mint(), sender=self.address, at=self._clock(), subject=subject, text=text,
            to=(to or self._to,), headers=headers, **more,
        )  # fmt: skip
