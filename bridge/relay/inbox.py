"""Works through what has been accepted: one event, one transaction, in the order it came."""

import logging

from bridge.domain.canonical import Document
from bridge.domain.cards import Alarm
from bridge.domain.errands import Errands
from bridge.domain.transcript import moment
from bridge.ports import Arrived, Surroundings, Transaction, Unreadable
from bridge.relay.team import FromTeam
from bridge.relay.youth import FromYouth

log = logging.getLogger(__name__)

WORKSPACE = "slack"


class Incoming:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._youth, self._team = FromYouth(around), FromTeam(around)

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
                await self._take(tx, arrived)
                await tx.inbox.done(arrived.id)
        except Exception as poison:
            if arrived is None:
                raise
            # One event that cannot be worked on must not stop the others; it is kept, with
            # its words, until a person decides.
            log.warning("set aside event=%s why=%s", arrived.id, type(poison).__name__)
            await self._set_aside(arrived, poison)
        return True

    async def _take(self, tx: Transaction, arrived: Arrived) -> None:
        if arrived.source == WORKSPACE:
            await self._team.take(tx, self._around.workspace.read(arrived.body))
        else:
            channel = self._around.channels[arrived.source]
            await self._youth.take(tx, channel, channel.read(arrived.body))

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
