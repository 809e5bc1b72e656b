"""How the database would answer what it is asked: by an index, or by reading a table through."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.vault.database import connected
from bridge.vault.tables import conversations

Asked = dict[str, Any]
"""By what the database was asked: what was filled in, the first time."""

FEW_ROWS: Final[Mapping[str, str]] = {
    "key_periods": "one for each change of the key",
    "signs_of_life": "one for each channel",
    "staff": "one for each colleague",
}
"""What may be read through at any time."""

GIVEN: Final = frozenset({"CONSTANT", "wanted"})
"""What whoever asks has given as a list."""

NOW_AND_THEN: Final[Mapping[str, str]] = {
    "coalesce(threads.last_youth_at, threads.made_at) <=": (
        "once an hour: whose silence has lasted; all who still have a key are looked at"
    ),
    "SELECT count(*) AS count_1 \nFROM data_keys": (
        "once for each change of the key: that nothing lies under the old one any longer"
    ),
}
"""What may be read through because it is seldom asked: a part of the question, and why."""

SOME_ONLY: Final = frozenset(
    str(index.name)
    for table in conversations.metadata.sorted_tables
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
)
"""Indexes of some rows only: to read one through is to read what was asked for."""

KINDS: Final = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")

OF_THE_TEAM: Final = re.compile(r"\(*\w*\.?team = [^()]+?\)")


ANSWERED: Final[set[str]] = set()
"""What has been looked at already, and was well."""


@contextmanager
def heard(url: str | URL) -> Iterator[Asked]:
    """What the database at `url` is asked meanwhile, whoever has connected to it."""
    asked: Asked = {}
    database = make_url(url).database

    def hears(
        connection: Connection, _cursor: object, said: str, told: Any, _context: object, many: bool
    ) -> None:
        if connection.engine.url.database == database and said.startswith(KINDS):
            asked.setdefault(said, told[0] if many else told)

    event.listen(Engine, "before_cursor_execute", hears)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", hears)


async def nothing_reads_through(url: str, asked: Asked) -> None:
    """Fails on whatever would be answered by reading a table from end to end."""
    new = {said: told for said, told in asked.items() if f"{url[:6]}{said}" not in ANSWERED}
    if not new:
        return
    async with connected(url, name="plans") as engine, engine.connect() as connection:
        wrong = await read_through(connection, new)
        await connection.rollback()
    assert not wrong, "\n\n".join(f"{line}\n{said}" for said, line in wrong)
    ANSWERED.update(f"{url[:6]}{said}" for said in new)


async def read_through(connection: AsyncConnection, asked: Asked) -> list[tuple[str, str]]:
    """Of what was asked, that for which a table would be read from end to end; and how."""
    if connection.dialect.name == "postgresql":
        # Told not to, it reads through only what it has no other way to.
        await connection.exec_driver_sql("SET enable_seqscan = off")
    lines = _of_sqlite if connection.dialect.name == "sqlite" else _of_postgresql
    return [
        (said, line)
        for said, told in asked.items()
        if not any(part in said for part in NOW_AND_THEN)
        for line in await lines(connection, said, told)
    ]


async def _of_sqlite(connection: AsyncConnection, said: str, told: Any) -> list[str]:
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", told)
    return [line for row in rows for line in [str(row[-1])] if _reads_all(line)]


def _reads_all(line: str) -> bool:
    if line.startswith("SCAN"):
        about = line.split()[1]
        return about not in {*GIVEN, *FEW_ROWS} and not about.startswith("(")
    by_team = line.startswith("SEARCH") and line.endswith("(team=?)")
    known = set(line.split()) & (SOME_ONLY | FEW_ROWS.keys())
    return by_team and not known


async def _of_postgresql(connection: AsyncConnection, said: str, told: Any) -> list[str]:
    found = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {said}", told)
    plan = found.scalar_one()
    parsed = json.loads(plan) if isinstance(plan, str) else plan
    return [line for node in _nodes(parsed[0]["Plan"]) if (line := _through(node))]


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    inner: Sequence[Mapping[str, Any]] = node.get("Plans", ())
    for each in inner:
        yield from _nodes(each)


def _through(node: Mapping[str, Any]) -> str:
    kind, table = node["Node Type"], node.get("Relation Name", "")
    if table in FEW_ROWS or node.get("Index Name") in SOME_ONLY:
        return ""
    if kind == "Seq Scan":
        return f"{kind} on {table}"
    if "Index Name" not in node:
        return ""
    beyond = OF_THE_TEAM.sub("", node.get("Index Cond", ""))
    return "" if re.search(r"\w", beyond) else f"{kind} by {node['Index Name']}, all of the team's"
