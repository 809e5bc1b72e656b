"""
The database itself: how we connect, what we demand of it, and its tables brought up to date.

"Durable when it returns" is a promise to a youth, so a database that has been told not to
keep it is refused at start.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bridge.vault import inline
from bridge.vault.inline import Driver
from bridge.vault.migrating import migrate

DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}

PRAGMAS: Final[Mapping[str, object]] = {
    "busy_timeout": 30_000,
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "secure_delete": 1,
    "foreign_keys": 1,
}
"""Set on every connection: SQLite remembers none of them but the journal mode."""

POSTGRESQL: Final[Mapping[str, frozenset[str]]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),
}

POOL: Final = 10
MORE: Final = 20
"""Connections that a process keeps, and how many more it may take; one holds the door open."""


class NotDurable(Exception):
    """The database may lose what it says it has kept; the message names the setting."""


class UnknownDatabase(Exception):
    """Words are kept in SQLite or PostgreSQL; the message holds no more than the kind."""


@asynccontextmanager
async def connected(url: str, *, name: str) -> AsyncIterator[AsyncEngine]:
    """
    An engine for a database that keeps what it is told, with tables up to date.

    `name` tells one database in memory from another. Raises `NotDurable`.
    """
    engine = _engine(url, name)
    try:
        async with engine.connect() as anchor:  # keeps a database in memory alive
            await migrate(engine)
            await _uncounted(engine)
            await _demand_durability(anchor)
            await anchor.rollback()
            yield engine
    finally:
        await engine.dispose()


async def examined(url: str) -> None:
    """Whether it keeps what it is told, without touching its tables. Raises `NotDurable`."""
    engine = _engine(url, "examined")
    try:
        async with engine.connect() as connection:
            await _demand_durability(connection)
            await connection.rollback()
    finally:
        await engine.dispose()


def _engine(url: str, name: str) -> AsyncEngine:
    target = _target(make_url(url), name)
    sqlite = target.get_backend_name() == "sqlite"
    engine = create_async_engine(
        target,
        hide_parameters=True,  # what is written must not stand in an error or a log
        poolclass=AsyncAdaptedQueuePool,
        pool_size=POOL,
        max_overflow=MORE,
        **({"module": Driver()} if sqlite else {}),
    )
    set_up = _set_up_sqlite if sqlite else _set_up_postgresql
    set_up(engine)
    return engine


def _target(url: URL, name: str) -> URL:
    kind = url.get_backend_name()
    if kind not in DRIVERS:
        raise UnknownDatabase(kind)
    url = url.set(drivername=DRIVERS[kind])
    if kind == "sqlite" and url.database in (None, "", ":memory:"):
        query = {"mode": "memory", "cache": "shared", "uri": "true"}
        return url.set(database=f"file:{name}", query=query)
    return url


def _set_up_sqlite(engine: AsyncEngine) -> None:
    """
    The driver begins nothing by itself; we do, and always to write.

    See SQLAlchemy, "Serializable isolation / Savepoints / Transactional DDL" for pysqlite.
    """

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {pragma} = {value}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        cast("inline.Connection", connection.connection.dbapi_connection).begin()

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)


def _set_up_postgresql(engine: AsyncEngine) -> None:
    """A list goes byte for byte: as text, what is encrypted would be twice as long, and quoted."""
    from psycopg.types.array import ListBinaryDumper  # takes memory that SQLite does not need

    def on_connect(connection: Any, _record: object) -> None:
        connection.driver_connection.adapters.register_dumper(list, ListBinaryDumper)

    event.listen(engine.sync_engine, "connect", on_connect)


async def _uncounted(engine: AsyncEngine) -> None:
    """
    Forget what SQLite has counted of its tables, where somebody has told it to (`ANALYZE`).

    Every question has an index of its own, and is answered by it as long as SQLite has counted
    nothing. It counts a column in which nearly every row has nothing, or the same, as one in
    which every value has as many rows; it then reads tables through, for each row of another.
    With twenty thousand open talks nothing was relayed any longer.
    """
    if engine.dialect.name != "sqlite":
        return
    async with engine.begin() as connection:
        counted = text(
            "SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite\\_stat_' ESCAPE '\\'"
        )
        for table in (await connection.scalars(counted)).all():
            await connection.execute(text(f"DROP TABLE {table}"))


async def _demand_durability(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        for setting, accepted in POSTGRESQL.items():
            found = await connection.scalar(text(f"SHOW {setting}"))
            if found not in accepted:
                raise NotDurable(f"PostgreSQL has {setting} = {found}; it must be on")
        return
    in_memory = "mode=memory" in str(connection.engine.url)
    for pragma, value in PRAGMAS.items():
        found = await connection.scalar(text(f"PRAGMA {pragma}"))
        if found != value and not (in_memory and pragma == "journal_mode"):
            raise NotDurable(f"SQLite has {pragma} = {found}; it must be {value}")
