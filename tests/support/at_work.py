"""A bridge at work by the wall clock, telling when it has nothing left to do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from typing_extensions import override

from bridge.bridge import Bridge, Pace
from bridge.chance import WallClock
from bridge.domain.cards import Card
from bridge.domain.ids import Ref, Room
from bridge.ports import CaseRecord
from tests.support.crash_world import PRACTICE, Life

NEVER = timedelta(hours=1)
SELDOM = Pace(work=NEVER, tend=NEVER)
"""Nobody looks for anything before an hour has passed."""


class Board:
    """The workspace, telling of each post; one of them it may leave without an answer."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind
        self.posted = asyncio.Queue[Card]()
        self.strangers = frozenset[str]()
        self.hangs_at: str | None = None
        """The words of a post that is not answered until `goes_on`."""
        self.hangs, self.goes_on = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        if self.hangs_at is not None and self.hangs_at in getattr(card, "text", ""):
            self.hangs.set()
            await self.goes_on.wait()
        ref: Ref = await self._behind.show(room, root, card, key=key, also=also)
        self.posted.put_nowait(card)
        return ref

    async def shows(self, words: str) -> None:
        while words not in repr(await self.posted.get()):
            pass

    async def readers(self, room: Room) -> frozenset[str]:
        there: frozenset[str] = await self._behind.readers(room)
        return there | self.strangers


class Watched(Bridge):
    """Tells when it has nothing left to do, and is never woken by an hourly round."""

    idle: asyncio.Event
    running: asyncio.Task[None]

    @override
    async def _send(self) -> timedelta | None:
        pause = await super()._send()
        self.idle.set()
        return pause

    @override
    async def rotate_if_due(self) -> None:
        return

    @override
    async def tend(self) -> None:
        await self.colleagues.watch()

    async def rests(self) -> None:
        """What is poked once is looked at once more."""
        for _ in range(2):
            self.idle.clear()
            await self.idle.wait()


@asynccontextmanager
async def at_work(
    at: Life, pace: Pace, *, record: CaseRecord | None = None
) -> AsyncIterator[tuple[Watched, Board]]:
    """The bridge by the wall clock, in a room that takes four posts a second."""
    board = Board(at.bridge.around.workspace)
    around = replace(
        at.bridge.around,
        workspace=board,
        record=record or at.bridge.around.record,
        clock=WallClock(),
        practice=replace(PRACTICE, per_room=timedelta(milliseconds=250)),
    )
    bridge = Watched(around, at.bridge.vault, pace)
    bridge.idle = asyncio.Event()
    bridge.running = asyncio.create_task(bridge.run())
    try:
        async with asyncio.timeout(10):
            await bridge.rests()
            yield bridge, board
    finally:
        bridge.running.cancel()
        await asyncio.gather(bridge.running, return_exceptions=True)
