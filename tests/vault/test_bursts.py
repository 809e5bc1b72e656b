"""What comes together is written together: what a burst costs the disk."""

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from psycopg.adapt import PyFormat, Transformer
from sqlalchemy import Engine, event
from typing_extensions import override

from bridge.ports import KeyRing
from bridge.vault.database import connected
from bridge.vault.inbox import Letter
from bridge.vault.intake import Intake
from bridge.vault.sql import SqlVault
from bridge.vault.work import Work
from tests.support.postgres import Server
from tests.vault.rig import Home, home_in_file, home_on

PATIENCE = 10
BURST = 100
PAGE, HEAD, FRAME = 4096, 32, 24
"""SQLite's file format, 4.1: the log has a head, and a frame of its own for every page."""


class Shut(AbstractAsyncContextManager[Work]):
    """A database in which nothing can be begun."""

    @override
    async def __aenter__(self) -> Work:
        await asyncio.sleep(0)  # or a writer that turns in circles could not be stopped
        raise ConnectionError

    @override
    async def __aexit__(self, *_: object) -> None:
        return None


class Overheard:
    """A key ring, and each time that it was asked."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self._ring, name)


@contextmanager
def commits() -> Iterator[list[object]]:
    seen: list[object] = []

    def hears(connection: object) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", hears)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", hears)


async def burst(vault: SqlVault, first: int) -> None:
    events = [str(first + nth) for nth in range(BURST)]
    await asyncio.gather(*(vault.accept("telegram", event, b"hei" * 50) for event in events))


async def test_a_burst_writes_few_pages_however_much_is_kept_already(tmp_path: Path) -> None:
    """
    Each page is written twice and synced before anybody is answered.

    Only the index by what an event is called, which is a hash, has a place for each of them.
    """
    home = home_in_file(tmp_path)
    log = tmp_path / "data" / "vault.db-wal"
    async with home.open() as vault:
        for nth in range(40):
            await burst(vault, nth * BURST)
        with closing(sqlite3.connect(tmp_path / "data" / "vault.db")) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await burst(vault, 40 * BURST)

        assert (log.stat().st_size - HEAD) / (PAGE + FRAME) < 1.5 * BURST


async def test_a_burst_asks_the_key_ring_as_often_as_one_message(home: Home) -> None:
    """Each time it looks whether a key has been dropped; a token is asked over a line."""
    ring = Overheard(home.ring)
    async with replace(home, ring=cast("KeyRing", ring)).open() as vault:
        await vault.accept("telegram", "0", b"hei")
        ring.asked.clear()
        await vault.accept("telegram", "1", b"hei")
        for_one = list(ring.asked)
        ring.asked.clear()
        await burst(vault, 2)

    assert ring.asked == for_one


async def test_what_is_encrypted_goes_to_postgresql_no_longer_than_it_is(
    server: Server, tmp_path: Path
) -> None:
    """As text it is twice as long, and is quoted here and read again there."""
    told = [random.Random(1).randbytes(500)] * BURST
    async with (
        home_on(server, tmp_path) as home,
        connected(home.url, name="m") as engine,
        engine.connect() as connection,
    ):
        driver = (await connection.get_raw_connection()).driver_connection
        sent = Transformer(driver).get_dumper(told, PyFormat.AUTO).dump(told)

    assert sent is not None
    assert len(sent) < 1.1 * 500 * BURST


async def test_what_comes_while_another_writes_is_kept_with_what_waits(tmp_path: Path) -> None:
    """The relay writes for milliseconds at a time; each that came meanwhile would cost a sync."""
    async with asyncio.timeout(PATIENCE), home_in_file(tmp_path).open() as vault:
        with commits() as seen:
            async with vault.begin():
                first = asyncio.create_task(vault.accept("telegram", "1", b"hei"))
                for _ in range(5):
                    await asyncio.sleep(0)  # until its writer waits for the other's end
                rest = [
                    asyncio.create_task(vault.accept("telegram", event, b"hei"))
                    for event in ("2", "3", "1")
                ]
                await asyncio.sleep(0)
            news = await asyncio.gather(first, *rest)

    assert news == [True, True, True, False]
    assert len(seen) == 2


async def test_when_nothing_can_be_written_all_who_wait_are_told() -> None:
    """A call that is never answered holds back what the same youth writes after it."""
    async with asyncio.timeout(PATIENCE):
        intake = Intake(Shut, at_once=2)
        letters = [Letter(source="telegram", event=str(nth), body=b"hei") for nth in range(5)]
        told = await asyncio.gather(*map(intake.accept, letters), return_exceptions=True)

    assert [type(each) for each in told] == [ConnectionError] * 5
