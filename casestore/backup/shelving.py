"""The database's own refusals put on the shelf while rows are put back as they lay."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text

from casestore.tables import ALL


@contextmanager
def rows_first(connection: Connection) -> Iterator[None]:
    """
    No trigger refuses a row, and no key between tables, until the block ends.

    A row that was rightly made may be refused when it is made again: an entry whose consent has
    been taken back since, a person merged into one that comes later.
    """
    if connection.dialect.name == "sqlite":
        with _sqlite(connection):
            yield
    else:
        with _postgres(connection):
            yield


@contextmanager
def _sqlite(connection: Connection) -> Iterator[None]:
    """Keys between tables are off already, as when a migration runs."""
    found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    triggers = [(str(row.name), str(row.sql)) for row in found]
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in triggers:
        connection.exec_driver_sql(sql)


@contextmanager
def _postgres(connection: Connection) -> Iterator[None]:
    quote = connection.dialect.identifier_preparer.quote
    inspector = inspect(connection)
    ours = [name for name in inspector.get_table_names() if name in ALL.tables]
    tables = [quote(name) for name in ours]
    keys = [
        (quote(name), quote(str(key["name"])), _defined(connection, str(key["name"])))
        for name in ours
        for key in inspector.get_foreign_keys(name)
    ]
    for table in tables:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    for table, key, _ in keys:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {key}"))
    yield
    for table, key, definition in keys:
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}"))
    for table in tables:
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        _numbered(connection, table)


def _defined(connection: Connection, key: str) -> str:
    found = text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :key")
    return str(connection.scalar(found, {"key": key}))


def _numbered(connection: Connection, table: str) -> None:
    """Numbers that the database gives out begin after those that are given."""
    columns = inspect(connection).get_columns(table.strip('"'))
    for column in columns:
        name = connection.dialect.identifier_preparer.quote(column["name"])
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table, "column": column["name"]},
        )
        if sequence:
            connection.execute(
                text(f"SELECT setval(:sequence, GREATEST((SELECT max({name}) FROM {table}), 1))"),  # noqa: S608
                {"sequence": sequence},
            )
