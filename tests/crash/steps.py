"""Where in a conversation's life a kill struck, as the disk tells afterwards."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Final

import psycopg
from sqlalchemy.engine import make_url

STEPS: Final[Mapping[str, str]] = {
    "accepted": "SELECT count(*) FROM inbox WHERE state = 'new'",
    "queued": "SELECT count(*) FROM deliveries WHERE state IN ('held', 'queued')",
    "sending": "SELECT count(*) FROM deliveries WHERE state = 'sending'",
    "ending": "SELECT count(*) FROM conversations WHERE stage = 'open' AND ending_at IS NOT NULL",
    "sealed": "SELECT count(*) FROM conversations WHERE stage LIKE 'sealed%'",
    "transferred": "SELECT count(*) FROM conversations WHERE stage = 'transferred'",
    "wiping": "SELECT count(*) FROM copies WHERE verdict = 'pending' AND due_at IS NOT NULL",
    "rotating": "SELECT count(*) FROM key_periods WHERE state = 'closing'",
}
"""Each step with how many things were in it; `ask` refuses what is none of these."""

Ask = Callable[[str], int]


@contextmanager
def asking(url: str) -> Iterator[Ask]:
    """Questions to the bridge's database, from outside; what is not there yet is none."""
    if url.startswith("sqlite"):
        path = make_url(url).database
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as disk:
            yield lambda query: int(disk.execute(query).fetchone()[0])
        return
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:

        def ask(query: str) -> int:
            row = connection.execute(query.encode()).fetchone()
            return int(row[0]) if row else 0

        yield ask


def struck(url: str) -> dict[str, int]:
    """How much was in each step; asked when the process is dead."""
    with asking(url) as ask:
        return {step: ask(query) for step, query in STEPS.items()}


def kill_in(url: str, step: str, pid: int, *, within: float) -> bool:
    """Kill as soon as something is in that step; False, and killed all the same, if nothing was."""
    until, seen = time.monotonic() + within, False
    with asking(url) as ask:
        while not seen and time.monotonic() < until:
            seen = ask(STEPS[step]) > 0
    os.kill(pid, signal.SIGKILL)
    return seen
