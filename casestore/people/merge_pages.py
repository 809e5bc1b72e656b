"""Two who may be one: the list of them, both side by side, merged with a reason, and parted."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import PersonMerge, PersonRead
from casestore.access.gate import may
from casestore.access.rules import Action, Relation
from casestore.audit.chain import note
from casestore.edge import Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId
from casestore.people.duplicates import compared_at, pairs
from casestore.people.keeping import LISTED, READ
from casestore.people.merging import compared, merge, undo
from casestore.people.rules import reason_mistake
from casestore.people.showing import shown_page
from casestore.routing import Late
from casestore.templating import page
from casestore.transfers import phrases
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(prefix="/people", route_class=Late)

Token = Annotated[str, Form(max_length=200)]


@router.get("/duplicates")
async def duplicates_page(request: Request, who: PersonRead, writing: WritingNow) -> HTMLResponse:
    """Show who may be one, among those this employee may see."""
    found = await pairs(writing, who)
    await note(writing, LISTED, by=who.id, count=2 * len(found))
    merges = may(who, Action.PERSON_MERGE, Relation.NOT_SHARED)
    return page(
        request,
        "people_duplicates.html",
        who=who,
        pairs=found,
        merges=merges,
        compared_at=await compared_at(writing),
    )


@router.get("/{its_id}/merge")
async def merge_page(
    request: Request,
    its_id: PathId,
    who: PersonMerge,
    other: Annotated[str, Query(pattern=ID_PATTERN)],
    writing: WritingNow,
) -> HTMLResponse:
    """Show both side by side; the first one stays."""
    return await _side_by_side(request, who, writing, its_id, other)


@router.post("/{its_id}/merge", dependencies=[Depends(same_site)])
async def merge_form(
    request: Request,
    its_id: PathId,
    who: PersonMerge,
    form_token: Token,
    other: Annotated[str, Form(pattern=ID_PATTERN)],
    version: Annotated[int, Form(ge=1)],
    other_version: Annotated[int, Form(ge=1)],
    writing: WritingNow,
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Merge the other one into this one, if both are as they were when they were compared."""
    form_is_ours(who, form_token)
    if wrong := reason_mistake(reason):
        return await _side_by_side(
            request, who, writing, its_id, other, wrong=wrong, typed_reason=reason
        )
    versions = (version, other_version)
    await merge(writing, who, its_id, other, versions=versions, reason=reason)
    return RedirectResponse(f"/people/{its_id}", 303)


@router.post("/{its_id}/merges/{merge_id}/undo", dependencies=[Depends(same_site)])
async def undo_form(
    its_id: PathId, merge_id: PathId, who: PersonMerge, form_token: Token, writing: WritingNow
) -> Response:
    """Undo a merge."""
    form_is_ours(who, form_token)
    await undo(writing, who, its_id, merge_id)
    return RedirectResponse(f"/people/{its_id}", 303)


async def _side_by_side(
    request: Request,
    who: Visitor,
    writing: Writing,
    its_id: str,
    other: str,
    *,
    wrong: str | None = None,
    typed_reason: str = "",
) -> HTMLResponse:
    both = await compared(writing, who, its_id, other)
    stays, goes = [await shown_page(writing, who, person) for person in both]
    for person in both:
        await note(writing, READ, by=who.id, of=person.id)
    return page(
        request,
        "people_merge.html",
        status=422 if wrong else 200,
        who=who,
        stays=stays,
        goes=goes,
        wrong=wrong,
        typed_reason=typed_reason,
        phrases=phrases,
    )
