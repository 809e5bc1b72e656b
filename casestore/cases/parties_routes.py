"""Titles, parties and giving back as JSON; the same deeds as the forms of the case page."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import CaseHandOver, CaseWrite
from casestore.access.rules import Action
from casestore.answers import Created, Given
from casestore.audit.chain import AUDIT
from casestore.cases.answers import CaseState, HandoverState, PartyState
from casestore.cases.as_json import party_as_json, state_of
from casestore.cases.closing import rename_case
from casestore.cases.finding import get_case
from casestore.cases.handing import hand_back, handed_already
from casestore.cases.parties import Told, add_party, change_party, remove_party
from casestore.cases.rules import PARTY, REASON, TITLE
from casestore.cases.tables import Case, CaseHandover
from casestore.edge import Writing, WritingNow
from casestore.ids import Id, PathId
from casestore.problems import Problem
from casestore.received import Agreed, Code, Received, received
from casestore.repeats.route import Once
from casestore.users.sessions import Visitor, same_site
from casestore.versions import SeenCount

router = APIRouter(
    prefix="/api/cases/{case_id}", dependencies=[Depends(same_site)], route_class=Once
)


class NewTitle(Agreed):
    """What a case is called from now on; nothing is no title."""

    title: str = Field(max_length=TITLE, repr=False)


class PartyDetails(Agreed):
    """Somebody else in a case; `role` is a code."""

    name: str = Field(min_length=1, max_length=PARTY, repr=False)
    role: Code
    contact: str = Field(default="", max_length=PARTY, repr=False)

    def told(self) -> Told:
        """Give it as the form gives it."""
        return Told(name=self.name, role=self.role, contact=self.contact)


class NewParty(PartyDetails):
    """A party, under an id that the sender has minted."""

    id: Id


class GivingBack(Agreed):
    """Give a case back to who gave it."""

    id: Id
    reason: str = Field(min_length=1, max_length=REASON, repr=False)


@router.post("/title")
async def post_title(
    case_id: PathId,
    who: CaseWrite,
    version: SeenCount,
    body: Annotated[Received[NewTitle], Depends(received(NewTitle))],
    writing: WritingNow,
) -> Given[CaseState]:
    """Give a case another title."""
    case = await _case(writing, who, case_id, Action.CASE_WRITE)
    await rename_case(writing, who, case, title=body.said.title, version=version)
    return Given(state_of(case))


@router.post("/parties")
async def post_party(
    case_id: PathId,
    who: CaseWrite,
    body: Annotated[Received[NewParty], Depends(received(NewParty))],
    writing: WritingNow,
) -> Created[PartyState]:
    """Add somebody to a case."""
    case = await _case(writing, who, case_id, Action.CASE_WRITE)
    party = await add_party(writing, who, case, its_id=body.said.id, told=body.said.told())
    return Created(party_as_json(party))


@router.put("/parties/{party_id}")
async def put_party(
    case_id: PathId,
    party_id: PathId,
    who: CaseWrite,
    version: SeenCount,
    body: Annotated[Received[PartyDetails], Depends(received(PartyDetails))],
    writing: WritingNow,
) -> Given[PartyState]:
    """Change what is known of a party."""
    case = await _case(writing, who, case_id, Action.CASE_WRITE)
    said = body.said
    party = await change_party(writing, who, case, party_id, told=said.told(), version=version)
    return Given(party_as_json(party))


@router.post("/parties/{party_id}/remove")
async def post_remove(
    case_id: PathId,
    party_id: PathId,
    who: CaseWrite,
    version: SeenCount,
    writing: WritingNow,
) -> Given[PartyState]:
    """Take a party out of a case."""
    case = await _case(writing, who, case_id, Action.CASE_WRITE)
    party = await remove_party(writing, who, case, party_id, version=version)
    return Given(party_as_json(party))


@router.post("/hand-back")
async def post_hand_back(
    case_id: PathId,
    who: CaseHandOver,
    version: SeenCount,
    body: Annotated[Received[GivingBack], Depends(received(GivingBack))],
    writing: WritingNow,
) -> Created[HandoverState]:
    """Give a case back to who gave it."""
    said = body.said
    await AUDIT.hold(writing)
    if not await handed_already(writing, who, said.id, case_id):
        case = await get_case(writing, who, case_id, Action.CASE_HAND_OVER)
        await hand_back(writing, who, case, its_id=said.id, reason=said.reason, version=version)
    handed = await writing.session.get(CaseHandover, said.id)
    if handed is None:
        raise Problem(404, "not-found")
    return Created(HandoverState(id=handed.id, case=case_id, to=handed.to_user))


async def _case(writing: Writing, who: Visitor, case_id: str, action: Action) -> Case:
    await AUDIT.hold(writing)
    return await get_case(writing, who, case_id, action)
