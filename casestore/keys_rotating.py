"""
How a key-encryption key goes, and with it what was destroyed while it lay in older copies.

    add the next key, synced ─▶ the team's row moves to it: nothing new goes under the old
    ─▶ every other row is wrapped anew, in batches ─▶ the old key is retired ─▶ when the
    backups of its time are gone too, it leaves the file

Each step begins by looking at what is there, so a crash between any two is mended by doing it
again. With a key file, "gone" means no longer readable through the file system.
"""

import asyncio
import fcntl
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from casestore.audit.chain import note
from casestore.database import AnySession
from casestore.deletions.tables import Decision
from casestore.edge import Store, Writing
from casestore.keyring import KeyRing, Keys, Unreadable, new_name
from casestore.threads.keys import TEAM
from casestore.threads.tables import DataKey

log = logging.getLogger(__name__)

BATCH: Final = 200
EVERY: Final = 3600.0  # seconds
ROTATED: Final = "keys.rotated"


class Step(StrEnum):
    """What has just been done, for good."""

    ADDED = "added"
    MOVED = "moved"
    WRAPPED = "wrapped"
    RETIRED = "retired"
    DROPPED = "dropped"


class UnderWay(Exception):
    """Another process is changing the key just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a key change came to: how many keys have left the file, how many wait for backups."""

    dropped: int
    waiting: int


Told = Callable[[Step], None]


def _nobody(_step: Step) -> None:
    """Nobody wants to know how it goes."""


async def rotate(store: Store, *, told: Told = _nobody) -> Rotated:
    """Change the key-encryption key; raises `UnderWay`, having done nothing."""
    with _alone(store.ring.path):
        await _finish(store, told)  # what an earlier one left undone
        await _begin_next(store, told)
        await _finish(store, told)
        return await _drop_overdue(store, told)


async def keep(store: Store) -> None:
    """Change the key if somebody was deleted under it, and drop those that have waited enough."""
    with suppress(UnderWay):
        if await _due(store):
            await rotate(store)
            await _empty_log(store)
        elif _overdue(store, store.ring.now()):
            with _alone(store.ring.path):
                await _drop_overdue(store, _nobody)


async def keep_quietly(store: Store) -> None:
    """As `keep`; what fails is tried again later, and told without its words."""
    try:
        await keep(store)
    except Exception as failure:
        log.error("key change failed kind=%s", type(failure).__name__)


@asynccontextmanager
async def kept(store: Store) -> AsyncIterator[None]:
    """Look after the keys while the store serves: when it begins, and every hour."""

    async def hourly() -> None:
        while True:
            await asyncio.sleep(EVERY)
            await keep_quietly(store)

    await keep_quietly(store)
    task = asyncio.create_task(hourly())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _due(store: Store) -> bool:
    """Say whether a certificate names the key that is current still."""
    async with store.database.reading() as session:
        current = await _current(session)
        named = select(func.count()).where(Decision.certificate.contains(f'"{current}"'))
        return bool(await session.scalar(named))


async def _begin_next(store: Store, told: Told) -> None:
    ring = store.ring
    async with store.database.reading() as session:
        before = await _current(session)
    if ring.current == before:
        ring.replace(ring.now().with_next(new_name()))
        told(Step.ADDED)
    following = ring.current
    async with store.database.writing() as session:
        found = await session.execute(
            select(DataKey).where(DataKey.owner == TEAM).with_for_update(key_share=True)
        )
        _wrap_anew(ring, found.scalar_one(), following)
    told(Step.MOVED)
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=store.clock())
        await note(writing, ROTATED, by=None, of=following)


async def _finish(store: Store, told: Told) -> None:
    after: str | None = ""
    while after is not None:
        after = await _one_batch(store, after)
        told(Step.WRAPPED)
    await _retire(store)
    told(Step.RETIRED)


async def _one_batch(store: Store, after: str) -> str | None:
    """Wrap some rows anew; give the last one's id, or None when that was all."""
    async with store.database.writing() as session:
        current = await _current(session)
        found = await session.scalars(
            select(DataKey)
            .where(DataKey.ring_key != current, DataKey.id > after)
            .order_by(DataKey.id)
            .limit(BATCH)
            .with_for_update(key_share=True)
        )
        rows = list(found)
        for row in rows:
            # What no key of ours opens is lost already, and must not hold up the others.
            with suppress(Unreadable):
                _wrap_anew(store.ring, row, current)
    return rows[-1].id if rows else None


def _wrap_anew(ring: KeyRing, row: DataKey, under: str) -> None:
    key = ring.unwrap(row.ring_key, row.wrapped, bound_to=row.owner)
    row.ring_key, row.wrapped = under, ring.wrap(key, bound_to=row.owner, under=under)


async def _retire(store: Store) -> None:
    async with store.database.reading() as session:
        current = await _current(session)
    now, keys = store.clock(), store.ring.now()
    stay = {current, keys.current}
    retired = {name: keys.retired.get(name, now) for name in keys.keys if name not in stay}
    if retired != keys.retired:
        store.ring.replace(replace(keys, retired=retired))


def _overdue(store: Store, keys: Keys) -> set[str]:
    kept = timedelta(days=store.settings.backup_days)
    return {name for name, at in keys.retired.items() if at + kept <= store.clock()}


async def _drop_overdue(store: Store, told: Told) -> Rotated:
    keys = store.ring.now()
    async with store.database.reading() as session:
        used = set(await session.scalars(select(DataKey.ring_key).distinct()))
    over = _overdue(store, keys) - used - {keys.current}
    if over:
        store.ring.replace(keys.without(over))
        told(Step.DROPPED)
    return Rotated(dropped=len(over), waiting=len(keys.retired) - len(over))


async def _current(session: AnySession) -> str:
    found = await session.execute(select(DataKey.ring_key).where(DataKey.owner == TEAM))
    return found.scalar_one()


async def _empty_log(store: Store) -> None:
    """On SQLite, let what was deleted leave the write-ahead log too; a reader may put it off."""
    if store.database.engine.dialect.name != "sqlite":
        return
    async with store.database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        if driver is not None:
            await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One at a time, over all processes; drafts that a crash has left behind are cleared away."""
    with path.with_name(f".{path.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnderWay from None
        for draft in path.parent.glob(f".{path.name}.????????"):
            draft.unlink(missing_ok=True)
        yield
