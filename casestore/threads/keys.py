"""
Whose key: finding, making and using the data keys of threads, employees and the team.

The key is unwrapped when a request needs it and dropped with the request. `fingerprint` is a
keyed hash, so that equal things can be recognised without being kept.
"""

import hmac
import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from casestore.database import AnySession
from casestore.edge import Reading, Store, Writing
from casestore.ids import new_id
from casestore.keyring import KeyRing, Unreadable
from casestore.threads.tables import DataKey, Thread

TEAM: Final = "team"
LOOKUP: Final = "lookup"


async def thread_key(writing: Writing, thread: str) -> bytes:
    """Give the data key of a thread, made with the thread the first time it is heard of."""
    row = await _known_or_made(writing, f"thread:{thread}")
    if await writing.session.get(Thread, thread) is None:
        writing.session.add(
            Thread(id=thread, team=writing.team, key_id=row.id, created_at=writing.now)
        )
        await writing.session.flush()
    return _unwrapped(writing.store.ring, row)


async def owned_key(writing: Writing, owner: str) -> bytes:
    """Give the data key of an owner, made the first time."""
    return _unwrapped(writing.store.ring, await _known_or_made(writing, owner))


async def known_key(asking: Reading | Writing, owner: str) -> bytes:
    """Give the data key of an owner; one that is gone raises `Unreadable`."""
    row = await _row(asking.session, owner)
    if row is None:
        raise Unreadable(owner)
    return _unwrapped(asking.store.ring, row)


def fingerprint(store: Store, *parts: bytes) -> bytes:
    """Give a keyed hash that recognises the same parts again and tells nothing else."""
    mac = hmac.new(store.lookup, digestmod="sha256")
    for part in parts:
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.digest()


def _unwrapped(ring: KeyRing, row: DataKey) -> bytes:
    return ring.unwrap(row.ring_key, row.wrapped, bound_to=row.owner)


async def _row(session: AnySession, owner: str) -> DataKey | None:
    found = await session.execute(select(DataKey).where(DataKey.owner == owner))
    return found.scalar_one_or_none()


async def _known_or_made(writing: Writing, owner: str) -> DataKey:
    if row := await _row(writing.session, owner):
        return row
    ring, sqlite = writing.store.ring, writing.session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if sqlite else postgres_insert
    # Two requests may make it at once on PostgreSQL: the first one's key is everybody's key.
    await writing.session.execute(
        insert(DataKey)
        .values(
            id=new_id("k"),
            team=writing.team,
            owner=owner,
            ring_key=ring.current,
            wrapped=ring.wrap(secrets.token_bytes(32), bound_to=owner),
            created_at=writing.now,
        )
        .on_conflict_do_nothing(index_elements=["owner"])
    )
    found = await writing.session.execute(select(DataKey).where(DataKey.owner == owner))
    return found.scalar_one()
