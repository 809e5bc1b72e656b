"""
What every vault promises, whatever it is made of.

A test class inherits these scenes and says where its vault lives.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bridge.vault.sql import SqlVault
from tests.vault.plans import heard, nothing_reads_through
from tests.vault.rig import Home

LEASE = timedelta(minutes=2)


class Change(Exception):
    """Something goes wrong in the middle of a transaction."""


class VaultContract:
    """Each kind of vault says where it lives, with a fixture `home`."""

    @pytest.fixture
    def like_years(self, home: Home) -> str:
        """Where it is looked up how the database would answer when there is much to read."""
        return home.url

    @pytest.fixture
    async def vault(self, home: Home, like_years: str) -> AsyncIterator[SqlVault]:
        """
        What a message costs must not grow with how many have been helped before: whatever a
        scene asks the database for, now or later, is found by an index.
        """
        async with home.open() as vault:
            with heard(vault._engine.url) as asked:
                yield vault
            await nothing_reads_through(like_years, asked)
