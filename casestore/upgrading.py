"""The migrations themselves, run by Alembic in the caller's transaction."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


class BrokenReference(Exception):
    """After migrating, rows of these tables point at nothing; nothing of it is kept."""


def shape(connection: Connection, its_revision: str) -> None:
    """Make the tables as they were at a revision."""
    command.upgrade(configured(connection), its_revision)


def migrated(connection: Connection) -> None:
    """Bring the tables to the shape of this version."""
    shape(connection, "head")
    if connection.dialect.name == "sqlite":
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if astray:
            raise BrokenReference(sorted({str(row[0]) for row in astray}))


def configured(connection: Connection) -> Config:
    """Give Alembic's configuration, with the connection it is to work on."""
    config = Config()
    config.set_main_option("script_location", "casestore:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
