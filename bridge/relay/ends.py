"""
How much may be out at each end at once, so that one that has fallen silent does not take it all.

When Slack hangs, a reply to a youth goes all the same; and when very many talks end at once,
what the record is told leaves room for those who write now.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from bridge.domain.delivery import What

YOUTHS: Final = frozenset({
    What.REPLY, What.REPLY_EDIT, What.REPLY_ERASE, What.SERVICE, What.INVITE, What.FETCH,
})  # fmt: skip
RECORD: Final = frozenset({What.RECORD, What.LINK})
WORKSPACE: Final = frozenset(What) - YOUTHS - RECORD

PLACES: Final[Mapping[frozenset[What], int]] = {YOUTHS: 32, WORKSPACE: 32, RECORD: 16}
"""Calls; a claim that began with one free may fill up by its own size beyond that."""


class Ends:
    def __init__(self) -> None:
        self._out = Counter[What]()

    def leaves(self, what: What) -> None:
        self._out[what] += 1

    def is_back(self, what: What) -> None:
        self._out[what] -= 1

    @property
    def full(self) -> Collection[What]:
        """What must wait until something has come back from its end."""
        taken = [kinds for kinds, places in PLACES.items() if self._at(kinds) >= places]
        return frozenset[What]().union(*taken)

    def _at(self, kinds: Collection[What]) -> int:
        return sum(self._out[what] for what in kinds)
