"""What a caseworker believes to be one youth's, from the bridge; and what it is to do about it."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import select

from casestore.answers import ById, Given, JsonRoute, Kept, also
from casestore.audit.chain import note
from casestore.edge import ReadingNow, Writing, WritingNow, bridge_only
from casestore.ids import Id, PathId
from casestore.joins.answers import JoinOrders, JoinOrderTold
from casestore.joins.deciding import lapse, look_again
from casestore.joins.rules import Status, Why
from casestore.joins.tables import Join, JoinOrder
from casestore.joins.words import Words, put_words
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.received import Agreed, Alias, Code, Received, Time, received
from casestore.threads.keys import fingerprint
from casestore.times import read_time, write_time
from casestore.users.tables import User

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)

PROPOSED: Final = "join.proposed"
SOME: Final = 100


class Proposed(Agreed):
    """That one line is to be joined into another; `case` is a case number, as it was typed."""

    thread: Id
    alias: Alias = Field(repr=False)
    channel: Code
    into: Id
    into_alias: Alias = Field(repr=False)
    case: str = Field(max_length=3000, repr=False)
    by: Id
    at: Time


class Lapsed(Agreed):
    """Why the bridge cannot join the two."""

    why: Literal["forgotten_there", "not_possible"]


@router.put("/joins/{join_id}")
async def put_join(
    join_id: PathId,
    body: Annotated[Received[Proposed], Depends(received(Proposed))],
    writing: WritingNow,
) -> Kept[ById]:
    """Keep a proposal, and decide it if that can be done; what cannot be decided waits."""
    said = body.said
    if said.thread == said.into:
        raise Problem(422, "malformed", "Not as agreed: into")
    await hold(writing)
    mark = fingerprint(writing.store, body.canonical)
    if known := await writing.session.get(Join, join_id):
        if known.fingerprint != mark:
            raise Problem(409, "different-body")
        return Kept(ById(id=join_id), new=False)
    await _ours(writing, said.by)
    join = Join(
        id=join_id,
        team=writing.team,
        thread=said.thread,
        into=said.into,
        channel=said.channel,
        proposed_by=said.by,
        proposed_at=read_time(said.at),
        status=Status.WAITING,
        fingerprint=mark,
    )
    words = Words(alias=said.alias, into_alias=said.into_alias, typed=said.case)
    await put_words(writing, join, words)
    writing.session.add(join)
    await writing.session.flush()
    await note(writing, PROPOSED, by=said.by, of=join.id, thread=join.thread, to=join.into)
    await look_again(writing, [join.thread, join.into])
    return Kept(ById(id=join_id), new=True)


@router.get("/joins")
async def joins(reading: ReadingNow) -> Given[JoinOrders]:
    """Give the orders that the bridge has not confirmed, the oldest first."""
    found = await reading.session.scalars(
        select(JoinOrder).where(JoinOrder.confirmed_at.is_(None)).order_by(JoinOrder.n).limit(SOME)
    )
    told = [
        JoinOrderTold(
            id=row.id, thread=row.thread, into=row.into, joined=row.joined, at=write_time(row.at)
        )
        for row in found
    ]
    return Given(JoinOrders(joins=told))


@router.put("/joins/{order}/confirmed", responses=also(404))
async def confirmed(order: PathId, writing: WritingNow) -> Given[ById]:
    """Note that the bridge has done it, the first time it says so."""
    row = await writing.session.scalar(select(JoinOrder).where(JoinOrder.id == order))
    if row is None:
        raise Problem(404, "not-found")
    row.confirmed_at = row.confirmed_at or writing.now
    return Given(ById(id=order))


@router.put("/joins/{order}/lapsed", responses=also(404))
async def lapsed(
    order: PathId,
    body: Annotated[Received[Lapsed], Depends(received(Lapsed))],
    writing: WritingNow,
) -> Given[ById]:
    """Note that the bridge cannot do it, and why, unless it has said that it is done."""
    await hold(writing)
    row = await writing.session.scalar(select(JoinOrder).where(JoinOrder.id == order))
    if row is None:
        raise Problem(404, "not-found")
    if row.joined and row.confirmed_at is None:
        await lapse(writing, row, Why(body.said.why))
    row.confirmed_at = row.confirmed_at or writing.now
    return Given(ById(id=order))


async def _ours(writing: Writing, user: str) -> None:
    found = await writing.session.scalar(
        select(User.id).where(User.id == user, User.team == writing.team)
    )
    if found is None:
        raise Problem(422, "malformed", "Not as agreed: by")
