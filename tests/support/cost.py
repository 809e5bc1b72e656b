"""What a question costs a database: in work done, which no other load on the machine changes."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

BLOCKS: Final = 150
"""Of PostgreSQL's 8 kB: a look into some indexes, and at what they point to."""
STEPS: Final = 5_000
"""Of SQLite's machine: a look at each of ten thousand rows would be some hundred thousand."""


@contextmanager
def asked() -> Iterator[list[str]]:
    """Every statement that any database is told inside; many rows in one are one."""
    told: list[str] = []

    def hears(_c: object, _cursor: object, said: str, *_: object) -> None:
        told.append(said)

    event.listen(Engine, "before_cursor_execute", hears)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", hears)


@contextmanager
def questions(url: str | None = None) -> Iterator[list[tuple[str, Any]]]:
    """What the database at `url`, or else any, is asked inside, with what was filled in."""
    asked: list[tuple[str, Any]] = []
    database = url and make_url(url).database

    def hears(c: Connection, _cursor: object, said: str, parameters: object, *_: object) -> None:
        ours = database in (None, c.engine.url.database)
        if ours and said.lstrip().startswith("SELECT"):
            asked.append((said, parameters))

    event.listen(Engine, "before_cursor_execute", hears)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", hears)


async def is_cheap(url: str, statement: str, parameters: Any) -> None:
    """It is answered from an index, with little work."""
    most = STEPS if make_url(url).get_backend_name() == "sqlite" else BLOCKS
    if most == STEPS:
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        assert not [row for row in plan if str(row[3]).startswith("SCAN")], (plan, statement)
    taken = await work(url, statement, parameters)
    assert taken < most, (taken, statement)


async def work(url: str, statement: str, parameters: Any) -> int:
    """What it takes to answer: steps of SQLite's machine, or PostgreSQL's blocks."""
    if make_url(url).get_backend_name() == "sqlite":
        return _steps(str(make_url(url).database), statement, parameters)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        found = (await connection.exec_driver_sql(explain, parameters)).scalar_one()
    await engine.dispose()
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _steps(file: str, statement: str, parameters: Sequence[object]) -> int:
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 100
        return 0

    with closing(sqlite3.connect(file)) as connection:
        connection.set_progress_handler(step, 100)
        connection.execute(statement, parameters).fetchall()
    return taken
