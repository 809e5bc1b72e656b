"""
How the case store's database would answer a question: by an index, or by reading a table.

SQLite is asked as it is run, without having counted anything; PostgreSQL counts by itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from casestore.edge import Store
from casestore.tables import ALL

FEW_ROWS: Final[Mapping[str, str]] = {
    "users": "one for each who works here, or has",
    "access_changes": "one for each time somebody began, left or stood in for another",
    "audit_head": "one",
    "reviews": "one for each time the log was signed",
    "incidents": "a handful a year",
    "incident_affected": "those whom the handful was about",
    "registrations": "waits for some minutes, and is forgotten when it was taken in",
    "journal_codes": "one for each time a youth was let in to read",
    "thread_joins": "one for each youth who wrote on two channels",
    "slack_links": "one for each colleague",
}
"""What grows with youths and colleagues, not with what is said, and may be read through; why."""

COUNTED: Final = frozenset({"persons", "person_pairs", "cases", "threads"})
"""A planner that has counted how few there are may begin with these: PostgreSQL in a test."""

ALL_OF_IT: Final[Mapping[tuple[str, str], str]] = {
    (
        "/registrations",
        "transfers",
    ): "a thousand lines are read from the newest on, and then sorted",
}
"""What one list reads through on purpose, by address and table; and why."""


async def planned(store: Store, question: str, told: object) -> Sequence[str]:
    """How the database would answer. PostgreSQL would rather read what is small from end to end."""
    async with store.database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            await connection.exec_driver_sql("SET enable_seqscan = off")
        how = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        found = await connection.exec_driver_sql(how + question, told)  # type: ignore[arg-type]
        return [str(row[-1]) for row in found]


async def fetched(store: Store, question: str, told: object) -> int:
    """How many rows the database gives for a question."""
    if not question.lstrip("( ").startswith(("SELECT", "WITH")):
        return 0
    async with store.database.engine.connect() as connection:
        rows = await connection.exec_driver_sql(question, told)  # type: ignore[arg-type]
        return len(rows.all())


def read_through(path: str, question: str, plan: Sequence[str]) -> list[str]:
    """
    The tables that are read from end to end for a page.

    What reads from one end and stops when it has enough does not.
    """
    whole = "\n".join(plan)
    if "LIMIT" in question and "TEMP B-TREE FOR ORDER BY" not in whole and "Sort" not in whole:
        return []
    address = path.partition("?")[0]
    few = FEW_ROWS.keys() | (COUNTED if "cost=" in whole else frozenset())
    return [
        table for table in _scanned(plan) if table not in few and (address, table) not in ALL_OF_IT
    ]


WHOLE: Final = r"^SCAN (\w+)|^SEARCH (\w+) USING .*\(team=\?\)$"
"""How SQLite says it; every row is of the one team."""


def _scanned(plan: Sequence[str]) -> Iterator[str]:
    for line, following in zip(plan, (*plan[1:], ""), strict=True):
        by_index = re.search(r"Index (?:Only )?Scan (?:Backward )?using \w+ on (\w+)", line)
        if by_index and "Index Cond" not in following:
            yield by_index[1]
        elif found := re.search(rf"{WHOLE}|Seq Scan on (\w+)", line):
            table = re.sub(r"_\d+$", "", next(filter(None, found.groups())))
            if table in ALL.tables:
                yield table
