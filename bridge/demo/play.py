"""`utebru demo --play`: the scripted day from morning to night, in a moment."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bridge.demo.cast import Cast
from bridge.demo.day import day
from bridge.demo.telling import Broken, Telling
from bridge.demo.time import PlayedClock
from bridge.demo.town import town

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def play(*, database_url: str | None = None, store_database_url: str | None = None) -> int:
    """0 only if every promise held."""
    tell, clock = Telling(), PlayedClock(MORNING)
    with tempfile.TemporaryDirectory(prefix="utebru-") as place:
        async with town(
            Path(place), clock, database_url=database_url, store_database_url=store_database_url,
            more_apps=True,
        ) as here:  # fmt: skip
            cast = Cast(here, clock, tell)
            await cast.begin()
            try:
                await day(cast)
            except Broken as promise:
                print(f"\nEt løfte ble brutt: {promise}")
                return 1
    print(f"\n{tell.kept} løfter holdt.")
    return 0
