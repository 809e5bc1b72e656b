"""The vault's promises, on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.whole_contract import WholeVault
from tests.support.postgres import Server
from tests.vault.conftest import server
from tests.vault.rig import Home, home_on

__all__ = ["server"]  # pytest finds the fixture here


class TestOnPostgresql(WholeVault):
    @pytest.fixture
    async def home(self, server: Server, tmp_path: Path) -> AsyncIterator[Home]:
        async with home_on(server, tmp_path) as found:
            yield found
