"""Deletions as the bridge hears of them: it must forget too, and says when it has."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select

from casestore.answers import ById, Given, JsonRoute, also
from casestore.deletions.answers import DeletionsSince, DeletionTold
from casestore.deletions.tables import Deletion
from casestore.edge import ReadingNow, WritingNow, bridge_only
from casestore.ids import PathId
from casestore.problems import Problem
from casestore.times import write_time

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)


@router.get("/deletions")
async def deletions(
    reading: ReadingNow, since: Annotated[str, Query(pattern=r"^[0-9]{0,15}$")] = ""
) -> Given[DeletionsSince]:
    """
    Give the deletions after the cursor, and the cursor to ask from next time.

    Without a cursor: those that the bridge has not confirmed, so that it needs to remember none.
    """
    after = int(since or "0")
    which = Deletion.n > after if since else Deletion.confirmed_at.is_(None)
    found = list(
        await reading.session.scalars(select(Deletion).where(which).order_by(Deletion.n).limit(500))
    )
    told = [
        DeletionTold(id=d.id, conversation=d.conversation, thread=d.thread, at=write_time(d.at))
        for d in found
    ]
    cursor = str(found[-1].n if found else after)
    return Given(DeletionsSince(deletions=told, cursor=cursor))


@router.put("/deletions/{deletion_id}/confirmed", responses=also(404))
async def confirmed(deletion_id: PathId, writing: WritingNow) -> Given[ById]:
    """Note that the bridge holds nothing of it any longer, the first time it says so."""
    row = await writing.session.scalar(select(Deletion).where(Deletion.id == deletion_id))
    if row is None:
        raise Problem(404, "not-found")
    row.confirmed_at = row.confirmed_at or writing.now
    return Given(ById(id=deletion_id))
