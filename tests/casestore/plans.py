"""How the case store's database would answer a question: by an index, or by reading a table."""

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
    "persons": "one for each youth: who may read what is asked of it, and a planner may begin here",
    "cases": "as persons",
    "threads": "as persons",
}
"""What grows with youths and colleagues, not with what is said, and may be read through; why."""

ALL_OF_IT: Final[Mapping[tuple[str, str], str]] = {
    ("/reviews", "transfers"): "what has come since the log was last signed is counted",
    ("/people/duplicates", "data_keys"): "whoever is compared is opened: no mark of a youth is like"
    " another's (docs/decisions/0008), so that nothing else could find them",
    ("/api/people/duplicates", "data_keys"): "as the page",
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


def read_through(path: str, question: str, plan: Sequence[str]) -> list[str]:
    """
    The tables that are read from end to end for a page.

    What reads from one end and stops when it has enough does not.
    """
    whole = "\n".join(plan)
    if "LIMIT" in question and "TEMP B-TREE FOR ORDER BY" not in whole and "Sort" not in whole:
        return []
    address = path.partition("?")[0]
    return [
        table
        for table in _scanned(plan)
        if table not in FEW_ROWS and (address, table) not in ALL_OF_IT
    ]


def _scanned(plan: Sequence[str]) -> Iterator[str]:
    for line, following in zip(plan, (*plan[1:], ""), strict=True):
        by_index = re.search(r"Index (?:Only )?Scan (?:Backward )?using \w+ on (\w+)", line)
        if by_index and "Index Cond" not in following:
            yield by_index[1]
        elif found := re.search(r"^SCAN (\w+)|Seq Scan on (\w+)", line):
            table = re.sub(r"_\d+$", "", found[1] or found[2])
            if table in ALL.tables:
                yield table
