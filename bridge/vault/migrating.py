"""
The tables brought up to date, by whoever starts first.

Most starts find them so already. Alembic is heavy, and first brought in when there is something
to do.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, String, column, func, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncEngine

VERSION_TABLE: Final = "vault_version"
MIGRATIONS: Final = Path(__file__).parent / "migrations"
MIGRATING: Final = 0x75746562727531
"""An advisory lock: processes that start together bring the tables up to date in turn."""


async def migrate(engine: AsyncEngine) -> None:
    """Run every migration that is missing, in one transaction."""
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
        await connection.run_sync(_upgrade)


def newest() -> str:
    """The shape that this version needs; each migration's file begins with its number."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return max(each.name.partition("_")[0] for each in files)


def _upgrade(connection: Connection) -> None:
    if _version(connection) == newest():
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    held = select(column("version_num", String)).select_from(table(VERSION_TABLE))
    return connection.execute(held).scalar_one_or_none()
