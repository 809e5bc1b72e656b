"""
How much may be out at each end at once, so that one that has fallen silent does not take it all.

When Slack hangs, a reply to a youth goes all the same; and when very many talks end at once,
what the record is told leaves room for those who write now.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

from bridge.domain import backlog
from bridge.domain.backlog import end_of
from bridge.domain.delivery import What

RECORD: Final = frozenset(what for what in What if end_of(what, None) == backlog.RECORD)
WORKSPACE: Final = frozenset(what for what in What if end_of(what, None) == backlog.WORKSPACE)
YOUTHS: Final = frozenset(What) - RECORD - WORKSPACE

PLACES: Final[Mapping[frozenset[What], int]] = {YOUTHS: 32, WORKSPACE: 32, RECORD: 16}
"""Calls; a claim that began with one free may fill up by its own size beyond that."""


class Ends:
    def __init__(self) -> None:
        self._out = Counter[What]()

    def leaves(self, what: What) -> Callable[[], None]:
        """Takes a place, until what is returned is called; once or several times."""
        self._out[what] += 1
        away = [what]

        def back() -> None:
            while away:
                self._out[away.pop()] -= 1

        return back

    @property
    def full(self) -> Collection[What]:
        """What must wait until something has come back from its end."""
        taken = [kinds for kinds, places in PLACES.items() if self._at(kinds) >= places]
        return frozenset[What]().union(*taken)

    def _at(self, kinds: Collection[What]) -> int:
        return sum(self._out[what] for what in kinds)
