"""One youth, one thread: two youths never meet, in any order of events."""

import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.crossing import crossing
from tests.support.crossing_town import crossing_town
from tests.support.postgres import Server, drop_database, fresh_database, postgres
from tests.support.stage import Stage, stage_in

SOME, MANY = 100, 10_000
A_PART = 500
"""Of the many, in one test, so that they can be played beside each other."""
A_VAULT = 25
"""Interleavings on one vault, before a new one keeps it quick."""
SOME_OVER_HTTP, MANY_OVER_HTTP = 5, 200

PARTS = [range(SOME)] + [
    pytest.param(range(first, first + A_PART), marks=pytest.mark.slow)
    for first in range(0, MANY, A_PART)
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as found:
        if found is None:
            pytest.skip("no PostgreSQL here")
        yield found


@pytest.mark.parametrize("seeds", PARTS, ids=str)
async def test_no_word_of_one_youth_ever_stands_with_another(seeds: range, tmp_path: Path) -> None:
    """Somebody else's secret on your phone, or yours on theirs, cannot be taken back."""
    broken: list[str] = []
    for few in batches(seeds):
        broken += await played("sqlite://", few, tmp_path / str(few.start))

    assert not broken, "\n".join(broken[:20])


@pytest.mark.parametrize("seeds", [range(A_VAULT), *PARTS[1:]], ids=str)
async def test_nor_on_postgresql(seeds: range, server: Server, tmp_path: Path) -> None:
    """Where transactions truly run side by side."""
    broken: list[str] = []
    for few in batches(seeds):
        url = await fresh_database(server)
        broken += await played(url, few, tmp_path / str(few.start))
        await drop_database(server, url)

    assert not broken, "\n".join(broken[:20])


def batches(seeds: range) -> Iterator[range]:
    for first in range(seeds.start, seeds.stop, A_VAULT):
        yield range(first, min(first + A_VAULT, seeds.stop))


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def played(url: str, seeds: range, folder: Path) -> list[str]:
    """Play these on one vault; every word that stood where it did not belong."""
    broken: list[str] = []
    async with crossing(made(folder), url) as stage:
        for seed in seeds:
            await stage.plays(random.Random(seed), events=5)
            broken += [f"seed {seed}: {what}" for what in stage.strays()]
        await stage.rests()
        broken += [f"after {seeds}: {what}" for what in stage.strays()]
    return broken


@pytest_asyncio.fixture
async def on_postgres(tmp_path: Path, server: Server) -> AsyncIterator[Stage]:
    ours, theirs = await fresh_database(server), await fresh_database(server)
    async with stage_in(
        tmp_path, database_url=ours, store_database_url=theirs, more_apps=True
    ) as stage:
        yield stage
    for url in (ours, theirs):
        await drop_database(server, url)


@pytest_asyncio.fixture
async def on_sqlite(people_at_work: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_in(tmp_path, template=people_at_work, more_apps=True) as stage:
        yield stage


OVER_HTTP = [SOME_OVER_HTTP, pytest.param(MANY_OVER_HTTP, marks=pytest.mark.slow)]


@pytest.mark.parametrize("times", OVER_HTTP)
async def test_nor_over_http(on_sqlite: Stage, times: int) -> None:
    """Through the real libraries, where a shared cache or a shared buffer would show."""
    assert await crossing_town(on_sqlite, times) == []


@pytest.mark.parametrize("times", OVER_HTTP)
async def test_nor_over_http_on_postgresql(on_postgres: Stage, times: int) -> None:
    """With all that a town has, on the database that towns run on."""
    assert await crossing_town(on_postgres, times) == []
