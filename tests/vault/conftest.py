"""Where the vault's tests find PostgreSQL, and a vault on each kind of database."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Server, postgres
from tests.vault.rig import Home, home_in_file, home_on


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgres() as running:
        if running is None:
            pytest.skip("no PostgreSQL: set TEST_PG_URL, or install it")
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Home]:
    """Where words outlive the process."""
    if request.param == "sqlite":
        yield home_in_file(tmp_path)
        return
    async with home_on(request.getfixturevalue("server"), tmp_path) as found:
        yield found
