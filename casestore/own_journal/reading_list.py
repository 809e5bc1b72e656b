"""Readings as a list that a person can read: the same by the same, on one day, is one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from casestore.own_journal.whole import Read
from casestore.times import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """`at` is the last time that day, and `times` how many times it was."""

    at: datetime
    by: str
    role: str
    said: str
    times: int


def by_day(reads: Iterable[Read]) -> list[ReadLine]:
    """Put together what is the same, newest first."""
    found: dict[tuple[date, str, str, str | None], ReadLine] = {}
    for read in reads:
        key = (day_of(read.at), read.by, read.said, read.of)
        line = found.get(key)
        found[key] = ReadLine(
            at=max(read.at, line.at) if line else read.at,
            by=read.by,
            role=read.role,
            said=read.said,
            times=line.times + 1 if line else 1,
        )
    return sorted(found.values(), key=lambda line: line.at, reverse=True)
