"""
What a transaction lets go is claimed in it, and begun when it is on disk: it goes along.

So a youth's message is on disk and on its way with one commit, and what follows in its lane is
found by whoever writes down that it has come (docs/decisions/0037). The transaction does not
depend on it: where it fails, whoever began it does the same again with nothing along.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bridge.ports import Transaction
from bridge.relay.together import Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What came of looking once at what is due."""

    count: int
    more: bool
    """There may be something else that can go now."""
    due: datetime | None
    """When something falls due by itself; not asked where there may be more."""
    ready: Sequence[Load] = field(repr=False)
    """What is to be called when the transaction has ended."""


Claim = Callable[[Transaction], Awaitable[Claimed]]
Begin = Callable[[Claimed], object]
Then = Callable[[Claimed | None], None]
"""Something has been done; None: and nobody has looked what may go because of it."""


class Along:
    """Nothing goes along until somebody goes on with it, as a bridge at work does."""

    def __init__(self) -> None:
        self._how: tuple[Claim, Begin, Then] | None = None
        self._ended = False

    @property
    def is_on(self) -> bool:
        return self._how is not None and not self._ended

    def goes_on(self, claim: Claim, begin: Begin, then: Then) -> None:
        """From now on, until it `ends`."""
        self._how, self._ended = (claim, begin, then), False

    def ends(self) -> None:
        """Nothing more is claimed along; what has been still goes."""
        self._ended = True

    async def claim(self, tx: Transaction) -> Claimed | None:
        return await self._how[0](tx) if self._how is not None and not self._ended else None

    def done(self, claimed: Claimed | None) -> None:
        """
        The transaction is on disk: what was claimed in it begins, even if we have been told to
        stop meanwhile. A reply that never left would stand as uncertain otherwise.
        """
        if self._how is None:
            return
        _, begin, then = self._how
        if claimed is not None:
            begin(claimed)
        then(claimed)
