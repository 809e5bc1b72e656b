"""SQLite without a thread between: what a cancelled commit leaves behind, and what it holds up."""

import asyncio
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import greenlet_spawn
from typing_extensions import override

from bridge.vault.inline import Connection, Driver

PATIENCE = 10


class Slow(sqlite3.Connection):
    """A disk that takes its time."""

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        self.may_end, self.has_begun, self.together = threading.Event(), threading.Event(), False
        self.committing, self.closed = False, threading.Event()

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

    @override
    def close(self) -> None:
        self.together = self.together or self.committing
        super().close()
        self.closed.set()


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
    await engine.dispose()
    await asyncio.to_thread(slow.closed.wait, PATIENCE)
    with closing(sqlite3.connect(tmp_path / "slow.db")) as seen:
        assert seen.execute("SELECT count(*) FROM kept").fetchone() == (0,)


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


async def test_what_is_given_up_is_closed_after_what_it_was_doing(tmp_path: Path) -> None:
    """Where a connection is cleared away by itself, nobody can wait, and nothing may be cut off."""
    slow = disk(tmp_path)
    connection = Connection(slow)
    async with asyncio.timeout(PATIENCE):
        ending = asyncio.create_task(greenlet_spawn(connection.commit))
        await asyncio.to_thread(slow.has_begun.wait, PATIENCE)
        connection.terminate()
        assert not slow.closed.is_set()
        slow.may_end.set()
        await ending
        await asyncio.to_thread(slow.closed.wait, PATIENCE)

    assert slow.closed.is_set()
    assert not slow.together
