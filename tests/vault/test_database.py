"""The database under the vault: its tables, its promises, its ways of finding things."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from benchmarks.filling import fill
from bridge.domain.delivery import Delivery
from bridge.domain.ids import ConversationId, Ref, ThreadId
from bridge.domain.lifecycle import ClosedForJournal, Erased, NotAllWordsAccountedFor, ReadBack
from bridge.ports import KeyGone, Sealed, Vault
from bridge.vault.columns import metadata
from bridge.vault.database import NotDurable, UnknownDatabase, connected
from bridge.vault.sql import SqlVault
from bridge.vault.tables import entries
from tests.support.postgres import Server
from tests.vault.rig import (
    NOON,
    TALK,
    Home,
    begun,
    copy_of,
    errand,
    home_in_file,
    home_on,
    maya,
    ring_in,
    said,
    talk,
)

LEASE = timedelta(minutes=2)


async def test_the_migrations_make_the_tables_the_code_expects(home: Home) -> None:
    """A column that only exists in the code is found on the day a youth writes."""

    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"version_table": "vault_version"})
        return list(compare_metadata(context, metadata))

    async with connected(home.url, name="m") as engine, engine.connect() as connection:
        assert await connection.run_sync(compare) == []


async def test_what_sqlite_has_counted_is_forgotten_at_the_next_start(tmp_path: Path) -> None:
    """Of a column that nearly all have alike, it would then read every row, again and again."""
    home = home_in_file(tmp_path)
    async with home.open() as vault:
        await fill(vault, still_open=2, forgotten=2, now=NOON)
    async with connected(home.url, name="c") as engine, engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
        assert await counted(connection)

    async with connected(home.url, name="c") as engine, engine.begin() as connection:
        assert not await counted(connection)


async def counted(connection: AsyncConnection) -> bool:
    tables = await connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'"))
    return "sqlite_stat1" in tables.all()


def test_every_table_names_its_team() -> None:
    """A municipality's rows can be moved to a database of their own."""
    assert [t.name for t in metadata.sorted_tables if t.c.team.nullable] == []


async def test_what_was_accepted_is_there_when_it_is_opened_again(home: Home) -> None:
    """The platform was told that it came, so it has come."""
    async with home.open() as vault:
        await vault.accept("telegram", "1", b"raw")
    async with home.open() as vault, vault.begin() as tx:
        (arrived,) = await tx.inbox.next(NOON)
    assert arrived.body == b"raw"


async def test_two_teams_in_one_database_never_meet(home: Home) -> None:
    """What a youth says to one team is not the other's."""
    neighbours = replace(home, team="team_2")
    async with home.open() as ours, neighbours.open() as theirs:
        async with ours.begin() as tx:
            await begun(tx, "hei")
            await tx.copies.expect(replace(copy_of("cpy_1"), ref=Ref("1"), due_at=NOON))
            await tx.outbox.add(errand("dlv_1"))
            await tx.signs.give(["telegram"], NOON)
        await ours.accept("telegram", "1", b"raw")

        async with theirs.begin() as tx:
            assert await tx.threads.of("telegram", maya().address) is None
            assert await tx.threads.named("Blå rev") is None
            assert await tx.threads.live() == []
            assert await tx.threads.open_after(None, 9) == []
            assert await tx.threads.ending() == []
            assert await tx.threads.sealed() == []
            assert await tx.words.upto(TALK, 9) == []
            with pytest.raises(Sealed):
                await tx.words.append(TALK, said("hei"))
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []
            assert await tx.outbox.next_due() is None
            assert await tx.copies.by_ref(Ref("1")) == []
            assert await tx.copies.due(NOON, hold=LEASE, limit=9) == []
            assert not await tx.inbox.next(NOON)
            assert await tx.signs.last() == {}
        assert await theirs.accept("telegram", "1", b"raw")


async def test_a_ring_of_another_vault_is_refused_at_start(home: Home, tmp_path: Path) -> None:
    """Better not to start than to take every youth for a stranger."""
    async with home.open():
        pass
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(KeyGone):
        async with replace(home, ring=ring_in(elsewhere)).open():
            pass


async def test_sqlite_is_told_to_lose_nothing_and_to_leave_nothing(tmp_path: Path) -> None:
    """What is said to be kept is on the disk, and what is deleted is not."""
    home = home_in_file(tmp_path)
    async with connected(home.url, name="m") as engine, engine.connect() as connection:
        for pragma, value in (
            ("synchronous", 2),
            ("secure_delete", 1),
            ("foreign_keys", 1),
            ("journal_mode", "wal"),
        ):
            assert await connection.scalar(text(f"PRAGMA {pragma}")) == value


async def test_a_postgresql_that_may_lose_commits_is_refused(
    server: Server, tmp_path: Path
) -> None:
    """«Durable» is promised to the platform before it forgets the update."""
    async with home_on(server, tmp_path) as home:
        await _refused_when_weakened(home)


async def _refused_when_weakened(home: Home) -> None:
    engine = create_async_engine(home.url)
    async with engine.begin() as connection:
        name = await connection.scalar(text("SELECT current_database()"))
        await connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    await engine.dispose()
    with pytest.raises(NotDurable, match="synchronous_commit"):
        async with home.open():
            pass


async def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    """A mistyped address is said in plain words, and without its password."""
    with pytest.raises(UnknownDatabase) as caught:
        async with connected("mysql://ola:hemmelig@db/x", name="m"):
            pass
    assert "hemmelig" not in str(caught.value)


async def test_what_two_processes_are_told_at_once_is_taken_once(home: Home) -> None:
    """A platform tells again while the first answer is on its way, and another worker hears it."""
    async with home.open() as one, home.open() as other:
        told = [vault.accept("messenger", "m_17", b"raw") for vault in (one, other, one, other)]

        assert sorted(await asyncio.gather(*told)) == [False, False, False, True]

        async with one.begin() as tx:
            assert await tx.inbox.waiting() == 1


async def test_processes_that_claim_at_once_share_the_work(home: Home) -> None:
    """Two processes never say the same thing to a youth, and never out of order."""
    async with home.open() as one, home.open() as other:
        async with one.begin() as tx:
            await begun(tx)
            for lane in range(6):
                for n in range(3):
                    await tx.outbox.add(errand(f"dlv_{lane}_{n}", lane=f"lane_{lane}"))

        async def claim(vault: SqlVault) -> Sequence[Delivery]:
            async with vault.begin() as tx:
                return await tx.outbox.claim(NOON, lease=LEASE, limit=2)

        rounds = await asyncio.gather(*(claim(vault) for vault in (one, other, one, other)))
        taken = [delivery.id for found in rounds for delivery in found]
        assert len(taken) == len(set(taken))
        assert all(id_.endswith("_0") for id_ in taken)


async def test_one_youths_messages_are_never_worked_on_by_two_at_once(home: Home) -> None:
    """«Neida, jeg tulla» must not be put before what it answers."""
    async with home.open() as one, home.open() as other:
        for n in range(20):
            await one.accept("telegram", str(n), str(n).encode())
        async with one.begin() as tx:
            await tx.threads.add(maya())
            await tx.words.begin(talk())

        async def work(vault: SqlVault) -> None:
            while True:
                async with vault.begin() as tx:
                    some = await tx.inbox.next(NOON, limit=3)
                    for arrived in some:
                        await tx.words.append(TALK, said(arrived.body.decode()))
                        await tx.inbox.done(arrived.id)
                    if not some and await tx.inbox.waiting() == 0:
                        return

        await asyncio.gather(work(one), work(other), work(one), work(other))
        async with one.begin() as tx:
            entries = await tx.words.upto(TALK, 20)
    assert [entry.text for entry in entries] == [str(n) for n in range(20)]


async def test_a_conversation_of_nobody_cannot_begin(home: Home) -> None:
    """Words always belong to somebody who can be answered."""
    async with home.open() as vault:
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            async with vault.begin() as tx:
                await tx.words.begin(talk(ConversationId("con_9"), thread=ThreadId("thr_none")))


async def test_a_word_that_is_missing_stops_the_erasing(home: Home) -> None:
    """If the rows do not add up nobody knows what was filed, and nothing may go."""
    async with home.open() as vault:
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei", "der")
            sealed = await tx.words.move(ledger, ClosedForJournal(count=2, digest="d1"))
            there = await tx.words.move(sealed, ReadBack(digest="d1"))
        async with vault.work() as work:
            await work.run(delete(entries).where(entries.c.seq == 1))

        with pytest.raises(NotAllWordsAccountedFor):
            async with vault.begin() as tx:
                await tx.words.move(there, Erased(count=2))

        async with vault.begin() as tx:
            assert (await tx.words.entry(TALK, 2)).text == "der"
            assert (await tx.threads.conversation(TALK)).ledger == there


async def test_the_vault_is_what_the_bridge_asks_for(home: Home) -> None:
    """The type checker reads this line; a port that changes turns it red."""
    async with home.open() as opened:
        vault: Vault = opened
        async with vault.begin() as tx:
            assert await tx.inbox.waiting() == 0
