"""Bringing the database to the shape that this version needs, once, whoever starts first."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from casestore.database import AnySession, Database

VERSION_TABLE = "casestore_version"
# Any fixed number: only processes of ours that migrate take this lock.
MIGRATING = 870_143_001


class BrokenReference(Exception):
    """After migrating, rows of these tables point at nothing; nothing of it is kept."""


async def migrate(database: Database) -> None:
    """Run every migration that is missing, in one transaction."""
    async with database.migrating() as connection:
        await connection.run_sync(_upgrade)


async def up_to_date(database: Database) -> bool:
    """Say whether the database has the shape that this version needs."""
    async with database.engine.connect() as connection:
        return (
            await connection.run_sync(_version)
            == ScriptDirectory.from_config(_config()).get_current_head()
        )


async def revision(session: AnySession) -> str | None:
    """Name the shape that the database has."""
    return await (await session.connection()).run_sync(_version)


def known(its_revision: str) -> bool:
    """Say whether this version knows that shape, and can bring it further."""
    every = ScriptDirectory.from_config(_config()).walk_revisions()
    return its_revision in {each.revision for each in every}


def shape(connection: Connection, its_revision: str) -> None:
    """Make the tables as they were at a revision, in the caller's transaction."""
    command.upgrade(configured(connection), its_revision)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATING})
    migrated(connection)


def migrated(connection: Connection) -> None:
    """Bring the tables to the shape of this version, in the caller's transaction."""
    command.upgrade(configured(connection), "head")
    if connection.dialect.name == "sqlite":
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if astray:
            raise BrokenReference(sorted({str(row[0]) for row in astray}))


def configured(connection: Connection) -> Config:
    """Give Alembic's configuration, with the connection it is to work on."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _version(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "casestore:migrations")
    config.set_main_option("path_separator", "os")
    return config
