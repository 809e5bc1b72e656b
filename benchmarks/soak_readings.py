"""What is read of the running program every few seconds, from outside it."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psycopg
from sqlalchemy.engine import make_url

from benchmarks.process import PAGE, TICKS
from tests.crash.steps import asking
from tests.crash.town import Place
from tests.support.metrics import waiting

MIB: Final = 2**20
WORDS: Final = ("entries", "attachments", "documents")
"""Where a youth's words lie while they are here."""
KEPT: Final = ("conversations", "deliveries", "inbox", "copies", "threads")
"""What stays for a while by design: that it was, when, and how it went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`disk` and `wal` are both sides' databases; `done` how many talks were over by then."""

    at: float
    cpu: float
    """Seconds of the processor since the start, of bridge and case store together."""
    memory: float
    files: int
    wal: float
    disk: float
    words: int
    kept: int
    done: int


def read(at: Place, *, began: float, done: int) -> Reading:
    disk, wal = _on_server(at) if at.server is not None else _in_files(at.served.place / "data")
    with asking(at.database_url) as ask:
        words, kept = (sum(ask(f"SELECT count(*) FROM {t}") for t in of) for of in (WORDS, KEPT))  # noqa: S608  (names of ours)
    pid = at.served.pid
    return Reading(
        at=time.monotonic() - began,
        cpu=_cpu(pid),
        memory=int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MIB,
        files=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        wal=wal,
        disk=disk,
        words=words,
        kept=kept,
        done=done,
    )


async def still_waiting(at: Place) -> dict[str, float]:
    """Whatever waits, as the program itself tells whoever watches it."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        answer = await http.get(f"http://127.0.0.1:{at.served.env['UTEBRU_PORT']}/metrics")
    return waiting(answer.text)


def _cpu(pid: int) -> float:
    """Itself, and the system for it (proc(5), stat)."""
    found = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(found[11]) + int(found[12])) / TICKS


def _in_files(data: Path) -> tuple[float, float]:
    sizes = {file.name: file.stat().st_size / MIB for file in data.glob("*.db*")}
    wal = sum(size for name, size in sizes.items() if name.endswith("-wal"))
    return sum(sizes.values()) - wal, wal


def _on_server(at: Place) -> tuple[float, float]:
    address = make_url(at.database_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as server:
        disk = server.execute("SELECT sum(pg_database_size(oid)) FROM pg_database").fetchone()
        wal = server.execute("SELECT sum(size) FROM pg_ls_waldir()").fetchone()
    return float(disk[0] if disk else 0) / MIB, float(wal[0] if wal else 0) / MIB
