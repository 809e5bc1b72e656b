"""What has come in together on PostgreSQL: one question, under a period that is still current."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import delete, select

from bridge.ports import KeyGone, KeyRing
from bridge.vault.sql import SqlVault
from bridge.vault.tables import data_keys, key_periods
from tests.support.cost import asked
from tests.support.postgres import Server
from tests.vault.rig import NOON, Home, home_on

BURST = 100


class Hoarding:
    """A key ring that has not yet dropped what it was told to drop."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def drop(self, period: str) -> None:
        return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ring, name)


@pytest.fixture
async def home(server: Server, tmp_path: Path) -> AsyncIterator[Home]:
    async with home_on(server, tmp_path) as found:
        yield found


async def taken_in(vault: SqlVault) -> list[bytes]:
    async with vault.begin() as tx:
        return [letter.body for letter in await tx.inbox.next(NOON, limit=BURST)]


async def test_a_burst_is_one_question_and_one_answer(home: Home) -> None:
    """While the database is asked five times over, everybody who wrote waits for it."""
    bodies = [f"hei {nth}".encode() for nth in range(BURST)]
    async with home.open() as vault:
        await vault.accept("telegram", "first", b"first")
        with asked() as told:
            news = await asyncio.gather(
                *(vault.accept("telegram", str(nth), body) for nth, body in enumerate(bodies))
            )

        assert len(told) == 1
        assert news == [True] * BURST
        assert await taken_in(vault) == [b"first", *bodies[:-1]]


@pytest.mark.parametrize("dropped", [True, False])
async def test_what_comes_after_a_key_has_died_is_written_under_the_next(
    home: Home, dropped: bool
) -> None:
    """Under a dead one nobody could read it, and under a closing one it would outlive its time."""
    hoarding = replace(home, ring=cast("KeyRing", Hoarding(home.ring)))
    async with (home if dropped else hoarding).open() as vault, hoarding.open() as other:
        await vault.accept("telegram", "1", b"before")
        await (vault if dropped else other).rotate()

        assert await vault.accept("telegram", "2", b"after")
        assert not await vault.accept("telegram", "2", b"after")

        assert await taken_in(vault) == [b"before", b"after"]
        async with vault.work() as work:
            periods = {row.period for row in await work.all(select(data_keys.c.period))}
            assert periods == {await work.keys.current()}


async def test_where_no_key_is_current_nothing_is_taken_in(home: Home) -> None:
    """It would be written down for nobody; the platform keeps it, and comes again."""
    async with home.open() as vault:
        async with vault.work() as work:
            await work.run(delete(key_periods))

        with pytest.raises(KeyGone):
            await vault.accept("telegram", "1", b"hei")

        assert await taken_in(vault) == []
