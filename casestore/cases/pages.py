"""The list of cases, and the page of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import CaseOpen, CaseRead
from casestore.access.rules import Action
from casestore.audit.chain import AUDIT
from casestore.cases import rules
from casestore.cases.filters import Choice, Which
from casestore.cases.finding import get_case
from casestore.cases.listing import COUNTED, case_list, lists_of, noted_list
from casestore.cases.mistakes import Mistake
from casestore.cases.opening import open_case
from casestore.cases.tables import Case
from casestore.cases.view import CaseView, read_case
from casestore.edge import Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId, new_id
from casestore.people.finding import get_person
from casestore.routing import Late
from casestore.templating import page
from casestore.times import day_of
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(prefix="/cases", route_class=Late)

# Which forms the page has, and which of their fields hold words.
ALWAYS: Final = frozenset({"share", "handover"})
WHILE_OPEN: Final = frozenset({"title", "party", "close"})
WORDS: Final = frozenset({"title", "name", "contact", "words", "reason"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A form of the case page that could not be taken: which, what was typed, and why not."""

    form: str
    typed: Mapping[str, str] = field(repr=False)
    mistake: Mistake


@router.get("")
async def cases_page(request: Request, who: CaseRead, writing: WritingNow) -> HTMLResponse:
    """Show the cases this employee may see; the names in the list are noted as read."""
    lists = lists_of(who)
    choice = Choice.asked(request.query_params, lists)
    found = await case_list(writing, who, choice)
    await noted_list(writing, who, choice, found)
    return page(
        request,
        "cases.html",
        who=who,
        found=found,
        choice=choice,
        counted=COUNTED,
        Which=Which,
        rules=rules,
    )


@router.post("", dependencies=[Depends(same_site)])
async def open_one(
    who: CaseOpen,
    form_token: Annotated[str, Form(max_length=200)],
    its_id: Annotated[str, Form(alias="id", pattern=ID_PATTERN)],
    person: Annotated[str, Form(pattern=ID_PATTERN)],
    writing: WritingNow,
    title: Annotated[str, Form(max_length=rules.TITLE)] = "",
) -> Response:
    """Open a case about a person one is responsible for."""
    form_is_ours(who, form_token)
    await AUDIT.hold(writing)
    about = await get_person(writing, who, person, Action.CASE_OPEN)
    case = await open_case(writing, who, about, title=title, its_id=its_id)
    return RedirectResponse(f"/cases/{case.id}", 303)


@router.get("/{case_id}")
async def case_page(
    request: Request, case_id: PathId, who: CaseRead, writing: WritingNow
) -> HTMLResponse:
    """Show a case, and note that it was read before it is shown."""
    case = await get_case(writing, who, case_id, Action.CASE_READ)
    return await show_case(request, who, case, writing)


async def show_case(
    request: Request, who: Visitor, case: Case, writing: Writing, again: Again | None = None
) -> HTMLResponse:
    """Show the page of a case, perhaps with a form that has to be filled in again."""
    view, today = await read_case(writing, who, case), day_of(writing.now)
    return page(
        request,
        "case.html",
        status=200 if again is None else again.mistake.status,
        who=who,
        view=view,
        case=case,
        today=today,
        sharers=view.team.can_read(case.responsible, today),
        receivers=view.team.can_have(case.responsible, today),
        rules=rules,
        again=again,
        homeless=_homeless(view, again),
        new_id=new_id,
    )


def _homeless(view: CaseView, again: Again | None) -> list[str] | None:
    """Give what was typed in a form that the page no longer has; None when it has it."""
    forms = set(ALWAYS)
    if view.case.status == "open":
        forms |= {*WHILE_OPEN, *(party.id for party in view.parties)}
    if view.giver is not None:
        forms.add("back")
    if again is None or again.form in forms:
        return None
    return [text for name, text in again.typed.items() if name in WORDS and text]
