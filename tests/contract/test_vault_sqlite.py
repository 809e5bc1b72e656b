"""The vault's promises, in a file of its own and in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typing_extensions import override

from tests.contract.vault_contract import WholeVault
from tests.vault.rig import Home, home_in_file, home_in_memory


class TestInAFile(WholeVault):
    @override
    @pytest.fixture
    async def home(self, tmp_path: Path) -> AsyncIterator[Home]:
        yield home_in_file(tmp_path)


class TestInMemory(WholeVault):
    @override
    @pytest.fixture
    async def home(self, tmp_path: Path) -> AsyncIterator[Home]:
        yield home_in_memory(tmp_path)
