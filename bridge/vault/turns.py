"""One writer at a time where the database has but one, without waiting for its timeout."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class InsideAnother(RuntimeError):
    """A transaction was begun inside another, which would wait for itself for ever."""


class Turns:
    def __init__(self, *, one_at_a_time: bool) -> None:
        self._lock = asyncio.Lock() if one_at_a_time else None
        self._inside: set[asyncio.Task[Any] | None] = set()

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        self.refuse_inside()
        if self._lock is None:
            async with self._marked():
                yield
            return
        async with self._lock, self._marked():
            yield

    def refuse_inside(self) -> None:
        if asyncio.current_task() in self._inside:
            raise InsideAnother("a transaction is already open in this task")

    @asynccontextmanager
    async def _marked(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        self._inside.add(task)
        try:
            yield
        finally:
            self._inside.discard(task)
