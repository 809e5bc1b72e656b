"""What could not be read, and a person's decision about it."""

from collections.abc import Sequence
from datetime import datetime

from bridge.domain.canonical import Document
from bridge.domain.errands import Errands
from bridge.domain.transcript import moment
from bridge.ports import Clock, Mint, Transaction, Vault


class Deciding:
    """Needs only the vault, so that it works while every platform is down."""

    def __init__(self, vault: Vault, *, clock: Clock, mint: Mint, team: str) -> None:
        self._vault, self._clock, self._mint, self._team = vault, clock, mint, team

    async def waiting(self) -> Sequence[tuple[str, datetime, str]]:
        async with self._vault.begin() as tx:
            return await tx.inbox.stuck()

    async def drop(self, event: str) -> None:
        """It goes unread, and is told off the team leader's list. Raises `LookupError`."""
        async with self._vault.begin() as tx:
            await self._off_the_list(tx, event)
            await tx.inbox.drop(event)

    async def again(self, event: str) -> None:
        """It is due anew; what still cannot be read is set aside again. Raises `LookupError`."""
        async with self._vault.begin() as tx:
            await self._off_the_list(tx, event)
            await tx.inbox.again(event)

    async def _off_the_list(self, tx: Transaction, event: str) -> None:
        found = next((each for each in await tx.inbox.stuck() if each[0] == event), None)
        if found is None:
            raise LookupError(event)
        _, since, reason = found
        now = self._clock.now()
        document: Document = {
            "kind": "poison_update", "conversation": None, "alias": None,
            "since": moment(since), "resolved_at": moment(now), "reason": reason,
        }  # fmt: skip
        errands = Errands(new=self._mint.new, now=now, team=self._team)
        await tx.outbox.add(errands.record(f"stuck/{event}", document))
