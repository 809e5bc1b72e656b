"""
Whose key: finding, making and using the data keys of threads, employees and the team.

The key is unwrapped when a request needs it and dropped with the request. `fingerprint` is a
keyed hash, so that equal things can be recognised without being kept.
"""

import hmac
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import UpdateBase, delete, select, update

from casestore.database import AnySession
from casestore.edge import Reading, Store, Writing
from casestore.ids import new_id
from casestore.keyring import KeyRing, Unreadable
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.threads.tables import DataKey, Thread
from casestore.upserts import insert_into

TEAM: Final = "team"
LOOKUP: Final = "lookup"
MANY: Final = 500  # ids in one question to the database


async def thread_key(writing: Writing, thread: str) -> bytes:
    """Give the data key of a thread, made with the thread the first time it is heard of."""
    return (await thread_keys(writing, [thread]))[thread]


async def thread_keys(writing: Writing, threads: Collection[str]) -> dict[str, bytes]:
    """Give the data keys of several by thread, as `thread_key` does."""
    owners = {f"thread:{thread}": thread for thread in sorted(set(threads))}
    rows = await _known_or_made(writing, list(owners))
    there = await writing.session.scalars(select(Thread.id).where(Thread.id.in_(owners.values())))
    known = set(there)
    writing.session.add_all(
        Thread(id=thread, team=writing.team, key_id=rows[owner].id, created_at=writing.now)
        for owner, thread in owners.items()
        if thread not in known
    )
    await writing.session.flush()
    ring = writing.store.ring
    return {thread: _unwrapped(ring, rows[owner]) for owner, thread in owners.items()}


async def owned_key(writing: Writing, owner: str) -> bytes:
    """Give the data key of an owner, made the first time."""
    return _unwrapped(writing.store.ring, (await _known_or_made(writing, [owner]))[owner])


async def known_key(asking: Reading | Writing, owner: str) -> bytes:
    """Give the data key of an owner; one that is gone raises `Unreadable`."""
    row = await _row(asking.session, owner)
    if row is None:
        raise Unreadable(owner)
    return _unwrapped(asking.store.ring, row)


async def known_keys(asking: Reading | Writing, owners: Sequence[str]) -> dict[str, bytes]:
    """Give the data keys of many owners by owner; those that are gone are left out."""
    found: dict[str, bytes] = {}
    for start in range(0, len(owners), MANY):
        some = select(DataKey.owner, DataKey.ring_key, DataKey.wrapped).where(
            DataKey.owner.in_(owners[start : start + MANY])
        )
        for owner, under, wrapped in await asking.session.execute(some):
            with suppress(Unreadable):
                found[owner] = asking.store.ring.unwrap(under, wrapped, bound_to=owner)
    return found


async def wrapping_now(writing: Writing) -> str:
    """
    Name the key-encryption key that data keys are wrapped under, and keep it so until the commit.

    The team's own row says it. A key change holds that row alone, so that nothing is wrapped
    under a key that is going (`casestore.keys_rotating`).
    """
    held = select(DataKey.ring_key).where(DataKey.owner == TEAM).with_for_update(read=True)
    return await writing.session.scalar(held) or writing.store.ring.current


async def destroy_key(writing: Writing, owner: str) -> str | None:
    """
    Destroy the data key of an owner and give its id; None when there is none.

    Whoever has an earlier copy of the database can use it until the key-encryption key of that
    day is gone too. Nothing can be written for a deleted person again.
    """
    return await writing.session.scalar(
        delete(DataKey)
        .where(DataKey.owner == owner)
        .returning(DataKey.id)
        .execution_options(synchronize_session=False)
    )


async def destroy_thread_key(writing: Writing, thread: str) -> str | None:
    """
    Destroy the data key of a thread and give its id; None when there is none.

    The thread gets a fresh key: the youth may write again, and begins anew.
    """
    owner = f"thread:{thread}"
    gone = await writing.session.scalar(select(DataKey.id).where(DataKey.owner == owner))
    if gone is None:
        return None
    # Two keys cannot have one owner, and the thread must never point at none.
    await _now(writing, update(DataKey).where(DataKey.id == gone).values(owner=f"gone:{gone}"))
    fresh = (await _known_or_made(writing, [owner]))[owner]
    await _now(writing, update(Thread).where(Thread.id == thread).values(key_id=fresh.id))
    await _now(writing, delete(DataKey).where(DataKey.id == gone))
    return gone


def fingerprint(store: Store, *parts: bytes) -> bytes:
    """Give a keyed hash that recognises the same parts again and tells nothing else."""
    mac = hmac.new(store.lookup, digestmod="sha256")
    for part in parts:
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.digest()


def _unwrapped(ring: KeyRing, row: DataKey) -> bytes:
    return ring.unwrap(row.ring_key, row.wrapped, bound_to=row.owner)


async def _row(session: AnySession, owner: str) -> DataKey | None:
    return (await _rows(session, [owner])).get(owner)


async def _known_or_made(writing: Writing, owners: Sequence[str]) -> dict[str, DataKey]:
    rows = await _rows(writing.session, owners)
    missing = [owner for owner in owners if owner not in rows]
    if not missing:
        return rows
    for owner in missing:
        await _refuse_deleted(writing, owner)
    ring = writing.store.ring
    under = await wrapping_now(writing)
    # Two requests may make it at once on PostgreSQL: the first one's key is everybody's key.
    await writing.session.execute(
        insert_into(writing.session, DataKey).on_conflict_do_nothing(index_elements=["owner"]),
        [
            {
                "id": new_id("k"),
                "team": writing.team,
                "owner": owner,
                "ring_key": under,
                "wrapped": ring.wrap(secrets.token_bytes(32), bound_to=owner, under=under),
                "created_at": writing.now,
            }
            for owner in missing
        ],
    )
    return rows | await _rows(writing.session, missing)


async def _rows(session: AnySession, owners: Sequence[str]) -> dict[str, DataKey]:
    found = await session.scalars(select(DataKey).where(DataKey.owner.in_(owners)))
    return {row.owner: row for row in found}


async def _refuse_deleted(writing: Writing, owner: str) -> None:
    """Whoever is deleted gets no new key, not even from a request that began before it."""
    kind, _, person = owner.partition(":")
    if kind == "person":
        gone = await writing.session.scalar(
            select(Person.deleted_at)
            .where(Person.id == person)
            .with_for_update(read=True, key_share=True)
        )
        if gone is not None:
            raise Problem(404, "not-found")


async def _now(writing: Writing, change: UpdateBase) -> None:
    await writing.session.execute(change.execution_options(synchronize_session=False))
