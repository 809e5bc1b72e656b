"""
Whoever is at work holds what it works on, and whoever dies lets go of it within seconds.

The lease is shorter than a call may take (adapters give up after 20 s): it is renewed for as
long as the call is out, so only silence makes others look to what was being sent.
"""

import asyncio
import logging
from collections.abc import Collection, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, Final

from bridge.domain.ids import DeliveryId
from bridge.ports import Surroundings, Transaction

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=7)
RENEWALS: Final = 3
"""Within each lease: one may be late, and nothing that is at work is called lost."""

Call = asyncio.Task[None]


class Leases:
    def __init__(self, around: Surroundings, lease: timedelta = LEASE) -> None:
        self._around, self.lease = around, lease
        self._out: dict[DeliveryId, Call] = {}
        self._bell: asyncio.TimerHandle | None = None
        self._renewing: asyncio.Task[None] | None = None

    def held(self, about: Collection[DeliveryId], call: Coroutine[Any, Any, None]) -> Call:
        """Begin a call; what it is about is ours until it is over."""
        out = asyncio.create_task(call)
        self._out |= dict.fromkeys(about, out)
        out.add_done_callback(partial(self._over, about))
        if self._bell is None:
            self._wind()
        return out

    async def answered(self, calls: Collection[Call]) -> None:
        """
        When every one of these calls is over; broken off with whoever waits.

        Raises what the first of them raised, if any did, and not before.
        """
        try:
            if calls:
                await asyncio.wait(calls)
        except asyncio.CancelledError:
            await _broken_off(calls)
            raise
        await self._at_rest()
        for call in calls:
            call.result()

    async def over(self) -> None:
        """When nothing is out any longer."""
        while self._out:
            await asyncio.wait(set(self._out.values()))
        await self._at_rest()

    async def let_go(self) -> None:
        """Break off what is out: others will look to it when its lease is over."""
        await _broken_off(set(self._out.values()))
        await self._at_rest()

    async def renew(self, tx: Transaction) -> None:
        """What we are at work on is nobody's to call lost; no question where nothing is."""
        if self._out:
            await tx.outbox.hold(list(self._out), self._around.clock.now() + self.lease)

    def _over(self, about: Collection[DeliveryId], out: Call) -> None:
        for delivery in about:
            if self._out.get(delivery) is out:
                del self._out[delivery]
        if not self._out and self._bell is not None:
            self._bell.cancel()
            self._bell = None

    def _wind(self) -> None:
        pause = self.lease.total_seconds() / RENEWALS
        self._bell = asyncio.get_running_loop().call_later(pause, self._rings)

    def _rings(self) -> None:
        self._wind()
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew_all())

    async def _renew_all(self) -> None:
        try:
            async with self._around.vault.begin() as tx:
                await self.renew(tx)
        except Exception as trouble:  # the calls go on, and the next time may succeed
            log.warning("could not renew leases kind=%s", type(trouble).__name__)

    async def _at_rest(self) -> None:
        if not self._out and self._renewing is not None:
            await asyncio.wait({self._renewing})


async def _broken_off(calls: Collection[Call]) -> None:
    for call in calls:
        call.cancel()
    if calls:
        await asyncio.wait(calls)
