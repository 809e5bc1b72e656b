"""The forms of a transcript's page: tied to a person and a case, or moved to whom it belongs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from casestore.access.asking import EntryMove, EntryTie
from casestore.access.rules import Action
from casestore.edge import Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId
from casestore.journal.additions import get_entry
from casestore.journal.moving import move_entry
from casestore.journal.showing import Typed, entry_page
from casestore.journal.tables import Entry
from casestore.journal.tying import NEW_CASE, tie_to_case, tie_to_new_case, tie_to_new_person
from casestore.people.finding import person_of_entry
from casestore.people.rules import Typed as TypedPerson
from casestore.people.rules import mistakes, reason_mistake
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.routing import Late
from casestore.texts.phrases import _
from casestore.times import day_of
from casestore.users.sessions import form_is_ours, same_site

router = APIRouter(dependencies=[Depends(same_site)], route_class=Late)

Token = Annotated[str, Form(max_length=200)]
Minted = Annotated[str, Form(pattern=ID_PATTERN)]
Words = Annotated[str, Form(max_length=4000)]


@router.post("/journal/{conversation}/case")
async def tie_form(
    request: Request,
    conversation: PathId,
    who: EntryTie,
    form_token: Token,
    writing: WritingNow,
    case_id: Minted,
    to: Annotated[str, Form(max_length=100)] = "",
    reason: Words = "",
) -> Response:
    """Tie a transcript to a case of somebody known: an open one, or a new one."""
    form_is_ours(who, form_token)
    await hold(writing)
    entry = await get_entry(writing, who, conversation, Action.ENTRY_TIE)
    wrong = await _reason_wrong(writing, entry, reason)
    if not to:
        wrong["to"] = _("Velg hvem samtalen hører til.")
    if wrong:
        fields = {"to": to, "reason": reason}
        typed = Typed(form="tie", fields=fields, wrong=wrong)
        return await entry_page(request, who, entry, writing, typed=typed)
    if to.startswith(NEW_CASE):
        person = to.removeprefix(NEW_CASE)
        await tie_to_new_case(writing, who, entry, person, case_id=case_id, reason=reason)
    else:
        await tie_to_case(writing, who, entry, to, reason=reason)
    return RedirectResponse(f"/journal/{conversation}", 303)


@router.post("/journal/{conversation}/person")
async def new_person_form(
    request: Request,
    conversation: PathId,
    who: EntryTie,
    form_token: Token,
    writing: WritingNow,
    person_id: Minted,
    case_id: Minted,
    alias: Words = "",
    name: Words = "",
    reason: Words = "",
) -> Response:
    """Tie a transcript to the first case of somebody who is registered with it."""
    form_is_ours(who, form_token)
    await hold(writing)
    entry = await get_entry(writing, who, conversation, Action.ENTRY_TIE)
    said = TypedPerson(alias=alias, name=name)
    wrong = {**mistakes(said, today=day_of(writing.now))}
    if told := reason_mistake(reason):
        wrong["reason"] = told
    if wrong:
        fields = {"alias": alias, "name": name, "reason": reason}
        typed = Typed(form="new", fields=fields, wrong=wrong)
        return await entry_page(request, who, entry, writing, typed=typed)
    await tie_to_new_person(
        writing, who, entry, said, person_id=person_id, case_id=case_id, reason=reason
    )
    return RedirectResponse(f"/journal/{conversation}", 303)


@router.post("/journal/{conversation}/move")
async def move_form(
    request: Request,
    conversation: PathId,
    who: EntryMove,
    form_token: Token,
    writing: WritingNow,
    to: Annotated[str, Form(max_length=200)] = "",
    reason: Words = "",
) -> Response:
    """Move a misfiled transcript; `to` is a person's id, a stroke, and perhaps a case's id."""
    form_is_ours(who, form_token)
    person, _slash, case = to.partition("/")
    wrong = {
        "reason": reason_mistake(reason),
        "to": None if person else _("Velg hvem det gjelder."),
    }
    if any(wrong.values()):
        entry = await get_entry(writing, who, conversation, Action.ENTRY_MOVE)
        found = {place: said for place, said in wrong.items() if said}
        typed = Typed(form="move", fields={"to": to, "reason": reason}, wrong=found)
        return await entry_page(request, who, entry, writing, typed=typed)
    try:
        await move_entry(writing, who, conversation, person, case_id=case or None, reason=reason)
    except Problem as problem:
        entry = await get_entry(writing, who, conversation, Action.ENTRY_MOVE)
        if problem.code != "theirs-already" or entry.case != (case or None):
            raise
    return RedirectResponse(f"/people/{person}", 303)


async def _reason_wrong(writing: Writing, entry: Entry, reason: str) -> dict[str, str]:
    """A reason is asked for when the thread will be tied, too; not from one case to another."""
    if not reason.strip() and await person_of_entry(writing, entry) is not None:
        return {}
    told = reason_mistake(reason)
    return {"reason": told} if told else {}
