"""
Carries deliveries: claimed and committed first, then the call, then its outcome.

Each call is by itself: one that takes long holds up what follows it in its lane, and nothing
else. Whatever dies between the two commits leaves a delivery `SENDING`; when its lease lapses it
is uncertain, and what it was decides what to do about that.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from bridge.domain.backlog import end_of
from bridge.domain.delivery import SAYS, Delivery, Move, Reason, What
from bridge.ports import RecordRefused, RecordUnreachable, SendFailed, Surroundings, Transaction
from bridge.relay.along import Along, Claimed, Then
from bridge.relay.belated import Sent
from bridge.relay.calling import Calling
from bridge.relay.claiming import Claiming
from bridge.relay.compose import Compose, Content, ToYouth
from bridge.relay.ends import Ends
from bridge.relay.leases import LEASE, Call, Leases
from bridge.relay.looking import Looking
from bridge.relay.outcomes import Outcomes
from bridge.relay.pacing import Pacing
from bridge.relay.settling import Settling
from bridge.relay.together import Load, Together

log = logging.getLogger(__name__)

Report = Callable[[str, str | None], Awaitable[None]]
"""A channel has shut us out (a code), or with None takes our words again."""

Count = Callable[[str, str, timedelta], None]
"""That something was carried to one end, how it went, and how long after it was asked for."""


class Outgoing:
    def __init__(
        self, around: Surroundings, report: Report, count: Count, *, lease: timedelta = LEASE
    ) -> None:
        self._around, self._report, self._count = around, report, count
        self._leases, self._ends = Leases(around, lease), Ends()
        self._outcomes, self._pacing = Outcomes(around), Pacing(around)
        compose, self._calling = Compose(around), Calling(around)
        self._together = Together(around, compose, lease)
        self._claiming = Claiming(
            around,
            compose=compose,
            outcomes=self._outcomes,
            pacing=self._pacing,
            together=self._together,
            ends=self._ends,
            lease=lease,
        )
        self.along = Along()
        self._settling = Settling(around, self.along)
        self._looking = Looking(
            around,
            calling=self._calling,
            leases=self._leases,
            settling=self._settling,
            tell=self._tell,
        )

    async def carry_due(self) -> int:
        """Carry what is due now, and wait for every answer; how many were tried."""
        claimed = await self._claimed()
        await self._leases.answered(self._begin(claimed))
        return claimed.count

    async def set_out(self) -> Claimed:
        """Begin to carry what is due now."""
        claimed = await self._claimed()
        self._begin(claimed)
        return claimed

    def goes_on(self, then: Then) -> None:
        """From now on what can go also goes along with what lets it go, until `along` ends."""
        claim = partial(self._claiming.claim, along=True)
        self.along.goes_on(claim, self._begin, then)

    async def look_for_lost(self) -> None:
        """What was being sent when somebody died, and what nobody answered for."""
        await self._looking.for_lost()

    async def over(self) -> None:
        """When every call that is out has been answered, and what became of it is on disk."""
        await self._leases.over()

    async def let_go(self) -> None:
        """Break off every call that is out: it is in doubt what came of them."""
        await self._leases.let_go()

    async def _claimed(self) -> Claimed:
        async with self._around.vault.begin() as tx:
            return await self._claiming.claim(tx)

    def _begin(self, claimed: Claimed) -> Sequence[Call]:
        return [self._begun(each) for each in claimed.ready]

    def _begun(self, load: Load) -> Call:
        about, back = [each.id for each in load.deliveries], self._ends.leaves(load.lead.what)
        call = self._leases.held(about, self._carry(load, back))
        call.add_done_callback(lambda _: back())
        call.add_done_callback(self._over)
        return call

    def _over(self, call: Call) -> None:
        trouble = None if call.cancelled() else call.exception()
        if trouble is not None:
            log.error("call failed kind=%s", type(trouble).__name__, exc_info=trouble)
            self.along.done(None)

    async def _carry(self, load: Load, back: Callable[[], None]) -> None:
        delivery, content = load.lead, load.content
        outcomes, settle = self._outcomes, self._settling.settle
        try:
            sent = await self._call(delivery, content, back)
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

    async def _call(self, delivery: Delivery, content: Content, back: Callable[[], None]) -> Sent:
        self._pacing.leaves(delivery)
        try:
            return await self._calling.made(delivery, content)
        finally:
            self._pacing.is_answered(delivery)
            back()


def _invited_by(delivery: Delivery) -> str | None:
    return str(delivery.params["channel"]) if delivery.what is What.INVITE else None
