"""Opening the store: keys, database, migrations, in the order that a mistake costs least."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from sqlalchemy import select

from casestore.database import Database, durable, opened
from casestore.edge import Store, Writing
from casestore.keyring import BadKeyFile, KeyRing
from casestore.migrating import migrate
from casestore.settings import Settings
from casestore.threads.keys import LOOKUP, TEAM, owned_key
from casestore.threads.tables import DataKey
from casestore.times import Clock


class NotDurable(Exception):
    """The database may forget a commit in a power cut, so nothing is trusted to it."""


@asynccontextmanager
async def opened_store(settings: Settings, clock: Clock) -> AsyncIterator[Store]:
    """Open the store, or raise what is wrong before it has served anybody."""
    async with opened(settings.database_url) as database:
        await migrate(database)
        ring = await _ring(settings, database)
        store = Store(settings=settings, database=database, ring=ring, clock=clock, lookup=b"")
        async with database.writing() as session:
            if not await durable(session):
                raise NotDurable
            writing = Writing(session=session, store=store, now=clock())
            lookup = await owned_key(writing, LOOKUP)
            await owned_key(writing, TEAM)
        yield replace(store, lookup=lookup)


async def _ring(settings: Settings, database: Database) -> KeyRing:
    async with database.reading() as session:
        needed = set(await session.scalars(select(DataKey.ring_key).distinct()))
    if not needed and not settings.keyring.exists():
        with suppress(FileExistsError):
            return KeyRing.create(settings.keyring)
    ring = KeyRing.open(settings.keyring)
    if missing := needed - set(ring.keys):
        raise BadKeyFile(f"the key file lacks {len(missing)} key(s) that the database needs")
    return ring
