"""
What is due is claimed, and what it says put together, in one transaction; calls come after it.

Whose transaction that is makes no difference: what a youth has written can go as soon as it is
on disk, so it is claimed where it was written down (docs/decisions/0037).
"""

from datetime import timedelta
from typing import Final

from bridge.domain.delivery import Delivery, Move, Reason, What, head_lane
from bridge.domain.windows import May
from bridge.ports import Surroundings, Transaction
from bridge.relay.along import Claimed
from bridge.relay.compose import Compose, Content, ToRoom, ToYouth
from bridge.relay.copying import expected
from bridge.relay.elsewhere import ring
from bridge.relay.ends import Ends
from bridge.relay.outcomes import Outcomes
from bridge.relay.pacing import Pacing
from bridge.relay.settling import about
from bridge.relay.together import Load, Together

AT_ONCE: Final = 32
"""Deliveries in one claim."""

IN_THREAD: Final = frozenset({What.WORDS, What.REPLY_CARD, What.NOTICE})

HEADLESS: Final = timedelta(seconds=5)
"""Between two looks whether the new head of a room thread is there."""


class Claiming:
    def __init__(
        self,
        around: Surroundings,
        *,
        compose: Compose,
        outcomes: Outcomes,
        pacing: Pacing,
        together: Together,
        ends: Ends,
        lease: timedelta,
    ) -> None:
        self._around, self._lease = around, lease
        self._compose, self._outcomes = compose, outcomes
        self._pacing, self._together, self._ends = pacing, together, ends

    async def claim(self, tx: Transaction, *, along: bool = False) -> Claimed:
        """`along`: in a transaction that is about something else."""
        ready: list[Load] = []
        decided, due = 0, None
        claimed = await tx.outbox.claim(
            self._around.clock.now(),
            lease=self._lease,
            limit=AT_ONCE,
            besides=self._ends.full,
            along=along,
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
        # Along with something else it is dearer to look in vain than to ask what is due.
        more = decided > 0 or (len(claimed) == AT_ONCE and not along)
        if not more:
            due = await tx.outbox.next_due()
        return Claimed(count=len(claimed), more=more, due=due, ready=ready)

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


async def _waits_for_head(tx: Transaction, delivery: Delivery, content: Content) -> bool:
    about = delivery.conversation
    if not isinstance(content, ToRoom) or content.root is not None or about is None:
        return False
    return delivery.what in IN_THREAD and await tx.outbox.in_lane(head_lane(about)) > 0
