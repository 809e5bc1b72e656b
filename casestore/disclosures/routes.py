"""Disclosures as JSON, for the team's own tools; the same rules as the page."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import DisclosureRead, DisclosureWrite
from casestore.access.rules import Action
from casestore.answers import ById, Created, Given
from casestore.audit.chain import AUDIT
from casestore.disclosures.answers import DisclosureLine, Disclosures
from casestore.disclosures.handing_out import LONGEST, LONGEST_NAME, Told, disclose
from casestore.disclosures.seen import seen_disclosures
from casestore.edge import WritingNow
from casestore.ids import Id, PathId
from casestore.paging import After, page_of
from casestore.people.finding import get_person
from casestore.problems import Problem
from casestore.received import Agreed, Code, Received, Time, received
from casestore.repeats.route import Once
from casestore.times import read_time, write_time
from casestore.typed import text_typed
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/people/{person_id}/disclosures", route_class=Once)


class DisclosureTold(Agreed):
    """What was handed out, to whom, on which basis."""

    id: Id
    what: str = Field(min_length=1, max_length=LONGEST, repr=False)
    to: str = Field(min_length=1, max_length=LONGEST_NAME, repr=False)
    why: str = Field(max_length=LONGEST, repr=False)
    basis: Code
    consent: Id | None
    case: Id | None
    corrects: Id | None
    at: Time


@router.get("")
async def get_disclosures(
    person_id: PathId, who: DisclosureRead, writing: WritingNow, after: After = None
) -> Given[Disclosures]:
    """Give what has been handed out, and note that it was read."""
    await AUDIT.hold(writing)
    person = await get_person(writing, who, person_id, Action.DISCLOSURE_READ)
    every = await seen_disclosures(writing, who, person)
    lines, cursor = page_of(every, after, lambda line: line.id)
    return Given(
        Disclosures(
            person=person.id,
            disclosures=[
                DisclosureLine(
                    id=line.id,
                    at=write_time(line.at),
                    written_at=write_time(line.written_at),
                    by=line.by,
                    basis=line.basis,
                    consent=line.consent,
                    case=line.case,
                    what=line.words.what,
                    to=line.words.to,
                    why=line.words.why,
                    corrects=line.words.corrects,
                )
                for line in lines
            ],
            next=cursor,
        )
    )


@router.post("", dependencies=[Depends(same_site)])
async def post_disclosure(
    person_id: PathId,
    who: DisclosureWrite,
    body: Annotated[Received[DisclosureTold], Depends(received(DisclosureTold))],
    writing: WritingNow,
) -> Created[ById]:
    """Register that something was handed out."""
    await AUDIT.hold(writing)
    person = await get_person(writing, who, person_id, Action.DISCLOSURE_WRITE)
    said = body.said
    mistakes = await disclose(
        writing,
        who,
        person,
        Told(
            id=said.id,
            what=text_typed(said.what),
            to=text_typed(said.to),
            why=text_typed(said.why),
            basis=said.basis,
            consent=said.consent,
            case=said.case,
            corrects=said.corrects,
            at=read_time(said.at),
        ),
    )
    if mistakes:
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(sorted(mistakes)))
    return Created(ById(id=said.id))
