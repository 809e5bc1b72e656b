"""
A platform's own export, taken in beside what people have written down: by the same door as
all that comes, and never twice. Needs only the vault.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.domain.exports import Exported, Known, Sorted, sort
from bridge.domain.ids import Address, ThreadId
from bridge.domain.messages import By, Entry, Kind
from bridge.domain.threads import Conversation
from bridge.ports import Transaction, Vault

EVERY = 1_000_000

Written = Callable[[Address, Exported], bytes]
"""How a message is written to be accepted: the channel's own form."""


class NobodyGoesByThat(LookupError):
    """No youth of this channel goes by that alias, or nothing leads to them any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    taken: int
    known: int
    older: int


class Importing:
    def __init__(self, vault: Vault, *, channel: str, written: Written) -> None:
        self._vault, self._channel, self._written = vault, channel, written

    async def sorted(self, alias: str, exported: Sequence[Exported]) -> tuple[Address, Sorted]:
        """What there is to take in, and for whom. Raises `NobodyGoesByThat`."""
        async with self._vault.begin() as tx:
            thread = await tx.threads.get(await self._thread(tx, alias))
            talks = await tx.threads.conversations(thread.joined or thread.id)
            ended = [talk.sealed_at for talk in talks if talk.sealed_at is not None]
            said = [entry for talk in talks for entry in await _said(tx, talk)]
        known = [
            Known(at=entry.at, ours=entry.by is By.CASEWORKER, text=entry.text) for entry in said
        ]
        return thread.address, sort(exported, known, since=max(ended, default=None))

    async def take(self, alias: str, exported: Sequence[Exported]) -> Counts:
        """On disk when this returns; what was taken in by an import before is known."""
        address, found = await self.sorted(alias, exported)
        taken = 0
        for each in found.fresh:
            body = self._written(address, each)
            taken += await self._vault.accept(self._channel, f"export:{each.key}", body)
        known = found.known + len(found.fresh) - taken
        return Counts(taken=taken, known=known, older=found.older)

    async def _thread(self, tx: Transaction, alias: str) -> ThreadId:
        asked = " ".join(alias.split()).casefold()
        for thread, name in await tx.threads.newest(self._channel, EVERY):
            if name.casefold() == asked:
                return thread
        raise NobodyGoesByThat(self._channel)


async def _said(tx: Transaction, talk: Conversation) -> Sequence[Entry]:
    """What is still here of it: an open talk's words, and those that wait to be filed."""
    count = talk.ledger.last_seq
    return [
        entry
        for entry in await tx.words.upto(talk.id, count)
        if entry.by is not By.SERVICE and entry.kind in (Kind.SAID, Kind.PLACEHOLDER)
    ]
