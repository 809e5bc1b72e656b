"""
The hash chain, decided without a database.

Each link hashes its number, its time, its event and the hash before it, as canonical JSON. A
changed, removed, added or moved link breaks every link after it; a cut-off end does not match
the head.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from casestore.canonical import NotCanonical, digest

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainVerdict:
    """Whether the chain holds; if not, `broken_at` is the first link that does not fit."""

    count: int
    head: str
    broken_at: int | None = None

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


def _hash(n: int, at: str, prev: str, event: dict[str, Any]) -> str:
    return digest({"n": n, "at": at, "prev": prev, "event": event})
