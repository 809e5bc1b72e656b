"""
What a platform's own export tells of a talk, beside what people have written down of it.

Rule 1: nothing is taken in twice. The same words from the same side, near enough in time for a
person to have misread the clock, are the same message, and each stands for one.
Rule 2: what is older than the last talk that ended is left out: it was filed, or it was not to
be, and either has been decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

NEAR: Final = timedelta(minutes=10)
"""How far a time that was read off a telephone may be from the platform's."""
CARRIED_WITHIN: Final = timedelta(hours=24)
"""How late somebody may say that they have sent something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    name: str = field(repr=False)
    type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """`key` is the same each time the same export is read."""

    key: str
    at: datetime
    ours: bool
    """Written by somebody in the team."""
    text: str = field(repr=False)
    placeholder: str | None = None
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """With one other, who goes by a number here: nobody's name leaves the export."""

    number: int
    messages: tuple[Exported, ...]
    odd: int = 0
    """Messages that could not be read."""
    too_large: int = 0
    """Files that were left out for their size."""
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands here already of the same talk."""

    at: datetime
    ours: bool
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What is to be taken in, oldest first, and how many were left out, and why."""

    fresh: tuple[Exported, ...]
    known: int
    older: int


def sort(exported: Iterable[Exported], known: Sequence[Known], *, since: datetime | None) -> Sorted:
    """`since`: when the last talk that has ended was sealed."""
    every = sorted(exported, key=lambda each: (each.at, each.key))
    newer = [each for each in every if since is None or each.at > since]
    matched = _matched(newer, known)
    fresh = [each for number, each in enumerate(newer) if number not in matched]
    return Sorted(fresh=tuple(fresh), known=len(matched), older=len(every) - len(newer))


def _matched(newer: Sequence[Exported], known: Sequence[Known]) -> set[int]:
    """Which of them stand here already; the nearest in time find each other first."""
    pairs = sorted(
        (abs(one.at - each.at), number, stands)
        for number, each in enumerate(newer)
        for stands, one in enumerate(known)
        if _may_be(one, each)
    )
    matched: set[int] = set()
    taken: set[int] = set()
    for _, number, stands in pairs:
        if number not in matched and stands not in taken:
            matched.add(number)
            taken.add(stands)
    return matched


def _may_be(one: Known, each: Exported) -> bool:
    within = CARRIED_WITHIN if each.ours else NEAR
    near = abs(one.at - each.at) <= within
    return one.ours is each.ours and near and _alike(one, each)


def _alike(one: Known, each: Exported) -> bool:
    """Words are compared; what has none is known by its minute."""
    bare = _bare(one.text)
    if each.text.strip():
        return bare == _bare(each.text)
    return bare in {"", f"[{each.placeholder}]"} and abs(one.at - each.at) <= timedelta(minutes=1)


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()
