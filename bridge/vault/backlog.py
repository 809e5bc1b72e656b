"""
How many are at each step, asked of the indexes of what is under way.

What is settled and what lies open is never looked at, so that it costs the same however many
conversations there are; only what waits costs something.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, Select, and_, case, func, literal, or_, select

from bridge.domain.backlog import CLOSING, FORGOTTEN, Backlog, Step, end_of
from bridge.domain.copies import Place, Verdict
from bridge.domain.delivery import STUCK_AFTER, UNDECIDED, State, What
from bridge.domain.lifecycle import FILING, Stage
from bridge.vault import keys
from bridge.vault.inbox import ASIDE, NEW
from bridge.vault.tables import conversations, copies, deliveries, inbox, key_periods, threads
from bridge.vault.work import Work

WAITING: Final = [state.value for state in (*UNDECIDED, State.UNCERTAIN)]
ENDED: Final = [stage.value for stage in (*FILING, Stage.TRANSFERRED)]
MANY: Final = func.count().label("many")
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was due: what is due at all is found by its time."""


async def backlog(work: Work, now: datetime, places: Collection[str]) -> Sequence[Backlog]:
    """`places`: wherever copies can lie that only a person can erase."""
    return [
        *await _inbox(work),
        *await _outbox(work, now),
        *await _ended(work),
        *await _copies(work, Step.WIPING, _to_be_erased()),
        *await _copies(work, Step.BY_HAND, _by_hand(places)),
        *await _keys(work),
    ]


async def _inbox(work: Work) -> list[Backlog]:
    rows = await work.all(
        select(inbox.c.state, inbox.c.source, MANY, _oldest(inbox.c.arrived_at))
        .where(work.ours(inbox), inbox.c.state.in_((NEW, ASIDE)))
        .group_by(inbox.c.state, inbox.c.source)
    )
    step = {NEW: Step.TAKEN_IN, ASIDE: Step.SET_ASIDE}
    return [
        Backlog(step=step[row.state], of=row.source, count=row.many, since=row.since)
        for row in rows
    ]


async def _outbox(work: Work, now: datetime) -> list[Backlog]:
    lapsed = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    step = case(
        (and_(deliveries.c.state == State.SENDING.value, lapsed), Step.LAPSED.value),
        (
            and_(deliveries.c.state == State.QUEUED.value, deliveries.c.attempts >= STUCK_AFTER),
            Step.STUCK.value,
        ),
        else_=deliveries.c.state,
    ).label("step")
    # What is not to go before the morning has not waited until then.
    begun = case(
        (deliveries.c.attempts > 0, deliveries.c.made_at),
        else_=func.coalesce(deliveries.c.not_before, deliveries.c.made_at),
    )
    rows = await work.all(
        select(step, deliveries.c.what, threads.c.channel, MANY, _oldest(begun))
        .select_from(deliveries)
        .outerjoin(
            threads,
            and_(threads.c.team == deliveries.c.team, threads.c.id == deliveries.c.thread),
        )
        .where(work.ours(deliveries), deliveries.c.state.in_(WAITING))
        .group_by(step, deliveries.c.what, threads.c.channel)
    )
    found: dict[tuple[Step, str], Backlog] = {}
    for row in rows:
        key = Step(row.step), end_of(What(row.what), row.channel)
        before = found.get(key)
        found[key] = Backlog(
            step=key[0],
            of=key[1],
            count=row.many + (before.count if before else 0),
            since=min(row.since, before.since) if before and before.since else row.since,
        )
    return list(found.values())


async def _ended(work: Work) -> list[Backlog]:
    step = case(
        (conversations.c.stage == Stage.TRANSFERRED.value, Step.TRANSFERRED.value),
        else_=Step.SEALED.value,
    ).label("step")
    rows = await work.all(
        select(step, conversations.c.filing, MANY, _oldest(conversations.c.sealed_at))
        .where(work.ours(conversations), conversations.c.stage.in_(ENDED))
        .group_by(step, conversations.c.filing)
    )
    return [
        Backlog(step=Step(row.step), of=row.filing, count=row.many, since=row.since) for row in rows
    ]


def _to_be_erased() -> ColumnElement[bool]:
    return and_(copies.c.due_at > LONG_AGO, copies.c.verdict == Verdict.PENDING.value)


def _by_hand(places: Collection[str]) -> ColumnElement[bool]:
    return and_(copies.c.place.in_(places), copies.c.verdict == Verdict.BY_HAND.value)


async def _copies(work: Work, step: Step, which: ColumnElement[bool]) -> list[Backlog]:
    """They have waited since the talk was sealed; in one that is open, since they were due."""
    since = _oldest(func.coalesce(conversations.c.sealed_at, copies.c.due_at))
    rows = await work.all(
        _with_their_talks(select(copies.c.place, MANY, since))
        .where(work.ours(copies), which)
        .group_by(copies.c.place)
    )
    return [Backlog(step=step, of=row.place, count=row.many, since=row.since) for row in rows]


async def _keys(work: Work) -> list[Backlog]:
    """What is forgotten lies under a key that began before; and the keys that are on their way."""
    began, sealed = key_periods.c.began_at, conversations.c.sealed_at
    no_earlier = case((began > sealed, began), else_=func.coalesce(sealed, began))
    forgotten = (
        _with_their_talks(select(literal(FORGOTTEN).label("of"), MANY, _oldest(no_earlier)))
        .outerjoin(
            key_periods,
            and_(
                key_periods.c.team == conversations.c.team,
                key_periods.c.id == conversations.c.erased_under,
            ),
        )
        .where(
            work.ours(copies),
            copies.c.place == Place.BRIDGE.value,
            copies.c.verdict == Verdict.RECOVERABLE.value,
        )
    )
    closing = select(literal(CLOSING).label("of"), MANY, _oldest(key_periods.c.closing_at)).where(
        work.ours(key_periods), key_periods.c.state == keys.CLOSING
    )
    rows = [*await work.all(forgotten), *await work.all(closing)]
    return [Backlog(step=Step.KEYS, of=row.of, count=row.many, since=row.since) for row in rows]


def _oldest(when: ColumnElement[Any]) -> Label[Any]:
    return func.min(when).label("since")


def _with_their_talks(found: Select[Any, Any, Any]) -> Select[Any, Any, Any]:
    return found.select_from(copies).outerjoin(
        conversations,
        and_(
            conversations.c.team == copies.c.team,
            conversations.c.id == copies.c.conversation,
        ),
    )
