"""Lists must take as long next year as this: as many questions, each answered by an index."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpx
import pytest

from casestore.cases.listing import COUNTED
from casestore.edge import Store
from casestore.places import Place
from casestore.routers import ROUTERS
from tests.casestore import pages_at_scale
from tests.casestore.big_logs import fill
from tests.casestore.big_world import NOW, Filling, Size
from tests.casestore.pages_at_scale import BY_THE_BRIDGE, LISTS, listening, logged_in
from tests.casestore.plans import fetched, planned, read_through
from tests.casestore.stage import Stage, staged
from tests.casestore.test_access_matrix import every
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

NO_LISTS: Final[Mapping[str, str]] = dict.fromkeys(
    ("/", "/api/here", "/login", "/login/code", "/livez", "/readyz", "/accounts/new", "/slack",
     "/account/password", "/account/second-factor", "/concerns/new", "/incidents/new",
     "/people/new", "/consents/paper", "/processing.md", "/api/openapi.json",
     "/login/provider/back", "/metrics",
     "/search"),
    "a form, or about one thing; or numbers",
) | dict.fromkeys(
    ("/audit/verify", "/audit/anchors", "/transfers/export", "/transfers/verify",
     "/statistics.csv", "/api/audit/chains"),
    "gives or checks all there is, because somebody has asked for all of it",
) | {"/api/bridge/contacts/digests": "of those asked for, a hundred at the most"}  # fmt: skip
"""Addresses without anybody's id that show no list; and why."""

EACH: Final = frozenset({"/deletions", "/api/deletions"})
"""What stands in the way of a proposal is found for each of them; a page holds twenty."""

SHOWN_AT_MOST: Final = 201
"""The longest list, and one more to know whether there are more."""


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
    await pages_at_scale.counted(stage.store)
    wrong = set()
    for login in ("berit", "tove"):
        async with logged_in(stage.app, login) as http:
            for path in LISTS:
                wrong |= await read_whole(stage.store, path, await asked(stage.store, http, path))
    for path in BY_THE_BRIDGE:
        wrong |= await read_whole(
            stage.store, path, await asked(stage.store, stage.bridge.http, path)
        )
    assert wrong == set()


async def test_a_page_is_read_in_the_order_it_is_shown(stage: Stage) -> None:
    """
    What is gathered and then sorted takes as long as all there is, however little is shown.

    PostgreSQL sorts what it has counted to be few; SQLite counts nothing, and shows whether it can.
    """
    if stage.store.database.engine.dialect.name != "sqlite":
        return
    await fill(Filling(store=stage.store, size=FEW))
    logs = [path for path in LISTS if path.startswith("/transfers")]
    lists = [
        path
        for path in LISTS
        if path.startswith(("/people?", "/people/duplicates", "/cases?which=all&status=any&"))
    ]
    for login, paths in (("berit", logs), ("tove", [*logs, "/people", *lists])):
        async with logged_in(stage.app, login) as http:
            for path in paths:
                read = [
                    (question, await planned(stage.store, question, told))
                    for question, told in await asked(stage.store, http, path)
                    if re.match(r"SELECT (transfers|persons|cases|person_pairs)\.", question)
                    and "LIMIT" in question
                ]
                assert len(read) == 1, (login, path)
                assert "USE TEMP B-TREE FOR ORDER BY" not in read[0][1], (login, path, read)


@pytest.mark.parametrize(
    ("path", "table", "found"),
    [
        ("/registrations", "transfers", "ix_transfers_thread (thread=?)"),
        ("/people/duplicates", "person_pairs", "sqlite_autoindex_person_pairs_1 (one=?)"),
    ],
)
async def test_ones_own_are_found_by_ones_own(
    stage: Stage, path: str, table: str, found: str
) -> None:
    """What is a colleague's must not be gone through, nor everybody of mine beside every other."""
    if stage.store.database.engine.dialect.name != "sqlite":
        return
    await fill(Filling(store=stage.store, size=FEW))
    async with logged_in(stage.app, "berit") as http:
        heard = await asked(stage.store, http, path)

    read = [
        line
        for question, told in heard
        if f"FROM {table}" in question
        for line in await planned(stage.store, question, told)
        if table in line
    ]
    assert read == [f"SEARCH {table} USING INDEX {found}"]


async def test_no_list_fetches_more_than_it_shows(stage: Stage) -> None:
    """What is fetched to be thrown away is a wait that grows with every youth."""
    await fill(Filling(store=stage.store, size=MANY))
    found = set()
    for login in ("berit", "tove"):
        async with logged_in(stage.app, login) as http:
            for path in LISTS:
                for question, told in await asked(stage.store, http, path):
                    count = await fetched(stage.store, question, told)
                    if count > SHOWN_AT_MOST:
                        found.add((login, path, question, count))
    assert found == set()


async def read_whole(
    store: Store, path: str, heard: Sequence[tuple[str, object]]
) -> set[tuple[str, str]]:
    """What was read from end to end for a page."""
    return {
        (path, table)
        for question, told in heard
        if question.lstrip("( ").startswith(("SELECT", "WITH"))
        for table in read_through(path, question, await planned(store, question, told))
    }


def test_every_list_is_looked_at() -> None:
    """A list that is added tomorrow is as quick in its third year as the others."""
    addresses = {
        route.path
        for router in ROUTERS
        for route in every(router)
        if "GET" in (route.methods or ()) and "{" not in route.path
    }
    ours = {path for path in addresses if not path.startswith("/min-journal")}
    looked_at = {path.partition("?")[0] for path in (*LISTS, *BY_THE_BRIDGE)}
    assert ours == looked_at | NO_LISTS.keys()


async def test_what_is_counted_on_a_page_is_counted_no_further_than_is_quick(
    stage: Stage,
) -> None:
    """To count to a million for a number in a tab is to let everybody wait for it."""
    await fill(Filling(store=stage.store, size=replace(FEW, persons=COUNTED + 1)))
    async with logged_in(stage.app, "tove") as http:
        shown = (await http.get("/cases?which=all&status=any")).text
        told = (await http.get("/api/cases?which=all&status=any")).json()
        mine = (await http.get("/cases?which=mine&status=any")).text

    assert f'<span class="count">{COUNTED}+</span>' in shown
    assert told["counts"] == {"mine": 0, "shared": 0, "all": COUNTED}
    assert '<span class="count">0</span>' in mine


async def test_what_has_come_since_the_log_was_signed_is_counted_no_further_than_is_quick(
    stage: Stage, another: Stage
) -> None:
    """Whoever has not signed for a year must be let in to do it, and small numbers be exact."""
    await fill(Filling(store=stage.store, size=FEW))
    await fill(Filling(store=another.store, size=replace(FEW, transcripts=COUNTED + 1)))
    async with logged_in(stage.app, "tove") as here, logged_in(another.app, "tove") as there:
        few, many = [(await http.get("/reviews")).text for http in (here, there)]
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', few)
        assert token is not None
        told = {"form_token": token[1], "comment": "Sett på."}
        assert (await here.post("/reviews", data=told)).status_code == 303
        signed = (await here.get("/reviews")).text

    assert '<a href="/transfers?status=wiped">24</a>' in few
    assert f'<a href="/transfers?status=wiped">{COUNTED}+</a>' in many
    assert "Ingen nye overføringer." in signed


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
