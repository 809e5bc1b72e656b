"""
SQLite without a thread between us and it.

A statement that is found in memory takes some microseconds, and handing it to a thread and back
ten times as long (docs/decisions/0028). What waits for a disk or for another process does not
hold up the loop: to commit what was written, to go back, and to begin where somebody else
writes are done in a thread of their own.

To SQLAlchemy this is the DB-API module of its asynchronous SQLite dialect.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Self

from sqlalchemy import AdaptedConnection
from sqlalchemy.util import await_only
from typing_extensions import override

BEGIN: Final = "BEGIN IMMEDIATE"


class Cursor(sqlite3.Cursor):
    """Everything it found lies in memory already, so there is nothing to close later."""

    server_side = False

    @override
    def execute(self, *told: Any) -> Self:
        await_only(_at_once())
        return super().execute(*told)

    @override
    def executemany(self, *told: Any) -> Self:
        await_only(_at_once())
        return super().executemany(*told)

    async def _async_soft_close(self) -> None:
        return


class Connection(AdaptedConnection):
    """Used by one task at a time, as a pool hands it out."""

    __slots__ = ("_changes", "_thread")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: Any = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._changes = 0

    def cursor(self) -> Cursor:
        return self._own.cursor(Cursor)

    def create_function(self, *told: Any, **named: Any) -> None:
        self._own.create_function(*told, **named)

    def begin(self) -> None:
        """As the one writer; waits for another process as long as `busy_timeout` says."""
        await_only(_at_once())
        if not self._begun_at_once():
            self._waited(lambda: self._own.execute(BEGIN))
        self._changes = self._own.total_changes

    def commit(self) -> None:
        if self._own.total_changes == self._changes:
            self._own.commit()  # nothing to put on disk
        else:
            self._waited(self._own.commit)

    def rollback(self) -> None:
        if self._own.in_transaction:
            self._waited(self._own.rollback)

    def close(self) -> None:
        self._own.close()
        self._thread.shutdown(wait=False)

    def terminate(self) -> None:
        """Close it where nobody can wait; after whatever is at work in it."""
        self._thread.submit(self._own.close)
        self._thread.shutdown(wait=False)

    @property
    def isolation_level(self) -> Any:
        return self._own.isolation_level

    @isolation_level.setter
    def isolation_level(self, level: Any) -> None:
        self._own.isolation_level = level

    @property
    def _own(self) -> sqlite3.Connection:
        own: sqlite3.Connection = self._connection
        return own

    def _begun_at_once(self) -> bool:
        """Whether nobody else was writing."""
        (patience,) = self._own.execute("PRAGMA busy_timeout").fetchone()
        self._own.execute("PRAGMA busy_timeout = 0")
        try:
            self._own.execute(BEGIN)
        except sqlite3.OperationalError:
            return False
        finally:
            self._own.execute(f"PRAGMA busy_timeout = {patience}")
        return True

    def _waited(self, what: Callable[[], object]) -> None:
        await_only(_through(asyncio.get_running_loop().run_in_executor(self._thread, what)))


async def _at_once() -> None:
    """SQLAlchemy refuses a driver that never waits, taking it for one that holds up the loop."""


async def _through(going: "asyncio.Future[object]") -> None:
    """
    Wait until it is over, also when cancelled meanwhile.

    Whoever is cancelled goes back next, on the same connection, where two may not be at work.
    """
    try:
        await asyncio.shield(going)
    except asyncio.CancelledError:
        while not going.done():
            try:
                await asyncio.wait([going])
            except asyncio.CancelledError:
                continue
        going.exception()  # seen, and of no more interest
        raise


class Driver:
    """The module: Python's own `sqlite3`, with connections as above."""

    has_stop = False

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)

    def connect(self, *told: Any, **named: Any) -> Connection:
        return Connection(sqlite3.connect(*told, **{**named, "check_same_thread": False}))
