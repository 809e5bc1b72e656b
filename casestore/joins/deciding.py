"""
Doing what the rules say of a proposal, and telling the bridge in an order.

Whoever calls holds the audit's head, so that of two who decide at once the second sees what the
first did. What is joined or parted can be why another is refused, so they are asked again.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select

from casestore.audit.chain import note
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.joins.facts import facts_of
from casestore.joins.rules import Status, Why, decide, no_longer
from casestore.joins.tables import Join, JoinOrder
from casestore.joins.words import forget_words

JOINED: Final = "join.joined"
REFUSED: Final = "join.refused"
UNDONE: Final = "join.undone"
LAPSED: Final = "join.lapsed"


async def look(writing: Writing, join: Join, *, yes_by: str | None = None) -> None:
    """Ask the rules about one that waits, and do what they say; `yes_by` has said yes."""
    verdict = decide(await facts_of(writing, join, said_yes=yes_by is not None))
    match verdict.status:
        case Status.JOINED:
            await _join(writing, join, by=yes_by)
        case Status.REFUSED:
            await refuse(writing, join, verdict.why, by=None)
        case _:
            join.why = verdict.why
    await writing.session.flush()


async def look_again(writing: Writing, threads: Sequence[str]) -> None:
    """
    Ask the rules again about all that has to do with these threads: whose they are has changed.

    What may not stand joined any longer is taken apart first.
    """
    for join in await _about(writing, threads, Status.JOINED):
        if why := no_longer(await facts_of(writing, join)):
            await part(writing, join, why, by=None)
    while waiting := await _about(writing, threads, Status.WAITING):
        for join in waiting:
            await look(writing, join)
        # One that was joined just now may be why one before it cannot be.
        if all(join.status != Status.JOINED for join in waiting):
            break


async def refuse(writing: Writing, join: Join, why: Why | None, *, by: str | None) -> None:
    """Let it be as it is; it may be proposed again."""
    join.status, join.why = Status.REFUSED, why
    join.decided_at, join.decided_by = writing.now, by
    await _noted(writing, REFUSED, join, by)


async def part(writing: Writing, join: Join, why: Why, *, by: str | None) -> None:
    """Have two that were joined taken apart."""
    join.status, join.why = Status.UNDONE, why
    join.undone_at, join.undone_by = writing.now, by
    await order(writing, join.thread, join.into, joined=False)
    await _noted(writing, UNDONE, join, by)


async def lapse(writing: Writing, told: JoinOrder, why: Why) -> None:
    """The bridge could not join the two: what was decided has come to nothing, and says why."""
    for join in await _about(writing, [told.thread], Status.JOINED):
        if (join.thread, join.into) == (told.thread, told.into):
            join.status, join.why, join.undone_at = Status.UNDONE, why, writing.now
            await _noted(writing, LAPSED, join, None)
    await writing.session.flush()


async def forget(writing: Writing, threads: Sequence[str]) -> None:
    """These threads are deleted: what was joined is taken apart, and no word of it is left."""
    for join in await _about(writing, threads, *Status):
        if join.status == Status.JOINED:
            await part(writing, join, Why.DELETED, by=None)
        if join.status == Status.WAITING:
            await refuse(writing, join, Why.DELETED, by=None)
        forget_words(join)
    await writing.session.flush()


async def order(writing: Writing, thread: str, into: str, *, joined: bool) -> None:
    """Tell the bridge; each order is one of its own, and they are followed one after another."""
    writing.session.add(
        JoinOrder(
            id=new_id("jo"),
            team=writing.team,
            thread=thread,
            into=into,
            joined=joined,
            at=writing.now,
        )
    )
    await writing.session.flush()


async def _join(writing: Writing, join: Join, *, by: str | None) -> None:
    join.status, join.why = Status.JOINED, None
    join.decided_at, join.decided_by = writing.now, by
    await order(writing, join.thread, join.into, joined=True)
    await _noted(writing, JOINED, join, by)


async def _about(writing: Writing, threads: Sequence[str], *statuses: Status) -> Sequence[Join]:
    found = await writing.session.scalars(
        select(Join)
        .where(
            or_(Join.thread.in_(threads), Join.into.in_(threads)),
            Join.status.in_(statuses),
        )
        .order_by(Join.proposed_at, Join.id)
    )
    return found.all()


async def _noted(writing: Writing, what: str, join: Join, by: str | None) -> None:
    of, to, why = join.id, join.into, join.why
    await note(writing, what, by=by, of=of, thread=join.thread, to=to, reason=why)
