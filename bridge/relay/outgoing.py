"""
Carries deliveries: claimed and committed first, then the call, then its outcome.

Each call is by itself: one that takes long holds up what follows it in its lane, and nothing
else. Whatever dies between the two commits leaves a delivery `SENDING`; when its lease lapses it
is uncertain, and what it was decides what to do about that.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bridge.domain.backlog import end_of
from bridge.domain.delivery import SAYS, Delivery, Move, Reason, What, head_lane
from bridge.domain.windows import May
from bridge.ports import RecordRefused, RecordUnreachable, SendFailed, Surroundings, Transaction
from bridge.relay.belated import Sent
from bridge.relay.calling import Calling
from bridge.relay.compose import Compose, Content, ToRoom, ToYouth
from bridge.relay.copying import expected
from bridge.relay.elsewhere import ring
from bridge.relay.ends import Ends
from bridge.relay.leases import LEASE, Call, Leases
from bridge.relay.looking import Looking
from bridge.relay.outcomes import Outcomes
from bridge.relay.pacing import Pacing
from bridge.relay.settling import Settling, about
from bridge.relay.together import Load, Together

log = logging.getLogger(__name__)

AT_ONCE: Final = 32
"""Deliveries in one claim."""

IN_THREAD: Final = frozenset({What.WORDS, What.REPLY_CARD, What.NOTICE})

HEADLESS: Final = timedelta(seconds=5)
"""Between two looks whether the new head of a room thread is there."""

Report = Callable[[str, str | None], Awaitable[None]]
"""A channel has shut us out (a code), or with None takes our words again."""

Count = Callable[[str, str, timedelta], None]
"""That something was carried to one end, how it went, and how long after it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOut:
    """What came of looking once at what is due."""

    claimed: int
    more: bool
    """There may be something else that can go now."""
    due: datetime | None
    """When something falls due by itself; not asked where there may be more."""
    calls: Sequence[Call] = field(repr=False)


class Outgoing:
    def __init__(
        self, around: Surroundings, report: Report, count: Count, *, lease: timedelta = LEASE
    ) -> None:
        self._around, self._report, self._count = around, report, count
        self._leases, self._ends = Leases(around, lease), Ends()
        self._compose, self._calling = Compose(around), Calling(around)
        self._outcomes, self._settling = Outcomes(around), Settling(around)
        self._pacing = Pacing(around)
        self._together = Together(around, self._compose, lease)
        self._looking = Looking(
            around,
            calling=self._calling,
            leases=self._leases,
            settling=self._settling,
            tell=self._tell,
        )

    async def carry_due(self) -> int:
        """Carry what is due now, and wait for every answer; how many were tried."""
        out = await self._set_out()
        await self._leases.answered(out.calls)
        return out.claimed

    async def set_out(self, then: Callable[[], None]) -> SetOut:
        """Begin to carry what is due now; `then` is called whenever one of the calls is over."""
        out = await self._set_out()

        def over(call: Call) -> None:
            trouble = None if call.cancelled() else call.exception()
            if trouble is not None:
                log.error("call failed kind=%s", type(trouble).__name__, exc_info=trouble)
            then()

        for call in out.calls:
            call.add_done_callback(over)
        return out

    async def look_for_lost(self) -> None:
        """What was being sent when somebody died, and what nobody answered for."""
        await self._looking.for_lost()

    async def over(self) -> None:
        """When every call that is out has been answered, and what became of it is on disk."""
        await self._leases.over()

    async def let_go(self) -> None:
        """Break off every call that is out: it is in doubt what came of them."""
        await self._leases.let_go()

    async def _set_out(self) -> SetOut:
        ready: list[Load] = []
        decided, due = 0, None
        async with self._around.vault.begin() as tx:
            now = self._around.clock.now()
            claimed = await tx.outbox.claim(
                now, lease=self._leases.lease, limit=AT_ONCE, besides=self._ends.full
            )
            await tx.threads.hold(*about(claimed))
            for delivery in self._pacing.in_turn(claimed):
                try:
                    content = await self._compose.content(tx, delivery)
                except LookupError:
                    await tx.outbox.move(delivery.id, Move.REFUSED, reason=Reason.GONE)
                    decided += 1
                    continue
                if await self._is_decided(tx, delivery, content):
                    decided += 1
                elif not await self._waits(tx, delivery, content):
                    await ring(self._around, tx, delivery)
                    ready.append(await self._loaded(tx, delivery, content))
            more = decided > 0 or len(claimed) == AT_ONCE
            if not more:
                due = await tx.outbox.next_due()
        calls = [self._begun(each) for each in ready]
        return SetOut(claimed=len(claimed), more=more, due=due, calls=calls)

    async def _is_decided(self, tx: Transaction, delivery: Delivery, content: Content) -> bool:
        """Whether no call is needed to know what becomes of it."""
        if isinstance(content, ToYouth) and content.may is May.NOT:
            await self._outcomes.shut(tx, delivery)
            return True
        if await self._outcomes.too_late(tx, delivery):
            return True
        if isinstance(content, ToYouth) and content.by_hand:
            await self._outcomes.handed(tx, delivery, content)
            return True
        return False

    async def _waits(self, tx: Transaction, delivery: Delivery, content: Content) -> bool:
        """Whether it was put back, because it is not its turn."""
        if await _waits_for_head(tx, delivery, content):
            await tx.outbox.put_back(delivery.id, self._around.clock.now() + HEADLESS)
            return True
        channel = content.channel if isinstance(content, ToYouth) else None
        room = content.room if isinstance(content, ToRoom) and content.renew is None else None
        wait = self._pacing.wait(delivery, room=room, channel=channel)
        if wait is not None:
            await tx.outbox.put_back(delivery.id, wait)
        return wait is not None

    async def _loaded(self, tx: Transaction, delivery: Delivery, content: Content) -> Load:
        load = await self._together.load(tx, delivery, content)
        for each in load.deliveries:
            for copy in expected(each, load.content):
                await tx.copies.expect(copy)
        return load

    def _begun(self, load: Load) -> Call:
        about, what = [each.id for each in load.deliveries], load.lead.what
        call = self._leases.held(about, self._carry(load))
        self._ends.leaves(what)
        call.add_done_callback(lambda _: self._ends.is_back(what))
        return call

    async def _carry(self, load: Load) -> None:
        delivery, content = load.lead, load.content
        outcomes, settle = self._outcomes, self._settling.settle
        try:
            sent = await self._call(delivery, content)
        except SendFailed as failed:
            failure = failed
            if not failed.retry:
                self._together.refused(load)
            self._tell_all(load, failed.reason.value)
            await settle(delivery, lambda tx: self._failed(tx, load, failure))
            channel = content.channel if isinstance(content, ToYouth) else _invited_by(delivery)
            if channel is not None and failure.reason is Reason.REVOKED:
                await self._report(channel, Reason.REVOKED.value)
        except RecordUnreachable:
            self._tell(delivery, content, Reason.UNREACHABLE.value)
            away = SendFailed(Reason.UNREACHABLE, retry=True)
            await settle(delivery, lambda tx: outcomes.failed(tx, delivery, content, away))
        except RecordRefused as refused:
            self._tell(delivery, content, Reason.REJECTED.value)
            why = refused.refusal
            await settle(delivery, lambda tx: outcomes.refused_by_record(tx, delivery, why))
        else:
            self._tell_all(load, Move.ACCEPTED.value)
            await settle(delivery, lambda tx: self._accepted(tx, load, sent))
            self._together.is_settled(load)
            if isinstance(content, ToYouth) and delivery.what in SAYS:
                await self._report(content.channel, None)

    async def _accepted(self, tx: Transaction, load: Load, sent: Sent) -> None:
        for each in load.deliveries:
            await self._outcomes.accepted(tx, each, load.content, sent)

    async def _failed(self, tx: Transaction, load: Load, failure: SendFailed) -> None:
        await self._outcomes.failed(tx, load.lead, load.content, failure)
        for each in load.along:
            await self._outcomes.failed(tx, each, load.content, failure, along=True)

    def _tell_all(self, load: Load, outcome: str) -> None:
        for each in load.deliveries:
            self._tell(each, load.content, outcome)

    def _tell(self, delivery: Delivery, content: Content, outcome: str) -> None:
        channel = content.channel if isinstance(content, ToYouth) else None
        took = self._around.clock.now() - delivery.made_at
        self._count(end_of(delivery.what, channel), outcome, took)

    async def _call(self, delivery: Delivery, content: Content) -> Sent:
        self._pacing.leaves(delivery)
        try:
            return await self._calling.made(delivery, content)
        finally:
            self._pacing.is_answered(delivery)


async def _waits_for_head(tx: Transaction, delivery: Delivery, content: Content) -> bool:
    about = delivery.conversation
    if not isinstance(content, ToRoom) or content.root is not None or about is None:
        return False
    return delivery.what in IN_THREAD and await tx.outbox.in_lane(head_lane(about)) > 0


def _invited_by(delivery: Delivery) -> str | None:
    return str(delivery.params["channel"]) if delivery.what is What.INVITE else None
