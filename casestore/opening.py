"""Opening the store: keys, database, migrations, in the order that a mistake costs least."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from sqlalchemy import select

from casestore.audit.chain import AUDIT
from casestore.database import Database, durable, opened
from casestore.edge import Store, Writing
from casestore.keyring import BadKeyFile, KeyRing
from casestore.migrating import migrate
from casestore.outside.log import OutsideLog
from casestore.outside.watching import settle, watching
from casestore.search.backfill import mark_what_is_not
from casestore.settings import Settings
from casestore.threads.keys import LOOKUP, TEAM, owned_key
from casestore.threads.tables import DataKey
from casestore.times import Clock, write_time
from casestore.transfers.chain import TRANSFERS


class NotDurable(Exception):
    """The database may forget a commit in a power cut, so nothing is trusted to it."""


@asynccontextmanager
async def opened_store(settings: Settings, clock: Clock) -> AsyncIterator[Store]:
    """Open the store, or raise what is wrong before it has served anybody."""
    async with opened(settings.database_url) as plain:
        await migrate(plain)
        ring = await _ring(settings, plain)
        outside = OutsideLog.opened(settings.outside)
        async with plain.reading() as reading:
            await settle(outside, reading, write_time(clock()))
        database = replace(plain, watch=watching(outside, clock))
        store = Store(settings=settings, database=database, ring=ring, clock=clock, lookup=b"")
        store = await _begun(store)
        await mark_what_is_not(store)
        yield store


async def _begun(store: Store) -> Store:
    """The keys that every store has, and both chains marked when they are new."""
    signed = store.settings.keyring.with_name(f"{store.settings.keyring.name}.signed")
    async with store.database.writing() as session:
        if not await durable(session):
            raise NotDurable
        writing = Writing(session=session, store=store, now=store.clock())
        lookup = await owned_key(writing, LOOKUP)
        await owned_key(writing, TEAM)
        store = replace(store, lookup=lookup)
        for chain in (TRANSFERS, AUDIT):
            await chain.sign(replace(writing, store=store), before=not signed.exists())
    # Outside the database, so that nobody who can only write there can have it marked again.
    if not signed.exists():
        signed.touch(mode=0o600)
    return store


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
