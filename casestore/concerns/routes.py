"""Reports of concern as JSON; the same decisions as the pages."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import ConcernRead, ConcernWrite
from casestore.access.rules import Action
from casestore.answers import ById, Created, Given
from casestore.concerns.answers import ConcernLine, Concerns, ConcernTold
from casestore.concerns.reporting import about, concerns, concerns_for, read_concern, report
from casestore.concerns.rules import ConcernSaid, mistakes
from casestore.concerns.tables import Concern
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import Id, PathId
from casestore.paging import After, place_after
from casestore.problems import Problem
from casestore.received import Agreed, Received, Time, received
from casestore.repeats.route import Once
from casestore.times import read_time, write_time
from casestore.typed import text_typed
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/concerns", dependencies=[Depends(same_site)], route_class=Once)


class ConcernBody(Agreed):
    """A report that was sent; `person` or `conversation` is what it is tied to, if anything."""

    id: Id
    person: Id | None = None
    conversation: Id | None = None
    receiver: str = Field(max_length=40)
    other: str = Field(default="", repr=False)
    sent_at: Time
    about: str = Field(default="", repr=False)
    what: str = Field(repr=False)
    told: bool
    why_not: str = Field(default="", repr=False)


@router.get("")
async def get_concerns(
    who: ConcernRead, reading: ReadingNow, after: After = None
) -> Given[Concerns]:
    """List the reports that this employee may read, without their words."""
    visible = concerns_for(who, Action.CONCERN_READ)
    place = await place_after(reading, after, Concern.sent_at, Concern.id, visible)
    shown, older = await concerns(reading, who, before=place)
    rows = [
        ConcernLine(id=row.id, receiver=row.receiver, sent_at=write_time(row.sent_at))
        for row in shown
    ]
    return Given(Concerns(concerns=rows, next=older.id if older else None))


@router.get("/{concern_id}")
async def get_concern(
    concern_id: PathId, who: ConcernRead, writing: WritingNow
) -> Given[ConcernTold]:
    """Give a report, and note that it was read."""
    shown = await read_concern(writing, who, concern_id)
    return Given(
        ConcernTold(
            id=shown.id,
            person=shown.person,
            thread=shown.thread,
            receiver=shown.receiver,
            other=shown.other,
            sent_at=write_time(shown.sent_at),
            about=shown.about,
            what=shown.what,
            told=shown.told,
            why_not=shown.why_not,
            written_by=shown.written_by,
        )
    )


@router.post("")
async def post_concern(
    who: ConcernWrite,
    body: Annotated[Received[ConcernBody], Depends(received(ConcernBody))],
    writing: WritingNow,
) -> Created[ById]:
    """Keep a report."""
    told = body.said
    whom = await about(writing, who, person=told.person, conversation=told.conversation)
    said = ConcernSaid(
        receiver=told.receiver,
        other=text_typed(told.other),
        sent_at=read_time(told.sent_at),
        about=text_typed(told.about),
        what=text_typed(told.what),
        told=told.told,
        why_not=text_typed(told.why_not),
    )
    if wrong := mistakes(said, known=whom.known, now=writing.now):
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(sorted(wrong)))
    row = await report(writing, who, whom, its_id=told.id, said=said)
    return Created(ById(id=row.id))
