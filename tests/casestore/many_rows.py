"""
Putting in millions of rows: past the mapping, past what is asked for each row, indexes afterwards.

Every value still goes through the type of its column, so that the row lies as the programme itself
would have left it, and every index is the one the migrations made. A crash in between leaves half
of them: it is for databases that are thrown away.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from itertools import islice
from typing import Any, Final

from psycopg import AsyncConnection, sql
from sqlalchemy import Dialect, text
from sqlalchemy.engine import make_url

from casestore.database import Table
from casestore.edge import Store

Row = tuple[type[Table], Mapping[str, Any]]
Batch = tuple[type[Table], Sequence[str], Sequence[Sequence[Any]]]
"""A table, some of its columns, and rows of those."""

SOME: Final = 20_000
MEMORY: Final = 512
"""Megabytes that making an index anew may take."""

ON_SQLITE: Final = """
    SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
"""
ON_POSTGRESQL: Final = """
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


@asynccontextmanager
async def bare(store: Store) -> AsyncIterator[None]:
    """Without indexes and triggers meanwhile, and with the very same ones afterwards."""
    sqlite = store.database.engine.dialect.name == "sqlite"
    async with store.database.migrating() as connection:
        found = (await connection.execute(text(ON_SQLITE if sqlite else ON_POSTGRESQL))).all()
        for kind, name, _ in found:
            await connection.execute(text(f'DROP {kind} "{name}"'))
    yield
    async with store.database.migrating() as connection:
        room = f"cache_size = -{MEMORY}000" if sqlite else f"maintenance_work_mem = '{MEMORY}MB'"
        await connection.execute(text(f"PRAGMA {room}" if sqlite else f"SET LOCAL {room}"))
        for _, _, made in found:
            await connection.exec_driver_sql(made)


async def put(store: Store, rows: Iterator[Row], *, team: str) -> None:
    """Put the rows in, some at a time; those of one table have the same columns."""
    engine = store.database.engine
    batches = batched(rows, engine.dialect, team)
    if engine.dialect.name == "sqlite":
        path = make_url(store.settings.database_url).database
        assert path is not None
        await asyncio.to_thread(_into_file, path, batches)
        return
    async with engine.connect() as connection:
        own = (await connection.get_raw_connection()).driver_connection
        assert isinstance(own, AsyncConnection)
        # For this transaction: neither triggers nor foreign keys, which are asked for each row.
        await own.execute("SET LOCAL session_replication_role = replica")
        for table, columns, some in batches:
            said = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table.__tablename__),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
            )
            async with own.cursor() as cursor, cursor.copy(said) as copy:
                for row in some:
                    await copy.write_row(row)
        await own.commit()


def batched(rows: Iterator[Row], dialect: Dialect, team: str) -> Iterator[Batch]:
    """Sort some rows at a time by table, their values as this database takes them."""
    while some := list(islice(rows, SOME)):
        by_table: dict[type[Table], list[Mapping[str, Any]]] = {}
        for table, row in some:
            by_table.setdefault(table, []).append(row)
        for table, told in by_table.items():
            columns = [table.__mapper__.columns[name] for name in told[0]]
            changed = [
                (name, change)
                for name, column in zip(told[0], columns, strict=True)
                if (change := column.type.dialect_impl(dialect).bind_processor(dialect))
            ]
            names = ["team", *(column.name for column in columns)]
            yield table, names, [(team, *_as_it_lies(row, changed)) for row in told]


def _as_it_lies(
    row: Mapping[str, Any], changed: Sequence[tuple[str, Callable[[Any], Any]]]
) -> Iterable[Any]:
    lies = dict(row)
    for name, change in changed:
        lies[name] = change(lies[name])
    return lies.values()


def _into_file(path: str, batches: Iterator[Batch]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as own:
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", f"cache_size=-{MEMORY}000"):
            own.execute(f"PRAGMA {pragma}")
        for table, columns, some in batches:
            named = ", ".join(f'"{each}"' for each in columns)
            marks = ", ".join("?" * len(columns))
            said = f'INSERT INTO "{table.__tablename__}" ({named}) VALUES ({marks})'  # noqa: S608
            own.execute("BEGIN IMMEDIATE")
            own.executemany(said, some)
            own.execute("COMMIT")
