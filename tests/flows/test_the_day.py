"""The scripted day itself, on both databases: what anybody can watch with `make play`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.demo.cast import Cast
from bridge.demo.day import day
from bridge.demo.telling import Telling
from bridge.demo.time import PlayedClock
from bridge.demo.town import town
from tests.support.postgres import fresh_database, postgres

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def played(place: Path, *, database_url: str | None, store_url: str | None) -> int:
    """How many promises held; `Broken` names the first that did not."""
    clock, tell = PlayedClock(MORNING), Telling(quiet=True)
    async with town(
        place, clock, database_url=database_url, store_database_url=store_url, more_apps=True
    ) as here:
        cast = Cast(here, clock, tell)
        await cast.begin()
        await day(cast)
    return tell.kept


async def test_every_promise_of_the_day_holds_with_nothing_to_install(tmp_path: Path) -> None:
    """A team tries it on a laptop before it trusts it with anybody."""
    assert await played(tmp_path, database_url=None, store_url=None) > 90


async def test_every_promise_of_the_day_holds_on_postgresql(tmp_path: Path) -> None:
    """What was tried on a laptop must be what runs in production."""
    with postgres() as server:
        if server is None:
            pytest.skip("no PostgreSQL here")
        bridge, store = await fresh_database(server), await fresh_database(server)

        assert await played(tmp_path, database_url=bridge, store_url=store) > 90
