"""An insert that can say what is to happen where the row is there already."""

from sqlalchemy.dialects import postgresql, sqlite

from casestore.database import Table, WriteSession


def insert_into(session: WriteSession, table: type[Table]) -> sqlite.Insert | postgresql.Insert:
    """Each database has its own, and they are put alike."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
