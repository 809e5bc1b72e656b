"""The bridge at work: rounds of whatever is due, and loops that make them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bridge.domain.backlog import Backlog, Step, filled
from bridge.domain.cards import Alarm, Form, Note
from bridge.domain.errands import Errands
from bridge.domain.registering import Registered, Registration
from bridge.handover import Handover
from bridge.health import Health
from bridge.metering import Meter
from bridge.ports import RecordRefused, RecordUnreachable, Surroundings
from bridge.relay import Claimed, Clicks, Colleagues, FromRecord, Gaps, Incoming, Outgoing, Signs
from bridge.vault.copies import OURS
from bridge.vault.sql import SqlVault

log = logging.getLogger(__name__)

TICK = timedelta(milliseconds=1)
"""By which a timer may go off too soon."""

MANY: Final = 100
"""Events that are worked on before it is looked whether to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often each kind of round is made when nothing pokes it, and nothing falls due."""

    work: timedelta = timedelta(seconds=2)
    again: timedelta = timedelta(milliseconds=500)
    """Where something has fallen due, and did not go."""
    untaken: timedelta = timedelta(milliseconds=20)
    """Where something has come, and somebody else is at work on what came before it."""
    hand_over: timedelta = timedelta(milliseconds=200)
    """Between two looks at what has ended, however much happens."""
    tend: timedelta = timedelta(seconds=30)
    gaps: timedelta = timedelta(minutes=5)
    rotate: timedelta = timedelta(hours=1)


class Bridge:
    """`round` does what is due once; `run` goes on until cancelled. Both may be repeated."""

    def __init__(self, around: Surroundings, vault: SqlVault, pace: Pace | None = None) -> None:
        self.around, self.vault = around, vault
        self.meter = Meter()
        self.outgoing = Outgoing(around, self.channel_trouble, self.meter.carried)
        self.incoming = Incoming(around, self.outgoing.along)
        self.handover, self.gaps = Handover(around), Gaps(around)
        self.colleagues, self.clicks = Colleagues(around), Clicks(around)
        self.from_record = FromRecord(around, self.accept)
        self.signs = Signs(around)
        self._pace = pace or Pace()
        self._trouble: dict[str, str] = {}
        self._stopping, self._bells = False, set[asyncio.Event]()
        self._came, self._queued = asyncio.Event(), asyncio.Event()
        self._untaken = False
        """Something has come here that nobody here has looked for since."""
        self._ended, self._wiped, self._gap = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        """On disk when this returns; only then may the platform be told."""
        fresh = await self.vault.accept(source, event, body)
        self.meter.accepted(source, fresh=fresh)
        self._untaken = self._untaken or fresh
        self._came.set()
        return fresh

    async def round(self) -> int:
        """Everything that is due now, once; how many things were done."""
        done = await self.incoming.work()
        await self.outgoing.look_for_lost()
        done += await self.outgoing.carry_due()
        await self.handover.work()
        await self.handover.wipe()
        return done + await self.outgoing.carry_due()

    async def tend(self) -> None:
        await self.signs.look()
        await self.colleagues.refresh()
        await self.colleagues.watch()
        await self.handover.tend()
        await self.from_record.follow()

    async def rotate(self) -> int:
        """Destroy the key of everything forgotten so far; how many copies that settled."""
        gone = await self.vault.rotate()
        now = self.around.clock.now()
        async with self.around.vault.begin() as tx:
            for copy in gone:
                errands = Errands(
                    new=self.around.mint.new,
                    now=now,
                    team=self.around.practice.team,
                    thread=copy.thread,
                )
                await tx.outbox.add(errands.verdict(copy))
        await self.vault.purge(now, silence=self.around.practice.silence)
        return len(gone)

    async def form(self, action: str, value: str, user: str) -> Form | Registration | Note:
        """What a button opens; proposals from the case store where it answers."""
        async with self.around.vault.begin() as tx:
            form = await self.clicks.form(tx, action, value, user)
        if not isinstance(form, Form) or form.thread is None:
            return form
        try:
            cases = await self.around.record.cases(form.thread)
            topics = await self.around.record.topics()
        except (RecordUnreachable, RecordRefused):
            return form
        return replace(form, cases=tuple(cases), topics=tuple(topics))

    async def standing(self, registered: Registered) -> Registration | None:
        """What stands in the minute that somebody wants to register."""
        async with self.around.vault.begin() as tx:
            return await self.clicks.standing(tx, registered)

    async def kept(self, about: str, text: str) -> Form | None:
        async with self.around.vault.begin() as tx:
            return await self.clicks.kept(tx, about, text)

    async def listening_again(self) -> None:
        """The workspace speaks to us again: what was written meanwhile is read."""
        self._gap.set()

    async def hearing_trouble(self, channel: str, trouble: str | None) -> None:
        """Its ears tell: nothing can come in from there, or something can again."""
        self.signs.hears(channel, well=trouble is None)
        await self.channel_trouble(channel, trouble)

    async def channel_trouble(self, channel: str, trouble: str | None) -> None:
        """A channel has fallen silent or shut us out, or works again; said once."""
        if trouble is None:
            self._trouble.pop(channel, None)
        if trouble is None or self._trouble.get(channel) == trouble:
            return
        self._trouble[channel] = trouble
        errands = Errands(
            new=self.around.mint.new,
            now=self.around.clock.now(),
            team=self.around.practice.team,
        )
        alarm = Alarm.CHANNEL_REVOKED if trouble == "revoked" else Alarm.CHANNEL_SILENT
        async with self.around.vault.begin() as tx:
            await tx.outbox.add(errands.alarm(alarm, reason=trouble, channel=channel))
        self._queued.set()

    async def health(self, ears: Mapping[str, datetime | None]) -> Health:
        """How it is now, in counts and ages; `ears`: when each platform last told us anything."""
        now = self.around.clock.now()
        backlog = await self._backlog(now)
        stuck = any(each.count for each in backlog if each.step is Step.SET_ASIDE)
        down = self.handover.down_since
        return Health(
            at=now,
            ready=True,
            last_event={name: now - at if at else None for name, at in ears.items()},
            backlog=backlog,
            record_reachable=down is None,
            record_since=down,
            alarms=tuple(
                name
                for name, rings in (
                    ("case-store-down", down is not None),
                    ("stuck", stuck),
                    ("registration-waits", self.from_record.is_late),
                    *((f"channel-{code}", True) for code in sorted(set(self._trouble.values()))),
                )
                if rings
            ),
        )

    async def _backlog(self, now: datetime) -> Sequence[Backlog]:
        channels = list(self.around.channels)
        found = await self.vault.backlog(now, places=[*channels, *OURS])
        return filled([*found, self.from_record.backlog], channels)

    async def next_due(self) -> datetime | None:
        """When something falls due by itself, if nothing comes before."""
        async with self.vault.begin() as tx:
            times = (await tx.outbox.next_due(), await tx.copies.next_due())
        return min((at for at in times if at is not None), default=None)

    async def run(self) -> None:
        """
        Until told to stop, or cancelled; what is being sent then is in doubt.

        What comes in, what goes out, what has ended, what lies elsewhere and what got lost are
        seen to side by side, so that none of them waits for another.
        """
        pace = self._pace
        self.outgoing.goes_on(self._done)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._repeat(self._take_in, pace.work, bell=self._came))
                tasks.create_task(self._repeat(self._send, pace.work, bell=self._queued))
                for what, rung in ((self._hand_over, self._ended), (self._wipe, self._wiped)):
                    tasks.create_task(self._repeat(what, pace.work, bell=rung, rest=pace.hand_over))
                for besides, every, bell in (
                    (self.outgoing.look_for_lost, pace.work, None),
                    (self._read_gaps, pace.gaps, self._gap),
                    (self.tend, pace.tend, None),
                    (self.rotate_if_due, pace.rotate, None),
                ):
                    tasks.create_task(self._repeat(self._and_work(besides), every, bell=bell))
            await self.outgoing.over()
        finally:
            await self.outgoing.let_go()

    def stop(self) -> None:
        """Let `run` end when the rounds under way are done, so that nothing is left in doubt."""
        self._stopping = True
        self.outgoing.along.ends()
        for bell in self._bells:
            bell.set()

    async def _take_in(self) -> timedelta | None:
        """Where somebody else was at work on what came before, nobody may have seen the last."""
        done, untaken, self._untaken = 0, self._untaken, False
        while (seen := await self.incoming.work(MANY)) >= MANY and not self._stopping:
            done += seen
        return self._pace.untaken if untaken and not done + seen else None

    async def _send(self) -> timedelta | None:
        """Until nothing more can go; how long to leave it then, if nothing comes."""
        while (out := await self.outgoing.set_out()).more and not self._stopping:
            continue
        return self._until(out.due)

    def _until(self, due: datetime | None) -> timedelta | None:
        """How long to leave what goes out, when what could go now has been claimed."""
        if due is None:
            return None
        left = due - self.around.clock.now()
        return self._pace.again if left <= timedelta(0) else min(left + TICK, self._pace.work)

    async def _hand_over(self) -> None:
        done = await self.handover.work()
        if done.found:
            self._queued.set()
            self._wiped.set()
        if done.more:
            self._ended.set()

    async def _wipe(self) -> None:
        done = await self.handover.wipe()
        if done.found:
            self._queued.set()
        if done.more:
            self._wiped.set()

    def _done(self, claimed: Claimed | None) -> None:
        """Something has been done, and what could go because of it went along, if anything did."""
        if claimed is None or claimed.more or self._is_soon(claimed.due):
            self._queued.set()
        self._ended.set()
        self._wiped.set()

    def _is_soon(self, due: datetime | None) -> bool:
        """Whether something falls due before anybody would look."""
        left = self._until(due)
        return left is not None and left < self._pace.work

    def _work_on(self) -> None:
        """Something has been done, which may let something else go, or end."""
        self._done(None)

    async def _read_gaps(self) -> None:
        await self.gaps.read()

    def _and_work(self, what: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """What it leaves to be carried does not wait until somebody looks."""

        async def done() -> None:
            try:
                await what()
            finally:
                self._came.set()
                self._work_on()

        return done

    async def rotate_if_due(self) -> None:
        """
        Only when something has been forgotten since; after a start nobody knows, so then too.

        What is forgotten while the key is being changed waits for the next change; and a
        change that failed is still due.
        """
        if not self.handover.has_forgotten:
            return
        self.handover.has_forgotten = False
        try:
            await self.rotate()
        except BaseException:
            self.handover.has_forgotten = True
            raise

    async def _repeat(
        self,
        what: Callable[[], Awaitable[timedelta | None]],
        every: timedelta,
        *,
        bell: asyncio.Event | None = None,
        rest: timedelta = timedelta(0),
    ) -> None:
        """
        A round that fails must not end the next; what failed is told, without its words.

        `what` may say how long to leave it; otherwise, and when it fails, that is `every`.
        `rest`: it is left for so long, whatever rings.
        """
        woken = bell or asyncio.Event()
        self._bells.add(woken)
        while not self._stopping:
            woken.clear()
            pause = None
            try:
                pause = await what()
            except Exception as failure:
                log.exception("round failed kind=%s", type(failure).__name__)
            await asyncio.sleep(rest.total_seconds())
            with suppress(TimeoutError):
                async with asyncio.timeout((every if pause is None else pause).total_seconds()):
                    await woken.wait()
