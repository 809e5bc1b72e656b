"""The vault's promises, in a file of its own and in memory."""

from pathlib import Path

import pytest

from tests.contract.whole_contract import WholeVault
from tests.vault.rig import Home, home_in_file, home_in_memory


class TestInAFile(WholeVault):
    @pytest.fixture
    def home(self, tmp_path: Path) -> Home:
        return home_in_file(tmp_path)


class TestInMemory(WholeVault):
    @pytest.fixture
    def home(self, tmp_path: Path) -> Home:
        return home_in_memory(tmp_path)
