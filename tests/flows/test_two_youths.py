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
A_VAULT = 50
"""Interleavings on one vault, before a new one keeps it quick."""
SOME_OVER_HTTP, MANY_OVER_HTTP = 5, 200


@pytest.mark.parametrize("times", [SOME, pytest.param(MANY, marks=pytest.mark.slow)])
async def test_no_word_of_one_youth_ever_stands_with_another(times: int, tmp_path: Path) -> None:
    """Somebody else's secret on your phone, or yours on theirs, cannot be taken back."""
    broken: list[str] = []
    for first in range(0, times, A_VAULT):
        folder = tmp_path / str(first)
        folder.mkdir()
        async with crossing(folder) as stage:
            for seed in range(first, first + A_VAULT):
                await stage.plays(random.Random(seed), events=5)
                broken += [f"seed {seed}: {what}" for what in stage.strays()]
            await stage.rests()
            broken += [f"after seed {first + A_VAULT}: {what}" for what in stage.strays()]

    assert not broken, "\n".join(broken[:20])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as found:
        if found is None:
            pytest.skip("no PostgreSQL here")
        yield found


@pytest_asyncio.fixture
async def on_postgres(tmp_path: Path, server: Server) -> AsyncIterator[Stage]:
    ours, theirs = await fresh_database(server), await fresh_database(server)
    async with stage_in(tmp_path, database_url=ours, store_database_url=theirs) as stage:
        yield stage
    for url in (ours, theirs):
        await drop_database(server, url)


@pytest_asyncio.fixture
async def on_sqlite(people_at_work: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_in(tmp_path, template=people_at_work) as stage:
        yield stage


OVER_HTTP = [SOME_OVER_HTTP, pytest.param(MANY_OVER_HTTP, marks=pytest.mark.slow)]


@pytest.mark.parametrize("times", OVER_HTTP)
async def test_nor_over_http(on_sqlite: Stage, times: int) -> None:
    """Through the real libraries, where a shared cache or a shared buffer would show."""
    assert await crossing_town(on_sqlite, times) == []


@pytest.mark.parametrize("times", OVER_HTTP)
async def test_nor_over_http_on_postgresql(on_postgres: Stage, times: int) -> None:
    """Where transactions truly run side by side."""
    assert await crossing_town(on_postgres, times) == []
