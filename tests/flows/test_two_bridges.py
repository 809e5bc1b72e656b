"""Two bridges on one PostgreSQL, at the same thing in the same moment."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import AsyncConnection
from sqlalchemy.engine import make_url

from bridge.domain.delivery import What
from bridge.relay.team import FromTeam
from tests.support.crash_there import she_has_written
from tests.support.crash_world import Life, World, life, new_home
from tests.support.postgres import Server, drop_database, fresh_database
from tests.vault.conftest import server

__all__ = ["server"]  # pytest finds the fixture here

WAITS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
async def url(server: Server) -> AsyncIterator[str]:
    made = await fresh_database(server)
    yield made
    await drop_database(server, made)


async def somebody_waits(url: str) -> None:
    """When one transaction has come to where another must end first."""
    told = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with asyncio.timeout(20), await AsyncConnection.connect(told, autocommit=True) as asks:
        while await (await asks.execute(WAITS)).fetchone() == (0,):
            continue


async def test_a_reply_that_is_read_in_the_gap_and_told_meanwhile_is_one(
    url: str, tmp_path: Path
) -> None:
    """Said twice to a youth who was told once before is a team that does not listen."""
    home, world = new_home(tmp_path / "home"), World.new()
    async with life(world, home, url=url) as one, life(world, home, url=url) as other:
        await one.begins()
        await she_has_written(one)
        refs = [world.amir_replies(f"r{n} jeg er her") for n in (1, 2)]
        await one.hears()
        root = world.root()
        posts = await world.workspace.replies(root.room, root.ref)
        first = next(post for post in posts if post.ref == refs[0])

        async with other.bridge.vault.begin() as tx:
            await FromTeam(other.bridge.around).take(tx, replace(first, late=True))
            working = asyncio.create_task(one.bridge.incoming.work())
            await somebody_waits(url)
        await working

        assert [await known(one, text) for text in ("r1", "r2")] == [1, 1]


async def known(at: Life, text: str) -> int:
    """How often it is to be sent to her."""
    talk = await at.first_talk()
    async with at.bridge.vault.begin() as tx:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
        every = [
            d
            for entry in entries
            if text in entry.text
            for d in await tx.outbox.of_entry(talk.id, entry.seq)
        ]
    return sum(d.what is What.REPLY for d in every)
