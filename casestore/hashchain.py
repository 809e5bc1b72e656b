"""
The hash chain, decided without a database.

Each link hashes its number, its time, its event and the hash before it, as canonical JSON. A
changed, removed, added or moved link breaks every link after it; a cut-off end does not match
the head; and the anchors must be exactly those that the links' days call for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from casestore.canonical import NotCanonical, digest
from casestore.times import day_of, read_time

BEGINNING: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last link: its number and its hash."""

    n: int = 0
    hash: str = BEGINNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link as it lies in the database or in an export."""

    n: int
    at: str
    prev: str
    event: dict[str, Any] = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Anchored:
    """Where the chain stood before the first link of a day in Oslo (YYYY-MM-DD)."""

    day: str
    n: int
    hash: str


class Why(StrEnum):
    """In what way a chain does not hold."""

    LINK = "link"  # a link does not follow the one before, or is not what was hashed
    ANCHOR = "anchor"  # an anchor says otherwise, is missing, or is one too many
    END = "end"  # the links do not end where the head says, or where an anchor has seen them
    SEAL = "seal"  # the head is not marked by this store, so whatever ends there may be another's


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainVerdict:
    """
    Whether the chain holds; if not, `broken_at` is the first link that does not fit.

    With `Why.END` and `Why.SEAL` it is the number after the last that links and head agree on.
    """

    count: int
    head: str
    broken_at: int | None = None
    why: Why | None = None

    @property
    def holds(self) -> bool:
        """Whether every link fits, and the last is the head."""
        return self.broken_at is None


def linked(head: Head, *, at: str, event: dict[str, Any]) -> Link:
    """Make the link that follows `head`."""
    n = head.n + 1
    return Link(n=n, at=at, prev=head.hash, event=event, hash=_hash(n, at, head.hash, event))


def follows(link: Link, *, after: Head) -> bool:
    """Say whether `link` is whole and follows `after`."""
    try:
        own = _hash(link.n, link.at, link.prev, link.event)
    except NotCanonical:
        return False
    return link.n == after.n + 1 and link.prev == after.hash and link.hash == own


class Walk:
    """Following a chain from its beginning, one link at a time, beside its anchors."""

    def __init__(self, anchors: Iterable[Anchored] = ()) -> None:
        self.head = Head()
        self.broken: tuple[int, Why] | None = None
        self._anchors = set(anchors)
        # Links from before there were anchors have none: the first one says when they began.
        self._since = min((anchor.n for anchor in self._anchors), default=None)
        self._days: set[str] = set()

    def step(self, link: Link, *, whole: bool = True) -> bool:
        """Take the next link; `whole` is what else the database can say of its row."""
        try:
            day = day_of(read_time(link.at)).isoformat()
        except (TypeError, ValueError, OverflowError):
            whole, day = False, ""
        if not whole or not follows(link, after=self.head):
            self.broken = (link.n, Why.LINK)
        elif not self._anchored(day):
            self.broken = (max(1, self.head.n), Why.ANCHOR)
        else:
            self.head = Head(n=link.n, hash=link.hash)
        return self.broken is None

    def end(self, told: Head | None, *, ours: bool) -> ChainVerdict:
        """Say how it stands: `told` is the head as it lies, `ours` whether this store marked it."""
        if self.broken is None:
            self.broken = self._end(told, ours=ours)
        at, why = self.broken or (None, None)
        return ChainVerdict(count=self.head.n, head=self.head.hash, broken_at=at, why=why)

    def _anchored(self, day: str) -> bool:
        if self._since is None or self.head.n < self._since or day in self._days:
            return True
        self._days.add(day)
        wanted = Anchored(day=day, n=self.head.n, hash=self.head.hash)
        found = wanted in self._anchors
        self._anchors.discard(wanted)
        return found

    def _end(self, told: Head | None, *, ours: bool) -> tuple[int, Why] | None:
        last = self.head.n, self.head.hash
        # One that saw the last link here has also seen the next.
        within = [a.n for a in self._anchors if a.n <= self.head.n and (a.n, a.hash) != last]
        if within:
            return max(1, min(within)), Why.ANCHOR
        if told != self.head or self._anchors:
            agreed = min(told.n, self.head.n) if told and isinstance(told.n, int) else self.head.n
            return max(agreed, 0) + 1, Why.END
        return None if ours else (self.head.n + 1, Why.SEAL)


def _hash(n: int, at: str, prev: str, event: dict[str, Any]) -> str:
    return digest({"n": n, "at": at, "prev": prev, "event": event})
