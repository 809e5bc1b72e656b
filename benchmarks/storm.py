"""`kill -9`, again and again, and how long what the dead one held lies untouched."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.process import Program

EVERY: Final = 4.0
"""Seconds between two deaths."""
LONGEST: Final = 90.0
"""Seconds, after which nobody is believed to come."""

HELD: Final = "SELECT id, leased_until FROM deliveries WHERE state = 'sending'"
DOUBTFUL: Final = "SELECT id FROM deliveries WHERE state = 'uncertain' AND what = 'reply'"


@dataclass(slots=True)
class Storm:
    """`taken_over`: seconds, for each death that left something behind."""

    deaths: int = 0
    taken_over: list[float] = field(default_factory=list)

    async def blow(self, programs: Sequence[Program], database: str, *, seconds: float) -> None:
        """The one that dies is drawn; it is started again at once."""
        drawn, until = random.Random(6), time.monotonic() + seconds  # noqa: S311  (no secret)
        async with asyncio.TaskGroup() as watching:
            while time.monotonic() < until:
                await asyncio.sleep(EVERY)
                victim = drawn.choice(programs)
                await victim.kill()
                self.deaths += 1
                watching.create_task(self._watch(database))
                await victim.start()

    async def _watch(self, database: str) -> None:
        began = time.monotonic()
        async with _asking(database) as ask:
            left = await ask(HELD)
            if not left:
                return
            while left and time.monotonic() - began < LONGEST:
                await asyncio.sleep(0.1)
                left &= await ask(HELD)
            self.taken_over.append(time.monotonic() - began)


async def in_doubt(database: str) -> int:
    """Replies of which nobody knows whether they came, and a person is asked."""
    async with _asking(database) as ask:
        return len(await ask(DOUBTFUL))


@asynccontextmanager
async def _asking(database: str) -> AsyncIterator[Callable[[str], Awaitable[set[Any]]]]:
    address = make_url(database).set(drivername="postgresql")
    async with await psycopg.AsyncConnection.connect(
        address.render_as_string(hide_password=False), autocommit=True
    ) as connection:

        async def ask(question: str) -> set[Any]:
            return set(await (await connection.execute(question.encode())).fetchall())

        yield ask
