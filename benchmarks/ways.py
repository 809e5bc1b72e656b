"""One way that messages go, from the youths to the team or back, and what became of them."""

import asyncio
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Final

from benchmarks.insisting import as_it_is, insist
from benchmarks.load import Request
from benchmarks.standins import Arrived, Standin

QUIET: Final = 100.0
"""Seconds without anything new, after which nothing more is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """`missing`: acknowledged, and not come; `late` came after something that was said later."""

    sent: int
    longest: float
    """Seconds from when it was to be sent until it had come, for the slowest of all."""
    missing: int
    doubled: int
    late: int


@dataclass(frozen=True, slots=True)
class Way:
    target: Standin
    requests: Sequence[Request]
    rate: float
    youths: int
    written: Callable[[Request], Request] = as_it_is

    async def go(self, ports: Sequence[int]) -> Went:
        """Send all of it, and wait for what comes."""
        self.target.arrived.each.clear()
        began, start = time.monotonic(), self.requests[0].about
        told = await insist(ports, self.requests, rate=self.rate, written=self.written)
        await self._come(told.acknowledged)
        came = self._came
        waits = [at - began - (about - start) / self.rate for about, _, at in came.each]
        return Went(
            sent=len(told.acknowledged),
            longest=max(waits, default=0.0),
            missing=len(told.acknowledged - came.numbers.keys()),
            doubled=sum(n - 1 for n in came.numbers.values()),
            late=came.out_of_order(lambda about: (about - start) % self.youths),
        )

    async def _come(self, expected: Set[int]) -> None:
        seen, since = -1, time.monotonic()
        while missing := len(expected - self._came.numbers.keys()):
            if missing != seen:
                seen, since = missing, time.monotonic()
            if time.monotonic() - since > QUIET:
                return
            await asyncio.sleep(0.25)

    @property
    def _came(self) -> Arrived:
        """Of these; a card in the room shows the number of a reply too."""
        first, last = self.requests[0].about, self.requests[-1].about
        return Arrived(each=[row for row in self.target.arrived.each if first <= row[0] <= last])
