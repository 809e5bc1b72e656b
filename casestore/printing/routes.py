"""
That a page with somebody's record on it was printed: the browser tells, and it is noted.

Reading is noted whatever the browser does. This is told by its script when the page goes to the
printer, so what is printed without it is known only as read.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from casestore.access.asking import CaseRead, ConcernRead, EntryRead, IncidentRead, PersonRead
from casestore.access.gate import permit
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.cases.finding import get_case
from casestore.concerns.reporting import concern_relation
from casestore.concerns.tables import Concern
from casestore.edge import Writing, WritingNow
from casestore.ids import PathId
from casestore.incidents.reporting import get_incident
from casestore.journal.additions import get_entry
from casestore.journal.notes import get_note
from casestore.people.finding import get_person
from casestore.problems import Problem
from casestore.routing import Late
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(dependencies=[Depends(same_site)], route_class=Late)

PRINTED: Final = "page.printed"

Token = Annotated[str, Form(max_length=200)]


@router.post("/people/{person_id}/printed")
async def person_printed(
    person_id: PathId, who: PersonRead, form_token: Token, writing: WritingNow
) -> Response:
    """Note that a page about a person was printed: their own, consents, disclosures."""
    person = await get_person(writing, who, person_id, Action.PERSON_READ)
    return await _noted(writing, who, form_token, person.id)


@router.post("/cases/{case_id}/printed")
async def case_printed(
    case_id: PathId, who: CaseRead, form_token: Token, writing: WritingNow
) -> Response:
    """Note that a case was printed."""
    case = await get_case(writing, who, case_id, Action.CASE_READ)
    return await _noted(writing, who, form_token, case.id)


@router.post("/notes/{note_id}/printed")
async def note_printed(
    note_id: PathId, who: CaseRead, form_token: Token, writing: WritingNow
) -> Response:
    """Note that a note was printed."""
    row, _ = await get_note(writing, who, note_id, Action.CASE_READ)
    return await _noted(writing, who, form_token, row.id)


@router.post("/journal/{conversation}/printed")
async def entry_printed(
    conversation: PathId, who: EntryRead, form_token: Token, writing: WritingNow
) -> Response:
    """Note that a transcript was printed."""
    entry = await get_entry(writing, who, conversation, Action.ENTRY_READ)
    return await _noted(writing, who, form_token, entry.conversation)


@router.post("/concerns/{concern_id}/printed")
async def concern_printed(
    concern_id: PathId, who: ConcernRead, form_token: Token, writing: WritingNow
) -> Response:
    """Note that a report of concern was printed."""
    row = await writing.session.get(Concern, concern_id)
    if row is None:
        raise Problem(404, "not-found")
    permit(who, Action.CONCERN_READ, concern_relation(who, row))
    return await _noted(writing, who, form_token, row.id)


@router.post("/incidents/{incident_id}/printed")
async def incident_printed(
    incident_id: PathId, who: IncidentRead, form_token: Token, writing: WritingNow
) -> Response:
    """Note that an incident was printed."""
    incident = await get_incident(writing, who, incident_id)
    return await _noted(writing, who, form_token, incident.id)


async def _noted(writing: Writing, who: Visitor, form_token: str, of: str) -> Response:
    form_is_ours(who, form_token)
    await note(writing, PRINTED, by=who.id, of=of)
    return Response(status_code=204)
