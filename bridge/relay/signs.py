"""
When each channel last could reach us, on disk; and what a platform did not keep meanwhile.

A look confirms the one before it: whatever keeps a platform from being heard has been told of
by then, also after a start. So a time in which the process was gone, the machine slept or the
platform shut us out is one and the same, however often somebody restarted us in it.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from bridge.domain.cards import Alarm
from bridge.domain.errands import Errands
from bridge.domain.missed import missed
from bridge.domain.transcript import moment
from bridge.ports import Surroundings, Transaction

log = logging.getLogger(__name__)


class Signs:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._kept = {
            name: channel.capabilities
            for name, channel in around.channels.items()
            if channel.capabilities.keeps_for is not None
        }
        self._deaf = set[str]()
        self._before: datetime | None = None
        self._heard = frozenset[str]()
        """Which could reach us when we looked before."""

    def hears(self, channel: str, *, well: bool) -> None:
        """Its ears tell whether anything can come in from there."""
        if well:
            self._deaf.discard(channel)
        else:
            self._deaf.add(channel)

    async def look(self) -> None:
        """The alarm, and the sign that silences it, are on disk together or not at all."""
        now, heard = self._around.clock.now(), frozenset(self._kept.keys() - self._deaf)
        back, still = self._before, sorted(heard & self._heard)
        if back is not None and still:
            async with self._around.vault.begin() as tx:
                await self._compare(tx, still, back)
                await tx.signs.give(still, back)
        self._before, self._heard = now, heard

    async def _compare(self, tx: Transaction, channels: Collection[str], back: datetime) -> None:
        around, last = self._around, await tx.signs.last()
        told = Errands(new=around.mint.new, now=around.clock.now(), team=around.practice.team)
        for name in channels:
            gone = missed(self._kept[name], last=last.get(name, back), back=back)
            if gone is None:
                continue
            since, until = gone
            log.warning("not kept for us channel=%s since=%s until=%s", name, since, until)
            keeps = (self._kept[name].keeps_for or timedelta()) // timedelta(hours=1)
            await tx.outbox.add(
                told.alarm(
                    Alarm.MISSED,
                    channel=name,
                    keeps=keeps,
                    after=moment(since),
                    until=moment(until),
                )
            )
