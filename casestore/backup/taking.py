"""Taking a backup: every row of one moment, as it lies, in a file that is sealed."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Table, select

from casestore.audit.chain import AUDIT, note
from casestore.backup.rows import LEFT_OUT, packed
from casestore.backup.sealed import SealedWriter
from casestore.database import ReadSession
from casestore.edge import Store, Writing
from casestore.migrating import revision
from casestore.outside.log import OutsideLog
from casestore.tables import ALL
from casestore.times import write_time
from casestore.transfers.chain import TRANSFERS

TAKEN: Final = "backup.taken"
AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A backup that was taken: where it lies, how many rows it holds, its digest (SHA-256)."""

    path: Path
    rows: int
    sha256: str


async def take(store: Store, to: Path) -> Taken:
    """
    Write a backup into the folder `to`, mode 0600 and fsynced; whole, or not there at all.

    The store may serve meanwhile: what is read is one snapshot.
    """
    now = store.clock()
    path = _in(to, f"casestore-{now:%Y%m%dT%H%M%SZ}.backup")
    draft = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        rows = await _written(store, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=now)
        await note(writing, TAKEN, by=None, rows=rows)
    with path.open("rb") as done:
        return Taken(path=path, rows=rows, sha256=hashlib.file_digest(done, "sha256").hexdigest())


def _in(folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


async def _written(store: Store, file: IO[bytes]) -> int:
    counts: dict[str, int] = {}
    async with store.database.reading() as session:
        header = await _header(store, session)
        out = SealedWriter(file, store.ring, header)
        out.line({"begins": header})
        for table in ALL.sorted_tables:
            if table.name not in LEFT_OUT:
                counts[table.name] = await _table(session, table, out)
        out.line({"ends": counts})
        out.close()
    return sum(counts.values())


async def _header(store: Store, session: ReadSession) -> dict[str, Any]:
    """What a restore must know before it begins. Nothing of anybody."""
    log = OutsideLog.opened(store.settings.outside)
    stands, audit, transfers = (
        log.head(),
        await AUDIT.current(session),
        await TRANSFERS.current(session),
    )
    return {
        "team": store.settings.team,
        "at": write_time(store.clock()),
        "revision": await revision(session),
        "outside": {"log": log.id, "n": stands.n, "hash": stands.hash},
        "audit": audit.n,
        "transfers": transfers.n,
    }


async def _table(session: ReadSession, table: Table, out: SealedWriter) -> int:
    names = [column.name for column in table.columns]
    out.line({"table": table.name, "columns": names})
    every = select(table).order_by(*table.primary_key.columns)
    found = await session.stream(every.execution_options(yield_per=AT_A_TIME))
    count = 0
    async for row in found:
        out.line({"row": [packed(value) for value in row]})
        count += 1
    return count
