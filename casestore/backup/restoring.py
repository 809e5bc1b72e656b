"""
Restoring a backup: everything in one transaction, and nothing opens before all of it is done.

    check the file and the log outside ─▶ the tables as they were ─▶ the rows ─▶ the tables as
    they are now ─▶ what has been closed since is closed again ─▶ commit ─▶ a fresh key

A crash anywhere before the commit leaves the database as it was. What was deleted after the
backup was taken cannot be read afterwards (`casestore.backup.replaying`).
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, MetaData, Table, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from casestore.audit.chain import note
from casestore.backup.replaying import Replayed, replay
from casestore.backup.rows import unpacked
from casestore.backup.sealed import BadBackup, header_of, unsealed
from casestore.backup.serving import NotRestored, alone
from casestore.backup.shelving import rows_first
from casestore.database import Database, WriteSession, opened
from casestore.edge import Store, Writing
from casestore.hashchain import Head
from casestore.keyring import KeyRing
from casestore.keys_rotating import rotate
from casestore.migrating import MIGRATING, VERSION_TABLE, known
from casestore.opening import opened_store
from casestore.outside.log import BadOutsideLog, Line, OutsideLog
from casestore.settings import Settings
from casestore.tables import ALL
from casestore.threads.keys import LOOKUP, owned_key
from casestore.times import Clock

RESTORED: Final = "backup.restored"
AT_A_TIME: Final = 500
FUNCTIONS: Final = ("refuse_change", "needs_consent", "entry_needs_consent")
"""What the triggers of any version call."""

Header = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A backup that was restored: from when it is, and what was closed again."""

    at: str
    rows: int
    again: Replayed


async def restore(
    settings: Settings, file: Path, *, clock: Clock, over: bool = False, unlogged: str = ""
) -> Restored:
    """
    Restore into the database of the settings, or raise `NotRestored`, `BadBackup`.

    `over`: what is there now goes. `unlogged`: why it is restored though the log outside is
    lost; then every person in it is restricted until the team leader has looked.
    """
    with alone(settings.keyring), file.open("rb") as raw:
        ring = KeyRing.open(settings.keyring)
        header = _checked(raw, ring, settings)
        lines = None if unlogged else _log(settings, header)
        async with opened(settings.database_url) as database:
            rows, again = await _carried_over(
                database, settings, ring, clock, raw, header, lines, over=over
            )
    async with opened_store(settings, clock) as store:
        async with store.database.writing() as session:
            writing = Writing(session=session, store=store, now=clock())
            await note(
                writing, RESTORED, by=None, of=str(header["id"]), at=str(header["at"]), rows=rows,
                deletions=again.erased, closed=again.closed, unlogged=bool(unlogged),
            )  # fmt: skip
        await rotate(store)
    return Restored(at=str(header["at"]), rows=rows, again=again)


async def _carried_over(
    database: Database,
    settings: Settings,
    ring: KeyRing,
    clock: Clock,
    raw: IO[bytes],
    header: Header,
    lines: Sequence[Line] | None,
    *,
    over: bool,
) -> tuple[int, Replayed]:
    async with database.migrating() as connection:
        await connection.run_sync(_emptied, over=over)
        raw.seek(0)
        said = unsealed(raw, ring)
        rows = await connection.run_sync(_filled, header, said)
        async with _session(connection) as session:
            store = Store(settings=settings, database=database, ring=ring, clock=clock, lookup=b"")
            writing = Writing(session=session, store=store, now=clock())
            lookup = await owned_key(writing, LOOKUP)
            writing = replace(writing, store=replace(store, lookup=lookup))
            again = await replay(writing, lines)
            await session.flush()
        await connection.run_sync(_nothing_astray)
    return rows, again


def _checked(raw: IO[bytes], ring: KeyRing, settings: Settings) -> Header:
    """Read the whole file once, so that nothing is begun with one that does not hold."""
    header = header_of(raw)[0]
    raw.seek(0)
    said = unsealed(raw, ring)
    begins, ends, counted = next(said, {}).get("begins"), None, dict[str, int]()
    table = ""
    for line in said:
        if "table" in line:
            table = line["table"]
            counted[table] = 0
        elif "row" in line:
            counted[table] += 1
        ends = line.get("ends")
    if begins is None or ends != counted or any(header[name] != begins[name] for name in begins):
        raise BadBackup("the backup is not whole")
    if header["team"] != settings.team:
        raise NotRestored("Kopien er fra et annet team.")
    if not known(header["revision"]):
        raise NotRestored("Kopien er fra en nyere versjon av Utebru. Oppgrader først.")
    return header


def _log(settings: Settings, header: Header) -> list[Line]:
    """The log outside, which must be that of the backup's own store, and no older than it."""
    if not settings.outside.exists():
        raise NotRestored(
            f"Slettingsloggen {settings.outside} mangler. Uten den kan det som er slettet siden "
            "kopien ble tatt, bli lesbart igjen. Finn den fram, eller les i driftsveiledningen."
        )
    told = header["outside"]
    try:
        log = OutsideLog.opened(settings.outside)
        lines = log.lines()
    except BadOutsideLog as broken:
        raise NotRestored(f"Slettingsloggen holder ikke: {broken}") from None
    if log.id != told["log"]:
        raise NotRestored("Slettingsloggen hører til en annen base enn kopien.")
    stood = Head(n=told["n"], hash=told["hash"])
    if len(lines) < stood.n or lines[stood.n - 1].hash != stood.hash:
        raise NotRestored("Slettingsloggen er eldre enn kopien. Finn fram den nyeste.")
    return lines


def _emptied(connection: Connection, *, over: bool) -> None:
    """Nothing of ours is in the database; with `over`, whatever was goes."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATING})
    there = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in there and there & set(ALL.tables):
        # «users» is a name that others have too.
        raise NotRestored("Databasen er et annet systems. Velg en tom.")
    used = "data_keys" in there and connection.scalar(text("SELECT count(*) FROM data_keys"))
    if used and not over:
        raise NotRestored("Databasen er i bruk. Med --replace går det som er der nå, tapt.")
    _dropped(connection)


def _dropped(connection: Connection) -> None:
    """Our tables, with what stands on them. Whatever else is in the database is not ours."""
    after = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in (*ALL.tables, VERSION_TABLE):
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"{after}')
    if after:
        for function in FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}{after}")


def _filled(connection: Connection, header: Header, said: Iterator[dict[str, Any]]) -> int:
    """The tables as they were, the rows, and the tables as they are now."""
    # What migrates is heavy, and comes with nothing else of a command.
    from casestore.upgrading import migrated, shape

    next(said)
    shape(connection, header["revision"])
    with rows_first(connection):
        rows = _inserted(connection, said)
    migrated(connection)
    return rows


def _inserted(connection: Connection, said: Iterator[dict[str, Any]]) -> int:
    then, count = MetaData(), 0
    then.reflect(connection, only=lambda name, _: name in ALL.tables)
    # What a fresh database begins with is in the backup as it was.
    for table in reversed(then.sorted_tables):
        connection.execute(table.delete())
    zoned = connection.dialect.name == "postgresql"
    current: Table | None = None
    names: list[str] = []
    while some := list(islice(said, AT_A_TIME)):
        waiting: list[dict[str, Any]] = []
        for line in some:
            if "row" in line:
                values = (unpacked(value, zoned=zoned) for value in line["row"])
                waiting.append(dict(zip(names, values, strict=True)))
                continue
            count += _put(connection, current, waiting)
            waiting = []
            if "table" in line:
                current, names = then.tables[line["table"]], list(line["columns"])
        count += _put(connection, current, waiting)
    return count


def _put(connection: Connection, table: Table | None, rows: list[dict[str, Any]]) -> int:
    if table is not None and rows:
        connection.execute(table.insert(), rows)
    return len(rows)


def _nothing_astray(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if astray:
            raise BadBackup("rows of the backup point at nothing")


@asynccontextmanager
async def _session(connection: AsyncConnection) -> AsyncIterator[WriteSession]:
    """A session in the transaction that is under way; who commits is the caller."""
    async with AsyncSession(
        connection, expire_on_commit=False, join_transaction_mode="rollback_only"
    ) as session:
        yield WriteSession(session)
