"""A sealed conversation to its end; and again after a crash."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bridge.domain.cards import Alarm
from bridge.domain.delivery import backoff
from bridge.domain.errands import Errands
from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.lifecycle import FILING
from bridge.domain.threads import Chat
from bridge.domain.transcript import moment
from bridge.handover.closing import Closing
from bridge.handover.deleted import Deleted
from bridge.handover.goodbye import Goodbye
from bridge.handover.in_turn import InTurn
from bridge.handover.joined import Joined
from bridge.handover.papers import Papers
from bridge.handover.reminding import Reminding
from bridge.handover.side_by_side import batched, side_by_side
from bridge.handover.transfer import PIECE, Progress, Transfer
from bridge.handover.watch import Watch
from bridge.handover.wiping import Wiping
from bridge.ports import RecordUnreachable, Surroundings, Transaction

log = logging.getLogger(__name__)

REFUSED_PAUSE = timedelta(minutes=10)
AT_ONCE = 500
"""Open conversations that are looked at in one round: more than a team ever has."""
IN_ONE_LOOK = 64
"""So many are sealed, and so many transferred, before what else has come to an end is seen to."""
SIDE_BY_SIDE = 16
"""Transfers at once: contacts go to the record together, and a journal by itself."""
WIPED_AT_ONCE = 50
SAID = frozenset({Chat.YES, Chat.NO, Chat.THEIRS, Chat.BY_HAND})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What came of looking once at what has ended."""

    found: bool
    """There was something, so that there may be something to send."""
    more: bool
    """Not everything was seen to."""


class Handover:
    """Everything after somebody has asked to end a talk, and the clock where it may."""

    def __init__(self, around: Surroundings, *, at_once: int = AT_ONCE, piece: int = PIECE) -> None:
        around = replace(around, vault=InTurn(around.vault))
        self._around, self._at_once = around, at_once
        self._closing, self._transfer = Closing(around), Transfer(around, piece=piece)
        self._wiping, self._goodbye = Wiping(around), Goodbye(around)
        self._watch, self._deleted = Watch(around), Deleted(around)
        self._joined = Joined(around)
        self._reminding = Reminding(around)
        self.down_since: datetime | None = None
        """Since when the case store has not answered; None while it does."""
        self.has_forgotten = True
        """Something may have been forgotten since the key was last changed."""
        self._looked_at: ThreadId | None = None
        """Where the last round among the open conversations ended."""
        self._failures = 0
        self._retry_at = datetime.min.replace(tzinfo=UTC)
        self._paused: dict[ConversationId, datetime] = {}

    async def work(self) -> HandedOver:
        """What people have asked for: sealing, transferring, forgetting."""
        now = self._around.clock.now()
        self._paused = {talk: until for talk, until in self._paused.items() if until > now}
        async with self._around.vault.begin() as tx:
            ending = await tx.threads.may_seal(IN_ONE_LOOK)
            settling = await tx.threads.settling(SAID)
        for talk in ending:
            await self._closing.seal(talk)
        transferred = await self._transfers() if now >= self._retry_at else 0
        for each in settling:
            await self._goodbye.settle(each.id)
        return HandedOver(
            found=bool(ending or transferred or settling),
            more=IN_ONE_LOOK in (len(ending), transferred),
        )

    async def wipe(self) -> HandedOver:
        """The copies that lie elsewhere; beside the transfers, for platforms take their time."""
        async with self._around.vault.begin() as tx:
            wipe_at = await tx.copies.next_due()
        due = wipe_at is not None and wipe_at <= self._around.clock.now()
        wiped = await self._wiping.wipe_due(WIPED_AT_ONCE) if due else 0
        return HandedOver(found=due, more=wiped == WIPED_AT_ONCE)

    async def tend(self) -> None:
        """What time asks for: once a minute is often enough."""
        async with self._around.vault.begin() as tx:
            still_open = await self._in_turn(tx)
            sealed = await tx.threads.sealed()
            settling = await tx.threads.settling()
        for conversation in still_open:
            await self._closing.by_clock(conversation)
        for conversation in (*still_open, *(talk.id for talk in sealed)):
            await self._watch.look(conversation)
        for talk in settling:
            await self._goodbye.settle(talk.id)
        await self._joined.follow()
        await self._reminding.remind()
        if await self._deleted.follow():
            self.has_forgotten = True

    async def _in_turn(self, tx: Transaction) -> Sequence[ConversationId]:
        """So many open ones that nothing else waits for long; the others at the next times."""
        some = await tx.threads.open_after(self._looked_at, self._at_once)
        self._looked_at = some[-1][0] if len(some) == self._at_once else None
        return [conversation for _, conversation in some]

    async def _transfers(self) -> int:
        """
        Those that nothing is ahead of, in the order they were sealed, some side by side; how many.

        One that is refused holds up no other.
        """
        async with self._around.vault.begin() as tx:
            ready = await tx.threads.may_transfer(IN_ONE_LOOK, besides=self._paused)
            waits = not ready and await tx.threads.any_sealed()
        try:
            if waits:
                # Or nobody would know that what is ahead of them waits for ever.
                await self._around.record.topics()
                await self._reachable()
            for some in batched(ready, SIDE_BY_SIDE):
                await side_by_side([self._transferred(talk) for talk in some])
        except RecordUnreachable:
            await self._unreachable()
        return len(ready)

    async def _transferred(self, talk: ConversationId) -> None:
        progress = await self._transfer.finish(talk)
        if progress is Progress.MADE:
            self.has_forgotten = True
        if progress is Progress.REFUSED:
            self._paused[talk] = self._around.clock.now() + REFUSED_PAUSE
        await self._reachable()

    async def _unreachable(self) -> None:
        """The team is told how many wait and since when; each youth is told honestly, once."""
        async with self._around.vault.begin() as tx:
            waiting = [talk.id for talk in await tx.threads.sealed()]
        now = self._around.clock.now()
        self._failures += 1
        self._retry_at = now + timedelta(seconds=backoff(self._failures))
        first = self.down_since is None
        self.down_since = self.down_since or now
        log.warning("case record unreachable waiting=%d", len(waiting))
        for conversation in waiting:
            await self._waits(conversation)
        if first:
            since = moment(self.down_since)
            await self._tell(Alarm.RECORD_DOWN, count=len(waiting), since=since)

    async def _waits(self, conversation: ConversationId) -> None:
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            if papers.conversation.stage in FILING and await papers.mark("waiting"):
                await tx.outbox.add(papers.to_youth.service("waiting", conversation=conversation))
                await tx.outbox.add(papers.errands.card(conversation))

    async def _reachable(self) -> None:
        if self.down_since is None:
            return
        self.down_since, self._failures = None, 0
        await self._tell(Alarm.RECORD_UP)

    async def _tell(self, alarm: Alarm, **params: str | int) -> None:
        errands = Errands(
            new=self._around.mint.new,
            now=self._around.clock.now(),
            team=self._around.practice.team,
        )
        async with self._around.vault.begin() as tx:
            await tx.outbox.add(errands.alarm(alarm, **params))


__all__ = ["Handover"]
