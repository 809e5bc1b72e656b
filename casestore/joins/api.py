"""Proposals to join two threads as JSON, for the team's own tools; the pages' own rules."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from casestore.access.asking import JoinDecide, JoinRead
from casestore.access.rules import Action
from casestore.answers import Given
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import PathId
from casestore.joins.answers import Joins, JoinTold, JoinWhole
from casestore.joins.rules import Status
from casestore.joins.saying import get_join, say, undo
from casestore.joins.showing import JoinLine, line_of, listed, mixed
from casestore.paging import After, page_of
from casestore.received import Agreed, Received, received
from casestore.repeats.route import Once
from casestore.times import write_time
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/joins", route_class=Once)
OURS = [Depends(same_site)]

REST = (Status.JOINED, Status.REFUSED, Status.UNDONE)


class Answered(Agreed):
    """Whether it is the same youth."""

    same: bool


@router.get("")
async def get_joins(who: JoinRead, reading: ReadingNow, after: After = None) -> Given[Joins]:
    """Give what has been proposed, and what became of it."""
    every = [
        *await listed(reading, who, Status.WAITING, at_most=None),
        *await listed(reading, who, *REST, at_most=None),
    ]
    lines, cursor = page_of(every, after, lambda line: line.id)
    return Given(Joins(joins=[JoinTold(**_told(line)) for line in lines], next=cursor))


@router.get("/{join_id}")
async def get_one(join_id: PathId, who: JoinRead, reading: ReadingNow) -> Given[JoinWhole]:
    """Give one, with the transcripts that hold words of both."""
    join = await get_join(reading, who, join_id, Action.JOIN_READ)
    both = [entry.conversation for entry in await mixed(reading, who, join)]
    return Given(JoinWhole(**_told(await line_of(reading, who, join)), mixed=both))


@router.post("/{join_id}/decision", dependencies=OURS)
async def post_decision(
    join_id: PathId,
    who: JoinDecide,
    body: Annotated[Received[Answered], Depends(received(Answered))],
    writing: WritingNow,
) -> Given[JoinTold]:
    """Say whether it is the same youth; yes counts once both threads are tied to one person."""
    join = await say(writing, who, join_id, same=body.said.same)
    return Given(JoinTold(**_told(await line_of(writing, who, join))))


@router.post("/{join_id}/undo", dependencies=OURS)
async def post_undo(join_id: PathId, who: JoinDecide, writing: WritingNow) -> Given[JoinTold]:
    """Have two that are joined taken apart."""
    join = await undo(writing, who, join_id)
    return Given(JoinTold(**_told(await line_of(writing, who, join))))


def _told(line: JoinLine) -> dict[str, Any]:
    def at(moment: datetime | None) -> str | None:
        return None if moment is None else write_time(moment)

    return {
        "id": line.id,
        "thread": line.thread,
        "into": line.into,
        "alias": line.words.alias,
        "into_alias": line.words.into_alias,
        "channel": line.channel,
        "case": None if line.case is None else line.case[1],
        "status": line.status,
        "why": line.why,
        "proposed_by": line.proposed_by,
        "proposed_at": at(line.proposed_at),
        "decided_by": line.decided_by,
        "decided_at": at(line.decided_at),
        "undone_by": line.undone_by,
        "undone_at": at(line.undone_at),
    }
