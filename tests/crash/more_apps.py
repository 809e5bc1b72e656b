"""A mail app, and Snapchat, where what is said waits until somebody writes it down."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Final

from bots.sandbox.outlook import OutlookStandIn, Person
from bots.sandbox.outlook.mailbox import DRAFTS, PURGES

QUESTION: Final = "Svar JA, NEI"
"""What the question about the journal ends with where there are no buttons."""


class OnMail:
    channel, in_order, can_edit, bare = "outlook", False, False, True

    def __init__(self, person: Person, outlook: OutlookStandIn) -> None:
        self._person, self._outlook = person, outlook

    @property
    def id(self) -> str:
        return self._person.address

    def says(self, text: str) -> str:
        """Under our newest mail, where there is one."""
        if self._person.received:
            return self._person.answers(text)
        return self._person.writes(text, "Hei")

    def edits(self, message: str, text: str) -> None:
        raise LookupError(message)

    def asked(self) -> tuple[str, Sequence[str]]:
        """Only what came last: under another mail a yes is no answer."""
        newest = self._person.received[-1] if self._person.received else None
        if newest is None or QUESTION not in newest.text:
            return "", ()
        return newest.id, ("Ja",)

    def taps(self, label: str, message: str) -> str | None:
        return self._person.answers(label)

    def stands(self) -> Sequence[tuple[str, bool]]:
        """In our mailbox: hers is out of everybody's reach."""
        ours = self._outlook.mailbox.items.values()
        here = [i for i in ours if i.folder not in {PURGES, DRAFTS}]
        return [
            (item.id, item.letter.sender == self.id)
            for item in here
            if self.id in (item.letter.sender, *item.letter.to)
        ]

    def heard(self) -> Sequence[str]:
        return [letter.text for letter in self._person.received]


@dataclass(slots=True, kw_only=True)
class Snap:
    """Something she has written, on the team's own telephone."""

    text: str = field(repr=False)
    at: datetime
    answers: bool = False


class OnSnapchat:
    """Her phone and the team's in one: what she writes waits until somebody writes it down."""

    channel, in_order, can_edit, bare = "snapchat", True, False, True

    def __init__(self, number: int) -> None:
        self.number = number
        self.unread: deque[Snap] = deque()
        self.alias: str | None = None
        """What she goes by, from when the team has seen a card of hers."""
        self.begun = False
        """Her first words have been written down; who she is, the cards will tell."""
        self._got: dict[str, str] = {}
        self._numbers = count(1)

    @property
    def id(self) -> str:
        return f"snap-{self.number}"

    def says(self, text: str) -> str:
        self.unread.append(Snap(text=text, at=datetime.now(UTC)))
        return f"{self.id}-{next(self._numbers)}"

    def edits(self, message: str, text: str) -> None:
        raise LookupError(message)

    def asked(self) -> tuple[str, Sequence[str]]:
        asked = [ts for ts, text in self._got.items() if "journal" in text.lower()]
        return (asked[-1], ("Ja",)) if asked else ("", ())

    def taps(self, label: str, message: str) -> str | None:
        self.unread.append(Snap(text=label, at=datetime.now(UTC), answers=True))
        return None

    def gets(self, card: str, text: str) -> None:
        """Somebody copies a card and sends it; the same card is not sent twice."""
        self._got.setdefault(card, text)

    def stands(self) -> Sequence[tuple[str, bool]]:
        """Nothing there has a number that anybody could know it by."""
        return ()

    def heard(self) -> Sequence[str]:
        return list(self._got.values())
