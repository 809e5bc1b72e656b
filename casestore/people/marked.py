"""
Who shares what with whom, held in memory: never what it is that they share.

Each value is known by a mark under a secret that is made when this begins and leaves with it. So
nothing in it can be compared with what another process has, and nothing of it is ever kept.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from casestore.people.details import Details
from casestore.people.likeness import CROWD, Why, known_name, reached_by

KINDS: Final = (Why.NAME, Why.WAY, Why.BORN)
BITS: Final = 2  # of a mark, that say which of these it is


class Marked:
    """
    The marks of persons, and the persons of each mark.

    `put` and `drop` give those whom somebody else may have become near to, or no longer be: the
    one that it is about, and all of a crowd that has just become one or has ceased to be.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._marks: dict[str, tuple[int, ...]] = {}
        # Most values are one person's, so that one alone is kept without a set.
        self._persons: dict[int, str | set[str]] = {}

    def put(self, its_id: str, details: Details) -> set[str]:
        """Mark what is known of a person now, instead of what was known before."""
        touched = self.drop(its_id)
        self._marks[its_id] = marks = tuple(self._made(details))
        for mark in marks:
            touched |= self._add(mark, its_id)
        return touched

    def drop(self, its_id: str) -> set[str]:
        """Forget a person."""
        touched = {its_id}
        for mark in self._marks.pop(its_id, ()):
            touched |= self._take(mark, its_id)
        return touched

    def near(self, its_id: str) -> Mapping[str, set[Why]]:
        """Give those who share something with a person, and what; of `BORN`, the date alone."""
        found: dict[str, set[Why]] = defaultdict(set)
        for mark in self._marks.get(its_id, ()):
            others = self._of(mark)
            if len(others) <= CROWD:
                for other in others - {its_id}:
                    found[other].add(KINDS[mark & (1 << BITS) - 1])
        return found

    def groups(self) -> Iterator[tuple[Why, Sequence[str]]]:
        """Give all who share something, group by group, but no crowds; nobody is to change then."""
        for mark, held in self._persons.items():
            if not isinstance(held, str) and len(held) <= CROWD:
                yield KINDS[mark & (1 << BITS) - 1], sorted(held)

    def _made(self, details: Details) -> Iterator[int]:
        values = {(Why.WAY, reached_by(way)) for way in details.ways}
        values |= {(Why.NAME, known_name(details)), (Why.BORN, details.born or "")}
        for why, value in values:
            if value:
                mark = hashlib.blake2b(f"{why}\n{value}".encode(), digest_size=8, key=self._secret)
                yield int.from_bytes(mark.digest()) << BITS | KINDS.index(why)

    def _of(self, mark: int) -> set[str]:
        held = self._persons.get(mark, set[str]())
        return {held} if isinstance(held, str) else held

    def _add(self, mark: int, its_id: str) -> set[str]:
        now = self._of(mark)
        now.add(its_id)
        self._persons[mark] = its_id if len(now) == 1 else now
        return set(now) if len(now) == CROWD + 1 else set()

    def _take(self, mark: int, its_id: str) -> set[str]:
        left = self._of(mark)
        left.discard(its_id)
        if len(left) > 1:
            self._persons[mark] = left
        elif left:
            (self._persons[mark],) = left
        else:
            self._persons.pop(mark, None)
        return set(left) if len(left) == CROWD else set()
