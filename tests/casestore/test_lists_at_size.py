"""Lists must take as long next year as this: as many questions, each answered by an index."""

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

import httpx
import pytest
from sqlalchemy import text

from casestore.edge import Store
from casestore.places import Place
from tests.casestore.big_logs import fill
from tests.casestore.big_world import NOW, Filling, Size
from tests.casestore.pages_at_scale import LISTS, listening, logged_in
from tests.casestore.stage import Stage, staged
from tests.support.clock import StoppedClock
from tests.support.postgres import Server, drop_database, fresh_database

FEW: Final = Size(persons=12, transcripts=24, notes=24, contacts=50, deeds=20, mine=4, of_each=6)
MORE: Final = Size(
    persons=40, transcripts=44, notes=90, contacts=200, deeds=48, mine=14, of_each=18
)
"""Three times as much, and still no more than a page of anything."""
MANY: Final = Size(
    persons=300, transcripts=3000, notes=1500, contacts=3000, deeds=4000, mine=20, of_each=60
)

GROWING: Final = (
    "transfers", "transfer_copies", "transfer_caseworkers", "journal_entries", "journal_notes",
    "journal_messages", "audit_events", "chain_events", "contacts", "search_marks", "concerns",
)  # fmt: skip

EACH: Final = frozenset({"/deletions", "/api/deletions"})
"""What stands in the way of a proposal is found for each of them; a page holds twenty."""


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
async def another(
    stage: Stage, tmp_path: Path, postgres_server: Server | None
) -> AsyncIterator[Stage]:
    """A store beside the first, on a database of the same kind."""
    home = tmp_path / "another"
    url = f"sqlite+aiosqlite:///{home / 'data' / 'casestore.db'}"
    if not stage.settings.database_url.startswith("sqlite"):
        assert postgres_server is not None
        url = await fresh_database(postgres_server)
    async with staged(url, home, StoppedClock(NOW)) as made:
        yield made
    if not url.startswith("sqlite"):
        assert postgres_server is not None
        await drop_database(postgres_server, url)


async def asked(store: Store, http: httpx.AsyncClient, path: str) -> list[tuple[str, object]]:
    """What the database is asked for this page, with the log-in already seen."""
    await http.get(path)
    with listening(store) as heard:
        answer = await http.get(path)
    assert answer.status_code in {200, 403}, (path, answer.status_code)
    return [] if answer.status_code == 403 else heard


async def counted(stage: Stage) -> dict[tuple[str, str], int]:
    """How many questions each list takes, for each of the two."""
    found = {}
    for login in ("berit", "tove"):
        async with logged_in(stage.app, login) as http:
            for path in LISTS:
                found[login, path] = len(await asked(stage.store, http, path))
    return found


async def test_three_times_as_many_rows_are_no_more_questions(stage: Stage, another: Stage) -> None:
    """A list that asks once for each line is quick in every demo, and unusable in a year."""
    await fill(Filling(store=stage.store, size=FEW))
    await fill(Filling(store=another.store, size=MORE))

    few, more = await counted(stage), await counted(another)

    assert {k: (few[k], n) for k, n in more.items() if n != few[k] and k[1] not in EACH} == {}
    assert all(more[login, path] < 400 for login, path in more if path in EACH)


async def test_no_list_reads_through_what_grows(stage: Stage) -> None:
    """A page of fifty must cost fifty rows, also when there are a hundred thousand."""
    await fill(Filling(store=stage.store, size=MANY))
    sqlite = stage.settings.database_url.startswith("sqlite")
    async with stage.writing() as writing:
        await writing.session.execute(text("ANALYZE"))
    wrong = set()
    for login in ("berit", "tove"):
        async with logged_in(stage.app, login) as http:
            for path in LISTS:
                for question, told in await asked(stage.store, http, path):
                    if question.lstrip("( ").startswith(("SELECT", "WITH")):
                        plan = await planned(stage.store, question, told, sqlite=sqlite)
                        wrong |= {(path, line) for line in read_through(question, plan)}
    assert wrong == set()


async def planned(store: Store, question: str, told: object, *, sqlite: bool) -> Sequence[str]:
    """How the database would answer. PostgreSQL would rather read what is small from end to end."""
    async with store.database.engine.connect() as connection:
        if not sqlite:
            await connection.exec_driver_sql("SET enable_seqscan = off")
        how = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        found = await connection.exec_driver_sql(how + question, told)  # type: ignore[arg-type]
        return [str(row[-1]) for row in found]


def read_through(question: str, plan: Sequence[str]) -> list[str]:
    """
    The lines of a plan that read one of the growing tables from end to end.

    What reads from one end and stops when it has enough does not.
    """
    whole = "\n".join(plan)
    if "LIMIT" in question and "TEMP B-TREE FOR ORDER BY" not in whole and "Sort" not in whole:
        return []
    tables = "|".join(GROWING)
    scan = re.compile(rf"^SCAN (?:{tables})$|Seq Scan on (?:{tables})\b")
    return [line.split("(cost")[0] for line in plan if scan.search(line)]


async def test_the_next_page_begins_where_this_one_ends(stage: Stage) -> None:
    """What comes in while somebody turns the pages must not hide a line, or show one twice."""
    await fill(Filling(store=stage.store, size=MANY))
    async with logged_in(stage.app, "tove") as http:
        for path, line in (
            ("/transfers", r'class="when"><a href="/transfers/(c_\d+)"'),
            ("/unassigned", r'href="/journal/(c_\d+)"'),
            ("/concerns", r'href="/concerns/(concern_\d+)"'),
            ("/cases?which=all&status=any", r'<strong><a href="/cases/(case_\d+)"'),
        ):
            seen: list[str] = []
            following: str | None = path
            while following and len(seen) < 260:
                page = (await http.get(following)).text
                found = re.findall(line, page)
                assert found, following
                seen += found
                link = re.search(r'href="([^"]+)">(?:Eldre|Nyere)', page)
                following = link[1].replace("&amp;", "&") if link else None
            assert len(seen) == len(set(seen)), path
            assert len(seen) > 50, path


@pytest.mark.parametrize(
    "told",
    [
        "",
        "x",
        ",c_1",
        "," * 400,
        "2026-11-23T09:12:00.000Z",
        "2026-13-01T00:00:00.000Z,c_1",
        "2026-11-23T09:12:00.000Z,' OR 1",
    ],
)
def test_a_place_that_is_none_is_the_beginning(told: str) -> None:
    """An address that somebody has cut must show a page, not an error."""
    assert Place.read(told) is None


def test_a_place_is_read_as_it_was_written() -> None:
    """Or the next page would begin somewhere else."""
    place = Place(at=NOW, id="c_1")
    assert Place.read(str(place)) == place
