"""A die that decides whose turn it is, at every await, so that a seed tells one whole story."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bridge.vault.sql import SqlVault

BLOCKED = 0.02
"""Seconds after which whoever was let through must be waiting for a lock that another holds."""

STAY = 0.8


class Gate:
    """
    One task runs at a time; at every call to a port the die is thrown again.

    `one_writer`: a transaction cannot begin while another is open, so nobody is sent to wait.
    """

    def __init__(self, seed: int, *, one_writer: bool) -> None:
        self._die = random.Random(seed)
        self._one_writer = one_writer
        self._inside = 0
        self._waiting: list[Turn] = []
        self._latest: asyncio.Task[Any] | None = None
        self._back = asyncio.Event()
        self.turns = 0

    async def turn(self, *, begins: bool = False) -> None:
        mine = Turn(
            may_go=asyncio.get_running_loop().create_future(),
            task=asyncio.current_task(),
            begins=begins,
        )
        self._waiting.append(mine)
        self._back.set()
        try:
            await mine.may_go
        finally:
            self._waiting.remove(mine)

    @asynccontextmanager
    async def transaction(self, vault: SqlVault) -> AsyncIterator["Interleaved"]:
        await self.turn(begins=True)
        self._inside += 1
        try:
            async with vault.begin() as tx:
                yield Interleaved(tx, self)
                await self.turn()
        finally:
            self._inside -= 1

    async def throw(self, until: Callable[[], bool]) -> None:
        """Let one through, wait until it is back, and so on."""
        while not until():
            ready = [turn for turn in self._waiting if self._may_go(turn)]
            self._back.clear()
            if ready:
                chosen = self._chosen(ready)
                self._latest = chosen.task
                chosen.may_go.set_result(None)
                self.turns += 1
            try:
                await asyncio.wait_for(self._back.wait(), timeout=BLOCKED)
            except TimeoutError:
                continue

    def _may_go(self, turn: "Turn") -> bool:
        must_wait = turn.begins and self._one_writer and self._inside
        return not turn.may_go.done() and not must_wait

    def _chosen(self, ready: "list[Turn]") -> "Turn":
        """Mostly whoever went last, so that each gets somewhere before the other cuts in."""
        again = [turn for turn in ready if turn.task is self._latest]
        return self._die.choice(again if again and self._die.random() < STAY else ready)


@dataclass(frozen=True, eq=False)
class Turn:
    may_go: asyncio.Future[None]
    task: asyncio.Task[Any] | None
    begins: bool


class Interleaved:
    """A transaction, or a part of one, where the die is thrown around every call."""

    def __init__(self, real: object, gate: Gate) -> None:
        self._real, self._gate = real, gate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return Interleaved(found, self._gate)

        async def call(*args: object, **kwargs: object) -> object:
            await self._gate.turn()
            answer: Awaitable[object] = found(*args, **kwargs)
            said = await answer
            await self._gate.turn()
            return said

        return call
