"""
Many rows in one statement, whose text is the same however many they are.

PostgreSQL is given a list for each column, so that it parses, and answers, once; SQLite is
given the rows one by one on its own side, where that costs least.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Insert, Table, bindparam, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[Mapping[str, Any]]


async def insert_all(connection: AsyncConnection, table: Table, rows: Rows) -> None:
    """Rows of the same columns, in the order given."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(_listed(table, tuple(rows[0])), _by_column(rows))
        return
    await connection.execute(_made(table), rows)


async def insert_new(connection: AsyncConnection, table: Table, rows: Rows) -> set[str]:
    """
    Rows of one team, with an id each; the ids of those not there yet. Of two alike the first.

    On SQLite; PostgreSQL has a statement of its own for what comes in (`at_once`).
    """
    written = await connection.execute(_once(table), rows)
    if written.rowcount == len(rows):
        return {row["id"] for row in rows}
    there = select(table.c.id).where(
        table.c.team == rows[0]["team"], table.c.id.in_([row["id"] for row in rows])
    )
    return set((await connection.execute(there)).scalars())


@cache
def _made(table: Table) -> Insert:
    return insert(table)


@cache
def _once(table: Table) -> sqlite.Insert:
    return sqlite.insert(table).on_conflict_do_nothing()


@cache
def _listed(table: Table, names: tuple[str, ...]) -> Insert:
    """Lists of the same length are unfolded side by side, in their order (PostgreSQL, 9.19)."""
    lists = [func.unnest(bindparam(name, type_=ARRAY(table.c[name].type))) for name in names]
    return insert(table).from_select(names, select(*lists))


def _by_column(rows: Rows) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}
