"""SQLite without a thread between: what a cancelled commit leaves behind, and what it holds up."""

import asyncio
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from typing_extensions import override

from bridge.vault.inline import Connection, Driver

PATIENCE = 10


class Slow(sqlite3.Connection):
    """A disk that takes its time."""

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        self.may_end, self.has_begun, self.together = threading.Event(), threading.Event(), False
        self.committing = False

    @override
    def commit(self) -> None:
        self.committing = True
        self.has_begun.set()
        self.may_end.wait(PATIENCE)
        super().commit()
        self.committing = False

    @override
    def rollback(self) -> None:
        self.together = self.together or self.committing
        super().rollback()


class SlowDriver(Driver):
    def __init__(self, disk: Slow) -> None:
        self._disk = disk

    @override
    def connect(self, *told: Any, **named: Any) -> Connection:
        return Connection(self._disk)


def disk(folder: Path) -> Slow:
    return sqlite3.connect(folder / "slow.db", check_same_thread=False, factory=Slow)


async def test_a_commit_that_is_cancelled_is_over_before_anybody_goes_back(tmp_path: Path) -> None:
    """Two at once on one connection could lose what has just been acknowledged."""
    slow = disk(tmp_path)
    engine = create_async_engine("sqlite+aiosqlite://", module=SlowDriver(slow))

    async def keep() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE kept (words TEXT)"))

    async with asyncio.timeout(PATIENCE):
        keeping = asyncio.create_task(keep())
        await asyncio.to_thread(slow.has_begun.wait, PATIENCE)
        for _ in range(2):
            keeping.cancel()
            await asyncio.sleep(0)
            assert not keeping.done()
        slow.may_end.set()
        with suppress(asyncio.CancelledError):
            await keeping

    assert keeping.cancelled()
    assert not slow.together
    assert slow.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    await engine.dispose()


async def test_a_slow_disk_holds_up_nobody_else(tmp_path: Path) -> None:
    """While one message is put on disk, the others are read."""
    slow = disk(tmp_path)
    engine = create_async_engine("sqlite+aiosqlite://", module=SlowDriver(slow))
    async with asyncio.timeout(PATIENCE):
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
            ending = asyncio.create_task(connection.commit())
            await asyncio.to_thread(slow.has_begun.wait, PATIENCE)
            assert not ending.done()
            slow.may_end.set()
            await ending
    await engine.dispose()
