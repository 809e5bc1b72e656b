"""The vault: words at rest, ciphertext only, in SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine

from bridge.domain.backlog import Backlog
from bridge.domain.copies import Copy
from bridge.ports import Clock, KeyRing, Mint
from bridge.vault import purging, rotation
from bridge.vault.backlog import backlog
from bridge.vault.ciphertext import AesGcm, Cipher
from bridge.vault.copies import SqlCopies
from bridge.vault.database import connected
from bridge.vault.inbox import Letter, SqlInbox
from bridge.vault.intake import Intake
from bridge.vault.keys import DataKeys
from bridge.vault.outbox import SqlOutbox
from bridge.vault.signs import SqlSigns
from bridge.vault.staff import SqlStaff
from bridge.vault.threads import SqlThreads
from bridge.vault.turns import Turns
from bridge.vault.words import SqlWords
from bridge.vault.work import Work


def open_vault(
    url: str, *, keys: KeyRing, clock: Clock, mint: Mint, team: str
) -> AbstractAsyncContextManager["SqlVault"]:
    """
    The vault at `url` (`sqlite:///…`, `sqlite://` for one in memory, `postgresql://…`).

    Raises `NotDurable`, and `KeyGone` when the ring is not the one it was written under.
    """
    return SqlVault.opened(url, keys=keys, clock=clock, mint=mint, team=team)


class SqlTransaction:
    """A `Transaction`; every part of it writes through the same connection."""

    def __init__(self, work: Work, *, words: SqlWords) -> None:
        self.inbox = SqlInbox(work)
        self.threads = SqlThreads(work)
        self.words = words
        self.outbox = SqlOutbox(work)
        self.copies = SqlCopies(work)
        self.staff = SqlStaff(work)
        self.signs = SqlSigns(work)


class SqlVault:
    """A `Vault` of one team."""

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, url: str, *, keys: KeyRing, clock: Clock, mint: Mint, team: str
    ) -> AsyncIterator[Self]:
        async with connected(url, name=mint.new("memory")) as engine:
            vault = cls(engine, keys=keys, clock=clock, mint=mint, team=team)
            await rotation.begin_first(vault.work, keys, mint)
            try:
                yield vault
            finally:
                await vault.settled()

    def __init__(
        self, engine: AsyncEngine, *, keys: KeyRing, clock: Clock, mint: Mint, team: str
    ) -> None:
        self._engine, self._keys, self._clock, self._mint = engine, keys, clock, mint
        self._team = team
        self._turns = Turns(one_at_a_time=engine.dialect.name == "sqlite")
        self._begun = asyncio.Lock()
        if engine.dialect.name == "postgresql":
            from bridge.vault.at_once import AtOnce  # takes memory that SQLite does not need

            # Each statement on it is a transaction by itself.
            alone = engine.execution_options(isolation_level="AUTOCOMMIT")
            self._intake = Intake(partial(self._on, alone), put=AtOnce().take_in)
        else:
            self._intake = Intake(self.work)

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        self._turns.refuse_inside()
        return await self._intake.accept(Letter(source=source, event=event, body=body))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlTransaction]:
        """
        One at a time in a process: each holds several youths' threads, and on PostgreSQL two
        that took them in different orders would wait until one is sent back.
        """
        self._turns.refuse_inside()
        async with self._begun, self.work() as work:
            yield SqlTransaction(work, words=self._words(work))

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """One transaction, for what no port asks for. Not to be begun inside another."""
        async with self._on(self._engine) as work:
            yield work

    @asynccontextmanager
    async def _on(self, engine: AsyncEngine) -> AsyncIterator[Work]:
        async with self._turns.mine(), engine.begin() as connection:
            work = Work(
                connection=connection,
                keys=DataKeys(connection, ring=self._keys, cipher=self._cipher(), team=self._team),
                ring=self._keys,
                clock=self._clock,
                mint=self._mint,
                team=self._team,
            )
            yield work
            await work.later.write(connection)

    async def rotate(self, *, batch: int = 500) -> Sequence[Copy]:
        """
        Destroy the key that everything was written under, after moving to a new one.

        Returns our own copies that nobody can bring back any longer, now `GONE`. May be
        called again after a crash at any point, and by several processes at once.
        """
        return await rotation.rotate(self.work, self._keys, batch=batch)

    async def purge(self, now: datetime, *, silence: timedelta = purging.SILENCE) -> None:
        """Forget where silent youths can be reached, and events seen long ago."""
        await purging.purge(self.work, now, silence=silence)

    async def backlog(self, now: datetime, *, places: Collection[str]) -> Sequence[Backlog]:
        """How many are at each step; `places`: wherever copies can lie."""
        async with self.work() as work:
            return await backlog(work, now, places)

    async def settled(self) -> None:
        """When this returns, everything that was handed over has been put on disk."""
        await self._intake.settled()

    def _words(self, work: Work) -> SqlWords:
        return SqlWords(work)

    def _cipher(self) -> Cipher:
        return AesGcm()
