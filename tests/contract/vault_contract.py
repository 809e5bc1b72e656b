"""
What every vault promises, whatever it is made of.

A test class inherits these scenes and says where its vault lives.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bridge.vault.sql import SqlVault
from tests.vault.rig import Home

LEASE = timedelta(minutes=2)


class Change(Exception):
    """Something goes wrong in the middle of a transaction."""


class VaultContract:
    """Each kind of vault says where it lives, with a fixture `home`."""

    @pytest.fixture
    async def vault(self, home: Home) -> AsyncIterator[SqlVault]:
        async with home.open() as vault:
            yield vault
