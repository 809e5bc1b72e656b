"""The vault's promises, on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from benchmarks.filling import fill
from tests.contract.whole_contract import WholeVault
from tests.support.postgres import Server, drop_database, fresh_database
from tests.vault.conftest import server
from tests.vault.rig import NOON, Home, home_on, ring_in

__all__ = ["server"]  # pytest finds the fixture here


@pytest.fixture(scope="session")
def years(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database in which much lies, and that has counted it: how it answers depends on that."""
    url = asyncio.run(fresh_database(server))

    async def filled() -> None:
        home = Home(url=url, ring=ring_in(tmp_path_factory.mktemp("years")))
        async with home.open() as vault:
            await fill(vault, still_open=1_000, forgotten=1_000, now=NOON)

    asyncio.run(filled())
    yield url
    asyncio.run(drop_database(server, url))


class TestOnPostgresql(WholeVault):
    @override
    @pytest.fixture
    def like_years(self, years: str) -> str:
        return years

    @pytest.fixture
    async def home(self, server: Server, tmp_path: Path) -> AsyncIterator[Home]:
        async with home_on(server, tmp_path) as found:
            yield found
