"""The cases as JSON, for the team's own tools; the same deeds as the pages."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from casestore.access.asking import CaseHandOver, CaseOpen, CaseRead, CaseShare, CaseWrite
from casestore.access.rules import Action
from casestore.answers import Created, Given, JsonRoute
from casestore.audit.chain import AUDIT
from casestore.cases.answers import CasePage, CaseState, CaseTold, HandoverState, ShareState
from casestore.cases.as_json import case_as_json, page_as_json, share_as_json, state_of
from casestore.cases.closing import close_case, reopen_case
from casestore.cases.filters import LONGEST_PLACE, Choice, Which
from casestore.cases.finding import get_case
from casestore.cases.handing import hand_over, handed_already
from casestore.cases.listing import case_list, lists_of, noted_list
from casestore.cases.opening import open_case
from casestore.cases.rules import REASON, TITLE
from casestore.cases.sharing import end_share, share_case
from casestore.cases.tables import Case
from casestore.cases.view import read_case
from casestore.edge import Writing, WritingNow
from casestore.ids import ID_PATTERN, Id, PathId
from casestore.paging import known
from casestore.people.finding import get_person
from casestore.received import Agreed, Received, received
from casestore.repeats.route import Once
from casestore.users.sessions import Visitor, same_site
from casestore.versions import SeenCount

router = APIRouter(prefix="/api/cases", dependencies=[Depends(same_site)], route_class=Once)
reading = APIRouter(prefix="/api/cases", route_class=JsonRoute)

Reason = Annotated[str, Field(min_length=1, max_length=REASON, repr=False)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Opening(Agreed):
    """Open a case. The id is minted by who asks, so that asking twice opens one."""

    id: Id
    person: Id
    title: str | None = Field(default=None, max_length=TITLE, repr=False)


class Sharing(Agreed):
    """Share a case with a colleague; both days are included, in Oslo."""

    id: Id
    user: Id
    from_day: Day
    until_day: Day
    reason: Reason


class HandingOver(Agreed):
    """Give a case to a colleague."""

    id: Id
    to: Id
    reason: Reason


class Closing(Agreed):
    """Close a case with what happened."""

    id: Id
    words: Reason


@reading.get("")
async def get_cases(
    who: CaseRead,
    writing: WritingNow,
    which: Which = Which.MINE,
    status: Literal["open", "closed", "any"] = "open",
    responsible: Annotated[str, Query(pattern=ID_PATTERN)] | None = None,
    after: Annotated[str, Query(max_length=LONGEST_PLACE)] | None = None,
) -> Given[CasePage]:
    """Give a page of a list; `after` is the `next` of the page before it."""
    asked = {"which": which, "status": status, "responsible": responsible, "after": after}
    choice = Choice.asked({name: text for name, text in asked.items() if text}, lists_of(who))
    known(after, choice.after)
    found = await case_list(writing, who, choice)
    await noted_list(writing, who, choice, found)
    return Given(page_as_json(found))


@reading.get("/{case_id}")
async def get_one(case_id: PathId, who: CaseRead, writing: WritingNow) -> Given[CaseTold]:
    """Give a case with all that is in it, and note that it was read."""
    case = await get_case(writing, who, case_id, Action.CASE_READ)
    return Given(case_as_json(await read_case(writing, who, case)))


@router.post("")
async def post_case(
    who: CaseOpen,
    body: Annotated[Received[Opening], Depends(received(Opening))],
    writing: WritingNow,
) -> Created[CaseState]:
    """Open a case about a person."""
    said = body.said
    await AUDIT.hold(writing)
    person = await get_person(writing, who, said.person, Action.CASE_OPEN)
    case = await open_case(writing, who, person, title=said.title, its_id=said.id)
    return Created(state_of(case))


@router.post("/{case_id}/shares")
async def post_share(
    case_id: PathId,
    who: CaseShare,
    body: Annotated[Received[Sharing], Depends(received(Sharing))],
    writing: WritingNow,
) -> Created[ShareState]:
    """Share a case."""
    said = body.said
    case = await _case(writing, who, case_id, Action.CASE_SHARE)
    share = await share_case(
        writing,
        who,
        case,
        its_id=said.id,
        user=said.user,
        days=(said.from_day, said.until_day),
        reason=said.reason,
    )
    return Created(share_as_json(share))


@router.post("/{case_id}/shares/{share_id}/end")
async def post_end(
    case_id: PathId, share_id: PathId, who: CaseShare, writing: WritingNow
) -> Given[ShareState]:
    """End a share before its time."""
    case = await _case(writing, who, case_id, Action.CASE_SHARE)
    return Given(share_as_json(await end_share(writing, who, case, share_id)))


@router.post("/{case_id}/handover")
async def post_handover(
    case_id: PathId,
    who: CaseHandOver,
    version: SeenCount,
    body: Annotated[Received[HandingOver], Depends(received(HandingOver))],
    writing: WritingNow,
) -> Created[HandoverState]:
    """Give a case to a colleague."""
    said = body.said
    await AUDIT.hold(writing)
    if not await handed_already(writing, who, said.id, case_id):
        case = await get_case(writing, who, case_id, Action.CASE_HAND_OVER)
        await hand_over(
            writing,
            who,
            case,
            its_id=said.id,
            to=said.to,
            reason=said.reason,
            version=version,
        )
    return Created(HandoverState(id=said.id, case=case_id, to=said.to))


@router.post("/{case_id}/close")
async def post_close(
    case_id: PathId,
    who: CaseWrite,
    version: SeenCount,
    body: Annotated[Received[Closing], Depends(received(Closing))],
    writing: WritingNow,
) -> Given[CaseState]:
    """Close a case."""
    said = body.said
    case = await _case(writing, who, case_id, Action.CASE_WRITE)
    await close_case(writing, who, case, its_id=said.id, words=said.words, version=version)
    return Given(state_of(case))


@router.post("/{case_id}/reopen")
async def post_reopen(case_id: PathId, who: CaseWrite, writing: WritingNow) -> Given[CaseState]:
    """Open a closed case again."""
    case = await _case(writing, who, case_id, Action.CASE_WRITE)
    await reopen_case(writing, who, case)
    return Given(state_of(case))


async def _case(writing: Writing, who: Visitor, case_id: str, action: Action) -> Case:
    await AUDIT.hold(writing)
    return await get_case(writing, who, case_id, action)
