"""
Whoever is at work holds what it works on, and whoever dies lets go of it within seconds.

The lease is shorter than a call may take (adapters give up after 20 s): it is renewed for as
long as the call is out, so only silence makes others look to what was being sent.
"""

import asyncio
import logging
from collections.abc import Collection, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from bridge.domain.ids import DeliveryId
from bridge.ports import Surroundings

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=7)
RENEWALS: Final = 3
"""Within each lease: one may be late, and nothing that is at work is called lost."""


class Leases:
    def __init__(self, around: Surroundings, lease: timedelta = LEASE) -> None:
        self._around, self.lease = around, lease

    async def held(
        self, deliveries: Collection[DeliveryId], calls: Sequence[Coroutine[Any, Any, None]]
    ) -> None:
        """
        Make the calls, side by side; what they are about is ours until all are over.

        Raises what the first of them raised, if any did, and not before.
        """
        made = asyncio.gather(*calls, return_exceptions=True)
        try:
            while not made.done():
                await asyncio.wait({made}, timeout=self.lease.total_seconds() / RENEWALS)
                if not made.done():
                    await self._renew(deliveries)
        except asyncio.CancelledError:
            made.cancel()
            with suppress(asyncio.CancelledError):
                await made
            raise
        for trouble in made.result():
            if trouble is not None:
                raise trouble

    async def _renew(self, deliveries: Collection[DeliveryId]) -> None:
        try:
            async with self._around.vault.begin() as tx:
                await tx.outbox.hold(deliveries, self._around.clock.now() + self.lease)
        except Exception as trouble:  # the calls go on, and the next time may succeed
            log.warning("could not renew leases kind=%s", type(trouble).__name__)
