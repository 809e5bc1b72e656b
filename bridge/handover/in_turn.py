"""
What has ended gives way to those who write now.

Whoever asks for a transaction first gets it first, so of a score of talks that end, all would
stand before the next message. Here one of them asks at a time, and the others wait for it:
before a message there is never more than one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bridge.ports import Transaction, Vault


class InTurn:
    """A `Vault` for what nobody sits and waits for; none of it waits for ever."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._turn = asyncio.Lock()

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        return await self._vault.accept(source, event, body)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        async with self._turn, self._vault.begin() as tx:
            yield tx
