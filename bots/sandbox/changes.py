"""Tells those who look on that something has changed, without saying what."""

import asyncio
from collections.abc import Callable


class Changes:
    """A counter that can be waited for."""

    def __init__(self) -> None:
        self.count = 0
        self._bell = asyncio.Event()
        self._echoes: list[Callable[[], None]] = []

    def tell(self) -> None:
        self.count += 1
        self._bell.set()
        self._bell = asyncio.Event()
        for echo in self._echoes:
            echo()

    def echo(self, listener: Callable[[], None]) -> None:
        """Call `listener` at each change, too."""
        self._echoes.append(listener)

    async def since(self, count: int) -> int:
        """Wait until the counter has passed `count`, and return it."""
        while self.count <= count:
            await self._bell.wait()
        return self.count

    async def until(self, holds: Callable[[], bool], within: float = 5.0) -> None:
        """Wait until `holds` does; `TimeoutError` after `within` seconds."""
        async with asyncio.timeout(within):
            while not holds():
                await self._bell.wait()
