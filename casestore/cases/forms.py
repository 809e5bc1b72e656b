"""What the forms of the case page do: write, share, hand over, close."""

from collections.abc import Awaitable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from casestore.access.asking import CaseHandOver, CaseShare, CaseWrite
from casestore.access.gate import may
from casestore.access.relations import case_relation
from casestore.access.rules import Action
from casestore.audit.chain import AUDIT
from casestore.cases.closing import close_case, rename_case, reopen_case
from casestore.cases.finding import get_case
from casestore.cases.handing import hand_back, hand_over, handed_already
from casestore.cases.mistakes import Mistake
from casestore.cases.pages import Again, show_case
from casestore.cases.parties import Told, add_party, change_party, remove_party
from casestore.cases.sharing import end_share, share_case
from casestore.cases.tables import Case
from casestore.edge import Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId
from casestore.routing import Late
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(prefix="/cases/{case_id}", dependencies=[Depends(same_site)], route_class=Late)

# More than the rules take, so that what is too long is said beside the field.
Typed = Annotated[str, Form(max_length=20_000)]
Minted = Annotated[str, Form(alias="id", pattern=ID_PATTERN)]
Picked = Annotated[str, Form(max_length=64)]
Seen = Annotated[int, Form(ge=0, le=1_000_000)]
Token = Annotated[str, Form(max_length=200)]


@router.post("/title")
async def title(
    request: Request,
    case_id: PathId,
    who: CaseWrite,
    form_token: Token,
    version: Seen,
    writing: WritingNow,
    title: Typed = "",
) -> Response:
    """Give the case another title."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_WRITE)
    deed = rename_case(writing, who, case, title=title, version=version)
    return await _done(request, who, writing, case, "title", {"title": title}, deed)


@router.post("/parties")
async def new_party(
    request: Request,
    case_id: PathId,
    who: CaseWrite,
    form_token: Token,
    its_id: Minted,
    writing: WritingNow,
    name: Typed = "",
    role: Picked = "",
    contact: Typed = "",
) -> Response:
    """Add somebody to the case."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_WRITE)
    told = Told(name=name, role=role, contact=contact)
    typed = {"id": its_id, "name": name, "role": role, "contact": contact}
    deed = add_party(writing, who, case, its_id=its_id, told=told)
    return await _done(request, who, writing, case, "party", typed, deed)


@router.post("/parties/{party_id}")
async def changed_party(
    request: Request,
    case_id: PathId,
    party_id: PathId,
    who: CaseWrite,
    form_token: Token,
    version: Seen,
    writing: WritingNow,
    name: Typed = "",
    role: Picked = "",
    contact: Typed = "",
) -> Response:
    """Change what is known of a party."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_WRITE)
    told = Told(name=name, role=role, contact=contact)
    typed = {"name": name, "role": role, "contact": contact}
    deed = change_party(writing, who, case, party_id, told=told, version=version)
    return await _done(request, who, writing, case, party_id, typed, deed)


@router.post("/parties/{party_id}/remove")
async def removed_party(
    request: Request,
    case_id: PathId,
    party_id: PathId,
    who: CaseWrite,
    form_token: Token,
    version: Seen,
    writing: WritingNow,
) -> Response:
    """Take a party out of the case."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_WRITE)
    deed = remove_party(writing, who, case, party_id, version=version)
    return await _done(request, who, writing, case, party_id, {}, deed)


@router.post("/shares")
async def shared(
    request: Request,
    case_id: PathId,
    who: CaseShare,
    form_token: Token,
    its_id: Minted,
    writing: WritingNow,
    user: Picked = "",
    from_day: Picked = "",
    until_day: Picked = "",
    reason: Typed = "",
) -> Response:
    """Share the case with a colleague."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_SHARE)
    typed = {
        "id": its_id,
        "user": user,
        "from_day": from_day,
        "until_day": until_day,
        "reason": reason,
    }
    deed = share_case(
        writing, who, case, its_id=its_id, user=user, days=(from_day, until_day), reason=reason
    )
    return await _done(request, who, writing, case, "share", typed, deed)


@router.post("/shares/{share_id}/end")
async def unshared(
    request: Request,
    case_id: PathId,
    share_id: PathId,
    who: CaseShare,
    form_token: Token,
    writing: WritingNow,
) -> Response:
    """End a share before its time."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_SHARE)
    deed = end_share(writing, who, case, share_id)
    return await _done(request, who, writing, case, share_id, {}, deed)


@router.post("/handover")
async def handed_over(
    request: Request,
    case_id: PathId,
    who: CaseHandOver,
    form_token: Token,
    its_id: Minted,
    version: Seen,
    writing: WritingNow,
    to: Picked = "",
    reason: Typed = "",
) -> Response:
    """Give the case to a colleague."""
    form_is_ours(who, form_token)
    await AUDIT.hold(writing)
    if await handed_already(writing, who, its_id, case_id):
        return RedirectResponse("/cases", 303)
    case = await get_case(writing, who, case_id, Action.CASE_HAND_OVER)
    deed = hand_over(writing, who, case, its_id=its_id, to=to, reason=reason, version=version)
    typed = {"id": its_id, "to": to, "reason": reason}
    return await _done(request, who, writing, case, "handover", typed, deed)


@router.post("/hand-back")
async def handed_back(
    request: Request,
    case_id: PathId,
    who: CaseHandOver,
    form_token: Token,
    its_id: Minted,
    version: Seen,
    writing: WritingNow,
    reason: Typed = "",
) -> Response:
    """Give the case back to who gave it."""
    form_is_ours(who, form_token)
    await AUDIT.hold(writing)
    if await handed_already(writing, who, its_id, case_id):
        return RedirectResponse("/cases", 303)
    case = await get_case(writing, who, case_id, Action.CASE_HAND_OVER)
    deed = hand_back(writing, who, case, its_id=its_id, reason=reason, version=version)
    typed = {"id": its_id, "reason": reason}
    return await _done(request, who, writing, case, "back", typed, deed)


@router.post("/close")
async def closed(
    request: Request,
    case_id: PathId,
    who: CaseWrite,
    form_token: Token,
    its_id: Minted,
    version: Seen,
    writing: WritingNow,
    words: Typed = "",
) -> Response:
    """Close the case with what happened."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_WRITE)
    deed = close_case(writing, who, case, its_id=its_id, words=words, version=version)
    return await _done(request, who, writing, case, "close", {"id": its_id, "words": words}, deed)


@router.post("/reopen")
async def reopened(
    request: Request, case_id: PathId, who: CaseWrite, form_token: Token, writing: WritingNow
) -> Response:
    """Open the case again."""
    case = await _case(writing, who, form_token, case_id, Action.CASE_WRITE)
    deed = reopen_case(writing, who, case)
    return await _done(request, who, writing, case, "reopen", {}, deed)


async def _case(
    writing: Writing, who: Visitor, form_token: str, case_id: str, action: Action
) -> Case:
    form_is_ours(who, form_token)
    await AUDIT.hold(writing)
    return await get_case(writing, who, case_id, action)


async def _done(
    request: Request,
    who: Visitor,
    writing: Writing,
    case: Case,
    form: str,
    typed: Mapping[str, str],
    deed: Awaitable[object],
) -> Response:
    """Do it and go to the case, or to the list when it is no longer theirs; or show it again."""
    try:
        await deed
    except Mistake as mistake:
        again = Again(form=form, typed=typed, mistake=mistake)
        return await show_case(request, who, case, writing, again)
    seen = may(who, Action.CASE_READ, await case_relation(writing, who, case))
    return RedirectResponse(f"/cases/{case.id}" if seen else "/cases", 303)
