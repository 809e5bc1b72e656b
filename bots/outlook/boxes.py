"""
Which mailbox: the team's, or one employee's; and how an address and a number tell which it is.

Whoever writes to two of them is two to us: who reads the one may not see the other. Where a mail
came to the team, nothing is added, so that what was known before there were others stays so.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bridge.domain.ids import Address, Ref, Room

UNPROVED: Final = " (ikke bekreftet)"
"""
After an address that nobody vouches for. No mail address has a blank in it, so whoever pretends
to be a youth begins a thread of their own, and never comes into hers.
"""

TO: Final = " til "
"""Between whoever writes and the employee they write to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    mailbox: str
    room: Room | None = None
    """Where its owner reads it; None: it is the team's."""

    @property
    def root(self) -> str:
        return f"users/{quote(self.mailbox, safe='@')}"

    def numbered(self, known: str) -> Ref:
        """Graph's id of a mail, as we keep it."""
        return Ref(known if self.room is None else f"{self.mailbox}/{known}")

    def addressed(self, sender: str, *, proved: bool = True) -> Address:
        told = sender if proved else f"{sender}{UNPROVED}"
        return Address(told if self.room is None else f"{told}{TO}{self.mailbox}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who writes, and to whom."""

    address: str
    proved: bool
    mailbox: str | None
    """None: to the team."""


def party(told: Address) -> Party:
    whole, _, mailbox = told.partition(TO)
    address = whole.removesuffix(UNPROVED)
    return Party(address=address, proved=address == whole, mailbox=mailbox or None)


def placed(ref: str) -> tuple[str | None, str]:
    """The employee's mailbox that a mail lies in, None where it is the team's; and Graph's id."""
    first, _, rest = ref.partition("/")
    return (first, rest) if "@" in first else (None, ref)
