"""
What became of deliveries, written down together where it comes together.

Nothing waits for a timer: whoever writes takes what has gathered while the last transaction ran.
If one of them cannot be written down none is, and then each is written down by itself: the
answer of a platform about one youth's message is not lost because of another's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from bridge.domain.delivery import Delivery
from bridge.domain.ids import ConversationId, ThreadId
from bridge.ports import Surroundings, Transaction
from bridge.relay.along import Along, Claimed

log = logging.getLogger(__name__)

AT_ONCE: Final = 32

Outcome = Callable[[Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    delivery: Delivery
    outcome: Outcome = field(repr=False)
    settled: "asyncio.Future[None]" = field(repr=False)


class Settling:
    def __init__(self, around: Surroundings, along: Along | None = None) -> None:
        self._around, self._along = around, along or Along()
        self._waiting: list[Waiting] = []
        self._writing = False

    async def settle(self, delivery: Delivery, outcome: Outcome) -> None:
        """Durable when this returns. `outcome` may be called twice, never after it has held."""
        settled = asyncio.get_running_loop().create_future()
        mine = Waiting(delivery=delivery, outcome=outcome, settled=settled)
        self._waiting.append(mine)
        if not self._writing:
            await self._write()
        await settled

    async def _write(self) -> None:
        """By the first that came, for all who have come since."""
        self._writing = True
        taken: Sequence[Waiting] = ()
        try:
            while self._waiting:
                taken = self._waiting[:AT_ONCE]
                del self._waiting[:AT_ONCE]
                await self._together(taken)
        except BaseException:
            for each in (*taken, *self._waiting):
                each.settled.cancel()
            self._waiting.clear()
            raise
        finally:
            self._writing = False

    async def _together(self, taken: Sequence[Waiting], *, along: bool = True) -> None:
        along = along and self._along.is_on
        try:
            claimed = await self._written(taken, along=along)
        except Exception as trouble:
            why = type(trouble).__name__
            if along:
                log.warning("outcomes written with nothing along why=%s", why)
                await self._together(taken, along=False)
            elif len(taken) > 1:
                log.warning("outcomes written one by one why=%s", why)
                for each in taken:
                    await self._together([each], along=False)
            else:
                _tell(taken[0], trouble)
            return
        self._along.done(claimed)
        for each in taken:
            _tell(each, None)

    async def _written(self, taken: Sequence[Waiting], *, along: bool) -> Claimed | None:
        """What went along, if anything was to."""
        async with self._around.vault.begin() as tx:
            # All at once, and so in the same order everywhere: no two wait for each other's.
            await tx.threads.hold(*about([each.delivery for each in taken]))
            if len(taken) > 1:
                await tx.outbox.foresee([each.delivery.id for each in taken])
            for each in taken:
                await each.outcome(tx)
            return await self._along.claim(tx) if along else None


def about(
    deliveries: Sequence[Delivery],
) -> tuple[Collection[ThreadId], Collection[ConversationId]]:
    """The threads and the talks that deliveries belong to."""
    return (
        {each.thread for each in deliveries if each.thread is not None},
        {each.conversation for each in deliveries if each.conversation is not None},
    )


def _tell(waiting: Waiting, trouble: Exception | None) -> None:
    if waiting.settled.done():
        return
    if trouble is None:
        waiting.settled.set_result(None)
    else:
        waiting.settled.set_exception(trouble)
