"""
A platform that sends each webhook until somebody answers 200, as the real ones do.

There are several addresses behind it, as behind a load balancer: each message goes to the next,
and what is refused, cut off or met by nobody goes to the one after. One youth's messages go one
after the other.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.load import Line, Request

PATIENCE: Final = 20.0
"""Seconds an answer may take before the next is asked."""
BREATH: Final = 0.05
"""Seconds between two tries."""


@dataclass(slots=True)
class Insisted:
    """`acknowledged`: the numbers; `again`: how often something had to be sent once more."""

    acknowledged: set[int] = field(default_factory=set)
    again: int = 0


def as_it_is(request: Request) -> Request:
    return request


async def insist(
    ports: Sequence[int],
    requests: Sequence[Request],
    *,
    rate: float,
    lines: int = 32,
    written: Callable[[Request], Request] = as_it_is,
) -> Insisted:
    """So many a second, until the last has been taken; `written`: as it goes out, each time."""
    told, start = Insisted(), time.monotonic() + 0.05
    due = {request.about: start + place / rate for place, request in enumerate(requests)}
    async with asyncio.TaskGroup() as going:
        for line in range(lines):
            mine = [request for request in requests if request.youth % lines == line]
            going.create_task(_one_after_another(_Ways(ports), mine, due, told, written))
    return told


async def _one_after_another(
    ways: "_Ways",
    requests: Sequence[Request],
    due: dict[int, float],
    told: Insisted,
    written: Callable[[Request], Request],
) -> None:
    for request in requests:
        await asyncio.sleep(max(0.0, due[request.about] - time.monotonic()))
        while not await ways.takes(written(request)):
            told.again += 1
            await asyncio.sleep(BREATH)
        told.acknowledged.add(request.about)
    ways.close()


class _Ways:
    """A connection to each address, opened when it is needed."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._turn = list(ports), 0
        self._lines: dict[int, Line] = {}

    async def takes(self, request: Request) -> bool:
        self._turn += 1
        port = self._ports[(request.about + self._turn) % len(self._ports)]
        try:
            async with asyncio.timeout(PATIENCE):
                if port not in self._lines:
                    loop = asyncio.get_running_loop()
                    _, self._lines[port] = await loop.create_connection(Line, "127.0.0.1", port)
                if await self._lines[port].ask(request.raw) == 200:
                    return True
        except (OSError, TimeoutError):
            pass
        lost = self._lines.pop(port, None)
        if lost is not None:
            lost.close()
        return False

    def close(self) -> None:
        for line in self._lines.values():
            line.close()
