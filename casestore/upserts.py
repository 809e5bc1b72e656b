"""An insert that can say what is to happen where the row is there already."""

from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

from casestore.database import Table, WriteSession

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_into(session: WriteSession, table: type[Table]) -> "sqlite.Insert | postgresql.Insert":
    """Each database has its own, and they are put alike."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # takes memory that SQLite does not need

    return postgresql.insert(table)
