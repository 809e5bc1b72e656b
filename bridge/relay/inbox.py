"""Works through what has been accepted: one event, one transaction, in the order it came."""

import logging

from bridge.domain.canonical import Document
from bridge.domain.cards import Alarm
from bridge.domain.errands import Errands
from bridge.domain.messages import Commented, DeletionAsked, Pressed
from bridge.domain.transcript import moment
from bridge.ports import Arrived, Surroundings, Transaction, Unreadable
from bridge.relay import brought
from bridge.relay.registering import Registering
from bridge.relay.strangers import Strangers
from bridge.relay.team import FromTeam
from bridge.relay.youth import FromYouth

log = logging.getLogger(__name__)

WORKSPACE = "slack"


class Incoming:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._youth, self._team = FromYouth(around), FromTeam(around)
        self._strangers, self._registering = Strangers(around), Registering(around)
        self._stumbled: str | None = None

    async def work(self, limit: int = 100) -> int:
        """Work on what waits; how many events were seen to."""
        for done in range(limit):
            if not await self._one():
                return done
        return limit

    async def _one(self) -> bool:
        arrived: Arrived | None = None
        try:
            async with self._around.vault.begin() as tx:
                arrived = await tx.inbox.next(self._around.clock.now())
                if arrived is None:
                    return False
                press = await self._take(tx, arrived)
                await tx.inbox.done(arrived.id)
        except Exception as trouble:
            if arrived is None:
                raise
            await self._failed(arrived, trouble)
            return True
        if press is not None:
            await self._around.channels[arrived.source].answer(press)
        return True

    async def _take(self, tx: Transaction, arrived: Arrived) -> str | None:
        """The press to be answered, if it was a button of the youth's."""
        if arrived.source == brought.SOURCE:
            await self._registering.take(tx, *brought.read(arrived.body))
            return None
        if arrived.source == WORKSPACE:
            await self._team.take(tx, self._around.workspace.read(arrived.body))
            return None
        channel = self._around.channels[arrived.source]
        inbound = channel.read(arrived.body)
        if isinstance(inbound.fact, Commented | DeletionAsked):
            await self._strangers.take(tx, channel.name, inbound.fact)
            return None
        await self._youth.take(tx, channel, inbound)
        return inbound.fact.press if isinstance(inbound.fact, Pressed) else None

    async def _failed(self, arrived: Arrived, trouble: Exception) -> None:
        """
        One event that cannot be worked on must not stop the others.

        It is tried once more, for a database may stumble; then it is kept, with its words,
        until a person decides.
        """
        log.warning("could not work on event=%s why=%s", arrived.id, type(trouble).__name__)
        if isinstance(trouble, Unreadable) or arrived.id == self._stumbled:
            await self._set_aside(arrived, trouble)
        self._stumbled = arrived.id

    async def _set_aside(self, arrived: Arrived, poison: Exception) -> None:
        reason = "unreadable" if isinstance(poison, Unreadable) else type(poison).__name__
        now = self._around.clock.now()
        errands = Errands(new=self._around.mint.new, now=now, team=self._around.practice.team)
        stuck: Document = {
            "kind": "poison_update", "conversation": None, "alias": None,
            "since": moment(now), "resolved_at": None, "reason": reason,
        }  # fmt: skip
        async with self._around.vault.begin() as tx:
            await tx.inbox.set_aside(arrived.id, reason)
            await tx.outbox.add(errands.alarm(Alarm.POISON, source=arrived.source))
            await tx.outbox.add(errands.record(f"stuck/{arrived.id}", stuck))
