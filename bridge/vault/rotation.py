"""
How a key dies, and with it everything that was forgotten under it.

    add the next key, synced ─▶ old period closes, next is current ─▶ what still lives is
    wrapped anew, in batches ─▶ none left: destroyed ─▶ the key leaves the ring ─▶ our own
    copies of what was forgotten are gone

Each step may be done again, and begins by looking at what is there; so a crash between any
two is mended by rotating again. The next period's name follows from the last one's, so that
a rotation which crashed finds the key that it had made.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import bindparam, func, select, update

from bridge.domain.copies import Copy, Erasure, Place, Verdict, verdict
from bridge.ports import KeyGone, KeyRing, Mint
from bridge.vault.copies import SqlCopies, read_all
from bridge.vault.keys import CLOSING, CURRENT, DESTROYED
from bridge.vault.tables import conversations, copies, data_keys, key_periods
from bridge.vault.work import Work

Begin = Callable[[], AbstractAsyncContextManager[Work]]


async def begin_first(begin: Begin, ring: KeyRing, mint: Mint) -> None:
    """See that there is a current period, and that its key is here. Raises `KeyGone`."""
    async with begin() as work:
        current = await _current(work)
        if current is None:
            made = mint.new("per")
            ring.add(made)
            await _open_period(work, made)
            current = await _current(work)
            if current != made:  # another process was first
                ring.drop(made)
    if current not in ring.periods():
        raise KeyGone(current)


async def rotate(begin: Begin, ring: KeyRing, *, batch: int) -> Sequence[Copy]:
    await _finish(begin, ring, batch)  # what an earlier one left undone
    await _begin_next(begin, ring)
    await _finish(begin, ring, batch)
    return await _own_copies_gone(begin)


async def _begin_next(begin: Begin, ring: KeyRing) -> None:
    async with begin() as work:
        current = await _current(work)
    if current is None:
        raise KeyGone("no key period is current")
    following = _following(current)
    ring.add(following)
    async with begin() as work:
        closed = await work.run(
            update(key_periods)
            .where(
                work.ours(key_periods),
                key_periods.c.id == current,
                key_periods.c.state == CURRENT,
            )
            .values(state=CLOSING, closing_at=work.clock.now())
        )
        if closed.rowcount == 1:  # else another process has just done the same
            await _open_period(work, following)


async def _finish(begin: Begin, ring: KeyRing, batch: int) -> None:
    async with begin() as work:
        closing = await _in_state(work, CLOSING)
    for period in closing:
        after: str | None = ""
        while after is not None:
            after = await _wrap_anew(begin, ring, period, batch, after)
        await _mark_destroyed(begin, period)
    async with begin() as work:
        destroyed = await _in_state(work, DESTROYED, among=ring.periods())
    for period in destroyed:
        ring.drop(period)


async def _wrap_anew(
    begin: Begin, ring: KeyRing, period: str, batch: int, after: str
) -> str | None:
    """One batch, of the owners that follow; the last of them, or None when there are no more."""
    async with begin() as work:
        rows = await work.all(
            select(data_keys.c.owner, data_keys.c.wrapped)
            .where(work.ours(data_keys), data_keys.c.period == period, data_keys.c.owner > after)
            .order_by(data_keys.c.owner)
            .limit(batch)
            .with_for_update()
        )
        current = await work.keys.current()
        anew = ring.wrap(current, [ring.unwrap(period, row.wrapped) for row in rows])
        wrapped = [
            {"whose": row.owner, "anew": hidden} for row, hidden in zip(rows, anew, strict=True)
        ]
        if wrapped:
            await work.connection.execute(
                update(data_keys)
                .where(work.ours(data_keys), data_keys.c.owner == bindparam("whose"))
                .values(period=current, wrapped=bindparam("anew")),
                wrapped,
            )
    return rows[-1].owner if rows else None


async def _mark_destroyed(begin: Begin, period: str) -> None:
    async with begin() as work:
        await work.one(
            select(key_periods.c.id)
            .where(work.ours(key_periods), key_periods.c.id == period)
            .with_for_update()
        )
        left = await work.count(
            select(func.count()).where(work.ours(data_keys), data_keys.c.period == period)
        )
        if not left:
            await work.run(
                update(key_periods)
                .where(
                    work.ours(key_periods),
                    key_periods.c.id == period,
                    key_periods.c.state == CLOSING,
                )
                .values(state=DESTROYED, destroyed_at=work.clock.now())
            )


async def _own_copies_gone(begin: Begin) -> Sequence[Copy]:
    """Our own copies whose words were last wrapped under a period that is destroyed."""
    async with begin() as work:
        rows = await work.all(
            select(copies)
            .join(
                conversations,
                (conversations.c.team == copies.c.team)
                & (conversations.c.id == copies.c.conversation),
            )
            .join(
                key_periods,
                (key_periods.c.team == conversations.c.team)
                & (key_periods.c.id == conversations.c.erased_under),
            )
            .where(
                work.ours(copies),
                copies.c.place == Place.BRIDGE.value,
                copies.c.verdict == Verdict.RECOVERABLE.value,
                key_periods.c.state == DESTROYED,
            )
            .order_by(copies.c.number)
            .with_for_update(of=copies)
        )
        gone = [_gone(copy) for copy in await read_all(work, rows)]
        for copy in gone:
            await SqlCopies(work).save(copy)
    return gone


def _gone(copy: Copy) -> Copy:
    said = verdict(copy.place, Erasure.KEY_ROTATED, revisions_kept=False)
    return replace(copy, verdict=said, evidence=Erasure.KEY_ROTATED.value, until=None, due_at=None)


async def _current(work: Work) -> str | None:
    found = await _in_state(work, CURRENT)
    return found[0] if found else None


async def _in_state(work: Work, state: str, *, among: frozenset[str] | None = None) -> list[str]:
    found = select(key_periods.c.id).where(work.ours(key_periods), key_periods.c.state == state)
    if among is not None:
        found = found.where(key_periods.c.id.in_(among))
    return [row.id for row in await work.all(found.order_by(key_periods.c.began_at))]


async def _open_period(work: Work, period: str) -> None:
    await work.run(
        work.insert_once(key_periods).values(
            team=work.team, id=period, state=CURRENT, began_at=work.clock.now()
        )
    )


def _following(period: str) -> str:
    return f"per_{sha256(period.encode()).hexdigest()[:24]}"
