"""What comes together is written together: what a burst costs the disk."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, event
from typing_extensions import override

from bridge.vault.inbox import Letter
from bridge.vault.intake import Intake
from bridge.vault.sql import SqlVault
from bridge.vault.work import Work
from tests.vault.rig import home_in_file

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
