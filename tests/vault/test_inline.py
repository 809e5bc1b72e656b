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
        self.by: threading.Thread | None = None

    @override
    def commit(self) -> None:
        self.committing = True
        self.by = threading.current_thread()
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
    with closing(sqlite3.connect(folder / "slow.db")) as before:
        before.execute("CREATE TABLE kept (words TEXT)")
    return sqlite3.connect(folder / "slow.db", check_same_thread=False, factory=Slow)


async def test_a_commit_that_is_cancelled_is_over_before_anybody_goes_back(tmp_path: Path) -> None:
    """Two at once on one connection could lose what has just been acknowledged."""
    slow = disk(tmp_path)
    engine = create_async_engine("sqlite+aiosqlite://", module=SlowDriver(slow))

    async def keep() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO kept VALUES ('ord')"))

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
        assert seen.execute("SELECT count(*) FROM kept").fetchone() == (1,)


async def test_a_slow_disk_holds_up_nobody_else(tmp_path: Path) -> None:
    """While one message is put on disk, the others are read."""
    slow = disk(tmp_path)
    engine = create_async_engine("sqlite+aiosqlite://", module=SlowDriver(slow))
    async with asyncio.timeout(PATIENCE):
        async with engine.connect() as connection:
            await connection.execute(text("INSERT INTO kept VALUES ('ord')"))
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
    slow.execute("INSERT INTO kept VALUES ('ord')")
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


async def test_what_has_written_nothing_is_over_at_once(tmp_path: Path) -> None:
    """Most looks find nothing to do, and a thread's turn costs more than the look."""
    slow = disk(tmp_path)
    slow.may_end.set()
    connection = Connection(slow)

    async def asks(question: str) -> bool:
        """Whether the loop itself ended what was asked."""

        def ask() -> None:
            connection.begin()
            connection.cursor().execute(question)
            connection.commit()
            connection.rollback()

        await greenlet_spawn(ask)
        return slow.by is threading.current_thread()

    async with asyncio.timeout(PATIENCE):
        assert await asks("SELECT * FROM kept")
        assert not await asks("INSERT INTO kept VALUES ('ord')")
        assert await asks("SELECT * FROM kept")
    connection.close()


async def test_where_another_process_writes_only_who_must_waits(tmp_path: Path) -> None:
    """The command that decides something holds the database: the loop goes on meanwhile."""
    slow, other = disk(tmp_path), sqlite3.connect(tmp_path / "slow.db", isolation_level=None)
    slow.execute("PRAGMA busy_timeout = 5000")
    connection = Connection(slow)
    other.execute("BEGIN IMMEDIATE")
    async with asyncio.timeout(PATIENCE):
        beginning = asyncio.create_task(greenlet_spawn(connection.begin))
        await asyncio.sleep(0)
        assert not beginning.done()

        other.execute("COMMIT")
        await beginning

    assert slow.in_transaction
    assert slow.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    connection.close()
    other.close()
