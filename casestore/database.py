"""
One database, two kinds of session.

A reading session cannot write: the database itself refuses. A writing session is committed
once, at the edge, before the answer leaves (`casestore.edge`). The same code runs on SQLite and
PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NewType, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    MetaData,
    String,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from casestore.times import as_utc

ReadSession = NewType("ReadSession", AsyncSession)
WriteSession = NewType("WriteSession", AsyncSession)
AnySession = ReadSession | WriteSession
Watch = Callable[[AsyncSession], None]


class Table(DeclarativeBase):
    """What the tables have in common: named constraints, and the team they belong to."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    team: Mapped[str] = mapped_column(String(64))


class Moment(TypeDecorator[datetime]):
    """A time in UTC on both databases; SQLite itself forgets which zone it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return as_utc(cast("datetime", value))


READING: Final = "reading"
WRITING: Final = "writing"
MIGRATING: Final = "migrating"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """
    An open database; `watch` sees every session that writes, before it is used.

    `turns`: where there is one writer at a time. SQLite has whoever waits for another sleep, a
    tenth of a second at last, and wakes nobody; here each goes as soon as the one before is done.
    """

    engine: AsyncEngine
    watch: Watch | None = None
    turns: AbstractAsyncContextManager[None] = field(default_factory=nullcontext)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """One snapshot that cannot write."""
        async with AsyncSession(self._for(READING), autoflush=False) as session:
            yield ReadSession(session)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[WriteSession]:
        """One transaction, committed when the block ends well and undone when it does not."""
        async with (
            self.turns,
            AsyncSession(self._for(WRITING), expire_on_commit=False) as session,
            session.begin(),
        ):
            if self.watch is not None:
                self.watch(session)
            yield WriteSession(session)

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that may alter tables."""
        async with self._for(MIGRATING).begin() as connection:
            yield connection

    def _for(self, purpose: str) -> AsyncEngine:
        return self.engine.execution_options(purpose=purpose)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open the database at `url` and close it again."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    if sqlite and (name := make_url(url).database):
        Path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Without this, a database error would carry the values of the statement into the log.
    engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=not sqlite)
    if sqlite:
        event.listen(engine.sync_engine, "connect", _careful_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    else:
        event.listen(engine.sync_engine, "connect", _plain_postgres)
        event.listen(engine.sync_engine, "begin", _begin_postgres)
    try:
        yield Database(engine=engine, turns=asyncio.Lock() if sqlite else nullcontext())
    finally:
        await engine.dispose()


def _careful_sqlite(connection: Any, _record: object) -> None:
    # The driver would otherwise begin transactions by itself, and only deferred ones.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "busy_timeout=10000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _plain_postgres(connection: Any, _record: object) -> None:
    # Our questions are short. To compile one takes a hundred times as long as to answer it
    # (PostgreSQL, "When to JIT?").
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    purpose = connection.get_execution_options().get("purpose")
    reading = purpose == READING
    # A table that is made anew while it is altered is gone for a moment (sqlite.org, "ALTER
    # TABLE", 7): what points at it is checked when the migration ends.
    checked = "OFF" if purpose == MIGRATING else "ON"
    connection.exec_driver_sql(f"PRAGMA foreign_keys={checked}")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("purpose") == READING:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


class Unsought(FunctionElement[str]):
    """A column that is compared, and that no index is looked in for."""

    name = "unsought"
    inherit_cache = True


@compiles(Unsought)
def _as_it_is(element: Unsought, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


@compiles(Unsought, "sqlite")
def _unsought(element: Unsought, compiler: SQLCompiler, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


def of_team(table: type[Table], team: str) -> ColumnElement[bool]:
    """
    Keep the team's rows, which is to say all of them.

    SQLite counts nothing by itself, and would take an index that begins with the team for one
    that leaves few rows, before the one that the list is in the order of (sqlite.org, "The SQLite
    Query Optimizer Overview", 2.1: a unary plus).
    """
    return Unsought(table.team) == team


async def each_of(
    session: AnySession, column: InstrumentedAttribute[Any], *where: ColumnElement[bool]
) -> list[str]:
    """Give the texts in a column, in order: by its index, from one to the next."""
    found: list[str] = []
    wanted = select(func.min(column)).where(*where)
    while text_ := await session.scalar(wanted):
        found.append(text_)
        wanted = select(func.min(column)).where(*where, column > text_)
    return found


async def durable(session: AnySession) -> bool:
    """Say whether a commit survives a power cut, as this database is set up."""
    if session.get_bind().dialect.name == "sqlite":
        return await _told(session, "PRAGMA synchronous") in {"2", "3"}
    fsync, commit = await _told(session, "SHOW fsync"), await _told(session, SYNCHRONOUS)
    return fsync == "on" and commit != "off"


SYNCHRONOUS: Final = "SHOW synchronous_commit"


async def _told(session: AnySession, question: str) -> str:
    return str((await session.execute(text(question))).scalar_one())
