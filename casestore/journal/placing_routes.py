"""Tying and moving a transcript as JSON; the same decisions as the forms."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import EntryMove, EntryTie
from casestore.access.rules import Action
from casestore.answers import Created, Given
from casestore.edge import WritingNow
from casestore.ids import Id, PathId
from casestore.journal.additions import get_entry
from casestore.journal.answers import EntryMoved, EntryOfNewPerson, EntryTied
from casestore.journal.moving import move_entry
from casestore.journal.tying import tie_to_case, tie_to_new_person
from casestore.people.rules import Typed, mistakes, reason_mistake
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.received import Agreed, Received, received
from casestore.repeats.route import Once
from casestore.times import day_of
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/journal", dependencies=[Depends(same_site)], route_class=Once)


class EntryTieSaid(Agreed):
    """The case to tie a transcript to, and why its thread is that person's."""

    case: Id
    reason: str = Field(max_length=2000, repr=False)


class NewPersonSaid(Agreed):
    """Who a transcript is from: registered with a first case, both under ids already minted."""

    person: Id
    case: Id
    alias: str = Field(max_length=200, repr=False)
    name: str = Field(default="", max_length=400, repr=False)
    reason: str = Field(max_length=2000, repr=False)


class MoveSaid(Agreed):
    """Whose a transcript is, perhaps which case it is for, and what was wrong."""

    person: Id
    case: Id | None
    reason: str = Field(max_length=2000, repr=False)


@router.post("/{conversation}/case")
async def post_case(
    conversation: PathId,
    who: EntryTie,
    body: Annotated[Received[EntryTieSaid], Depends(received(EntryTieSaid))],
    writing: WritingNow,
) -> Given[EntryTied]:
    """Tie a transcript to a case, and its thread to the person."""
    reason = _reason(body.said.reason)
    await hold(writing)
    entry = await get_entry(writing, who, conversation, Action.ENTRY_TIE)
    case = await tie_to_case(writing, who, entry, body.said.case, reason=reason)
    return Given(EntryTied(conversation=conversation, case=case.id))


@router.post("/{conversation}/person")
async def post_person(
    conversation: PathId,
    who: EntryTie,
    body: Annotated[Received[NewPersonSaid], Depends(received(NewPersonSaid))],
    writing: WritingNow,
) -> Created[EntryOfNewPerson]:
    """Tie a transcript to the first case of somebody who is registered with it."""
    said, reason = body.said, _reason(body.said.reason)
    typed = Typed(alias=said.alias, name=said.name)
    if wrong := mistakes(typed, today=day_of(writing.now)):
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(sorted(wrong)))
    await hold(writing)
    entry = await get_entry(writing, who, conversation, Action.ENTRY_TIE)
    case = await tie_to_new_person(
        writing, who, entry, typed, person_id=said.person, case_id=said.case, reason=reason
    )
    return Created(EntryOfNewPerson(conversation=conversation, case=case.id, person=said.person))


@router.post("/{conversation}/move")
async def post_move(
    conversation: PathId,
    who: EntryMove,
    body: Annotated[Received[MoveSaid], Depends(received(MoveSaid))],
    writing: WritingNow,
) -> Given[EntryMoved]:
    """Move a misfiled transcript to the person it belongs to."""
    said, reason = body.said, _reason(body.said.reason)
    await move_entry(writing, who, conversation, said.person, case_id=said.case, reason=reason)
    return Given(EntryMoved(conversation=conversation, person=said.person))


def _reason(reason: str) -> str:
    if reason_mistake(reason) is not None:
        raise Problem(422, "malformed", "Not as agreed: reason")
    return reason
