"""
Bringing the database to the shape that this version needs, once, whoever starts first.

Most starts find it in that shape already. What migrates (`casestore.upgrading`) is heavy, and is
first brought in when there is something to do.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, String, column, inspect, select, table, text

from casestore.database import AnySession, Database

VERSION_TABLE = "casestore_version"
# Any fixed number: only processes of ours that migrate take this lock.
MIGRATING = 870_143_001
VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"


async def migrate(database: Database) -> None:
    """Run every migration that is missing, in one transaction."""
    async with database.migrating() as connection:
        await connection.run_sync(_upgrade)


async def up_to_date(database: Database) -> bool:
    """Say whether the database has the shape that this version needs."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_version) == newest()


async def revision(session: AnySession) -> str | None:
    """Name the shape that the database has."""
    return await (await session.connection()).run_sync(_version)


def known(its_revision: str) -> bool:
    """Say whether this version knows that shape, and can bring it further."""
    return its_revision in _every()


def newest() -> str:
    """Name the shape that this version needs."""
    return max(_every())


def _every() -> set[str]:
    """Each migration's file begins with its number."""
    return {each.name.partition("_")[0] for each in VERSIONS.glob("[0-9]*_*.py")}


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATING})
    if _version(connection) == newest():
        return
    from casestore.upgrading import migrated

    migrated(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    held = select(column("version_num", String)).select_from(table(VERSION_TABLE))
    return connection.execute(held).scalar_one_or_none()
