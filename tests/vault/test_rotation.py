"""A key dies every hour, whatever happens meanwhile, and nobody's words die with it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from sqlalchemy import select
from typing_extensions import override

from bridge.domain.ids import ConversationId
from bridge.ports import KeyGone, KeyRing
from bridge.vault.keys import CURRENT
from bridge.vault.sql import SqlVault
from bridge.vault.tables import key_periods
from bridge.vault.work import Work
from tests.support.postgres import Server
from tests.vault.rig import (
    MAYA,
    NOON,
    TALK,
    Home,
    begun,
    forgotten,
    home_in_file,
    home_on,
    maya,
    said,
    talk,
)


class Crash(BaseException):
    """The plug is pulled; no handler on the way survives it."""


class Fuse:
    """Blows at the step it is set to; `blown` tells whether there was such a step."""

    def __init__(self) -> None:
        self._left, self.blown = 0, False

    def set(self, step: int) -> None:
        self._left = step

    def burn(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.blown = True
            raise Crash


class FusedRing:
    """A key ring that may lose its power before or after anything it does."""

    def __init__(self, ring: KeyRing, fuse: Fuse) -> None:
        self._ring, self._fuse = ring, fuse

    def wrap(self, period: str, keys: Sequence[bytes]) -> list[bytes]:
        self._fuse.burn()
        return self._ring.wrap(period, keys)

    def unwrap(self, period: str, wrapped: bytes) -> bytes:
        self._fuse.burn()
        return self._ring.unwrap(period, wrapped)

    def fingerprints(self, texts: Sequence[str]) -> list[str]:
        return self._ring.fingerprints(texts)

    def periods(self) -> frozenset[str]:
        return self._ring.periods()

    def add(self, period: str) -> None:
        self._fuse.burn()
        self._ring.add(period)
        self._fuse.burn()

    def drop(self, period: str) -> None:
        self._fuse.burn()
        self._ring.drop(period)
        self._fuse.burn()


class LateRing:
    """A key ring before whose next unwrapping something else happens, all of it."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self.meanwhile: Callable[[], None] | None = None

    def unwrap(self, period: str, wrapped: bytes) -> bytes:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            elsewhere = Thread(target=meanwhile)
            elsewhere.start()
            elsewhere.join(30)
        return self._ring.unwrap(period, wrapped)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ring, name)


def fused(fuse: Fuse) -> type[SqlVault]:
    class FusedVault(SqlVault):
        @override
        @asynccontextmanager
        async def work(self) -> AsyncIterator[Work]:
            fuse.burn()
            async with super().work() as work:
                yield work
                fuse.burn()
            fuse.burn()

    return FusedVault


async def states(vault: SqlVault) -> list[str]:
    async with vault.work() as work:
        rows = await work.all(select(key_periods.c.state).where(work.ours(key_periods)))
    return [row.state for row in rows]


async def test_a_crash_at_any_step_costs_nobody_their_words(home: Home) -> None:
    """The power goes in the middle of the hourly rotation, and Maya's words are still there."""
    fuse = Fuse()
    shaky = replace(home, ring=FusedRing(home.ring, fuse))
    async with shaky.open(fused(fuse)) as vault:
        async with vault.begin() as tx:
            await begun(tx, "hei")
        await vault.accept("telegram", "1", b"raw")

        for step in count(1):
            fuse.blown = False
            (before,) = home.ring.periods()
            fuse.set(step)
            with suppress(Crash):
                await vault.rotate(batch=1)
            fuse.set(0)
            await _is_readable(vault)

            await vault.rotate(batch=1)

            await _is_readable(vault)
            assert len(home.ring.periods()) == 1
            assert before not in home.ring.periods()
            found = await states(vault)
            assert (found.count(CURRENT), found.count("closing")) == (1, 0)
            if not fuse.blown:
                break
    assert step > 30, "too few steps were walked"


async def _is_readable(vault: SqlVault) -> None:
    async with vault.begin() as tx:
        assert (await tx.words.entry(TALK, 1)).text == "hei"
        assert (await tx.threads.get(MAYA)).address == maya().address
        (arrived,) = await tx.inbox.next(NOON)
        assert arrived.body == b"raw"


async def test_two_who_rotate_at_once_agree_and_nobody_who_writes_is_lost(home: Home) -> None:
    """Two processes wake at the same hour, while youths write."""
    async with home.open() as one, home.open() as other:
        async with one.begin() as tx:
            await tx.threads.add(maya())
            await tx.words.begin(talk())

        async def write(vault: SqlVault) -> None:
            for n in range(15):
                async with vault.begin() as tx:
                    await tx.words.append(TALK, said(str(n)))
                await vault.accept("telegram", f"{id(vault)}/{n}", b"raw")

        await asyncio.gather(
            write(one), write(other), one.rotate(batch=2), other.rotate(batch=2), one.rotate()
        )
        async with one.begin() as tx:
            assert len(await tx.words.upto(TALK, 30)) == 30
            assert await tx.inbox.waiting() == 30
            while some := await tx.inbox.next(NOON):
                assert [arrived.body for arrived in some] == [b"raw"]
                await tx.inbox.done(some[0].id)
        await one.rotate()
        assert len(home.ring.periods()) == 1


async def test_a_key_that_is_wrapped_anew_while_we_are_answered_is_found(
    server: Server, tmp_path: Path
) -> None:
    """Somebody reads in the very moment in which the old key goes; nothing of theirs has gone."""
    async with home_on(server, tmp_path) as home:
        late = LateRing(home.ring)

        async def change() -> None:
            async with home.open() as other:
                await other.rotate()

        async with replace(home, ring=cast("KeyRing", late)).open() as vault:
            async with vault.begin() as tx:
                await begun(tx, "hei")
            before = home.ring.periods()
            late.meanwhile = lambda: asyncio.run(change())
            async with vault.begin() as tx:
                assert (await tx.words.entry(TALK, 1)).text == "hei"
            assert not before & home.ring.periods()


async def test_a_stolen_copy_cannot_be_read_after_the_key_is_gone(tmp_path: Path) -> None:
    """A disk image from last night must not bring back what Maya was told is gone."""
    home = home_in_file(tmp_path)
    other = ConversationId("con_2")
    async with home.open() as vault:
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
        stolen = tmp_path / "stolen.db"
        for ending in ("", "-wal"):
            shutil.copy(f"{tmp_path}/data/vault.db{ending}", f"{stolen}{ending}")
        async with vault.begin() as tx:
            await forgotten(tx, ledger)
            await tx.words.begin(talk(other))
            await tx.words.append(other, said("noe annet"))
        await vault.rotate()

    with pytest.raises(KeyGone):
        async with replace(home, url=f"sqlite:///{stolen}").open():
            pass


async def test_a_key_that_is_in_use_does_not_go_until_it_is_written(home: Home) -> None:
    """Somebody writes to us for the first time in the very moment the key is changed."""
    async with home.open() as one, home.open() as other:
        async with one.begin() as tx:
            await tx.threads.add(maya())
            rotating = asyncio.create_task(other.rotate())
            finished, _ = await asyncio.wait({rotating}, timeout=0.5)
            assert not finished
        await rotating

        async with one.begin() as tx:
            assert (await tx.threads.get(MAYA)).address == maya().address
        assert len(home.ring.periods()) == 1
