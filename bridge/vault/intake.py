"""
Events that arrive together share one transaction.

Nothing waits for a timer: whoever writes takes what has gathered until it is its turn to write,
so that a burst costs a few disk syncs and a lone event costs one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

from bridge.vault.inbox import Letter, take_in
from bridge.vault.work import Work

Put = Callable[[Work, Sequence[Letter]], Awaitable[list[bool]]]
Waiting = list[tuple[Letter, asyncio.Future[bool]]]


class Intake:
    def __init__(
        self,
        work: Callable[[], AbstractAsyncContextManager[Work]],
        *,
        put: Put = take_in,
        at_once: int = 100,
    ) -> None:
        self._work, self._put, self._at_once = work, put, at_once
        self._waiting: Waiting = []
        self._writer: asyncio.Task[None] | None = None

    async def accept(self, letter: Letter) -> bool:
        """True the first time; durable when this returns."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((letter, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await answer

    async def settled(self) -> None:
        if self._writer is not None:
            await self._writer

    async def _write(self) -> None:
        while self._waiting:
            taken: Waiting = []
            try:
                async with self._work() as work:
                    taken = self._taken()
                    news = await self._put(work, [letter for letter, _ in taken])
            except BaseException as problem:
                for _, answer in taken or self._taken():
                    if not answer.done():
                        answer.set_exception(problem)
                if not isinstance(problem, Exception):
                    raise
            else:
                for (_, answer), new in zip(taken, news, strict=True):
                    if not answer.done():
                        answer.set_result(new)

    def _taken(self) -> Waiting:
        taken = self._waiting[: self._at_once]
        del self._waiting[: self._at_once]
        return taken
