"""Young people: the list, the page of one, and the forms that register and change them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import PersonCreate, PersonEdit, PersonRead, ThreadTie
from casestore.access.gate import permit
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.cases.opening import open_case
from casestore.edge import Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId, new_id
from casestore.people.details import details_of
from casestore.people.finding import get_person
from casestore.people.keeping import LISTED, READ, change, person_id, register
from casestore.people.merging import merges_of
from casestore.people.rules import Typed, mistakes, reason_mistake, typed_from
from casestore.people.showing import found, listed, shown_page
from casestore.people.tables import Person
from casestore.people.tying import hold, untie_thread
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.times import day_of
from casestore.transfers import phrases
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(prefix="/people", route_class=Late)

OVERTAKEN: Final = _(
    "Noen har endret opplysningene mens du skrev. Se hva som står nå, og lagre igjen hvis det "
    "du skrev, fortsatt stemmer."
)

Token = Annotated[str, Form(max_length=200)]
Words = Annotated[str, Form(max_length=4000)]
Minted = Annotated[str, Form(pattern=ID_PATTERN)]


def typed_form(alias: Words = "", name: Words = "", born: Words = "", ways: Words = "") -> Typed:
    """Gather what was typed about a person."""
    return Typed(alias=alias, name=name, born=born, ways=ways)


TypedNow = Annotated[Typed, Depends(typed_form)]


@router.get("")
async def people_page(
    request: Request,
    who: PersonRead,
    writing: WritingNow,
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """Show the persons this employee may see, the newest first."""
    people, cursor = await listed(writing, who, after=after)
    await note(writing, LISTED, by=who.id, count=len(people))
    return page(request, "people.html", who=who, people=people, next=cursor, sought=None)


@router.post("/find", dependencies=[Depends(same_site)])
async def find_page(
    request: Request,
    who: PersonRead,
    form_token: Token,
    writing: WritingNow,
    text: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Show those whose alias or name matches. A form: addresses are kept, and a name is not."""
    form_is_ours(who, form_token)
    people = await found(writing, who, text)
    await note(writing, LISTED, by=who.id, count=len(people))
    return page(request, "people.html", who=who, people=people, next=None, sought=text)


@router.get("/new")
async def new_page(request: Request, who: PersonCreate) -> HTMLResponse:
    """Show the form for somebody new."""
    return _new(request, who, Typed(), ids=(person_id(), new_id("case")))


@router.post("/new", dependencies=[Depends(same_site)])
async def new_form(
    request: Request,
    who: PersonCreate,
    form_token: Token,
    its_id: Annotated[str, Form(alias="id", pattern=ID_PATTERN)],
    case_id: Minted,
    typed: TypedNow,
    writing: WritingNow,
    open_case_too: Annotated[str, Form(alias="open_case", max_length=3)] = "",
) -> Response:
    """Register somebody, and open their first case if that was asked for; once for the ids."""
    form_is_ours(who, form_token)
    permit(who, Action.PERSON_CREATE)
    wants_case = bool(open_case_too)
    if wrong := dict(mistakes(typed, today=day_of(writing.now))):
        ids = (its_id, case_id)
        return _new(request, who, typed, ids=ids, open_case=wants_case, wrong=wrong)
    person = await register(writing, who, typed, its_id=its_id)
    if not wants_case:
        return RedirectResponse(f"/people/{person.id}", 303)
    case = await open_case(writing, who, person, its_id=case_id)
    return RedirectResponse(f"/cases/{case.id}", 303)


@router.get("/{its_id}")
async def person_page(
    request: Request, its_id: PathId, who: PersonRead, writing: WritingNow
) -> Response:
    """Show a person, and note that they were read; a merged one leads to whom they are now."""
    person = await get_person(writing, who, its_id, Action.PERSON_READ)
    if person.id != its_id:
        return RedirectResponse(f"/people/{person.id}", 303)
    return await _shown(request, who, person, writing)


@router.get("/{its_id}/edit")
async def edit_page(
    request: Request, its_id: PathId, who: PersonEdit, writing: WritingNow
) -> Response:
    """Show the form with what is known."""
    person = await get_person(writing, who, its_id, Action.PERSON_EDIT)
    if person.id != its_id:
        return RedirectResponse(f"/people/{person.id}/edit", 303)
    typed = typed_from(await details_of(writing, person))
    await note(writing, READ, by=who.id, of=person.id)
    return _edit(request, who, person, typed)


@router.post("/{its_id}/edit", dependencies=[Depends(same_site)])
async def edit_form(
    request: Request,
    its_id: PathId,
    who: PersonEdit,
    form_token: Token,
    version: Annotated[int, Form(ge=1)],
    typed: TypedNow,
    writing: WritingNow,
) -> Response:
    """Write what is known anew; what somebody else has changed meanwhile is not overwritten."""
    form_is_ours(who, form_token)
    person = await get_person(writing, who, its_id, Action.PERSON_EDIT)
    if wrong := dict(mistakes(typed, today=day_of(writing.now))):
        return _edit(request, who, person, typed, wrong=wrong, status=422, version=version)
    if await change(writing, who, its_id, typed, version=version) is None:
        now = typed_from(await details_of(writing, person))
        wrong = {"form": OVERTAKEN}
        return _edit(request, who, person, typed, wrong=wrong, status=409, now=now)
    return RedirectResponse(f"/people/{person.id}", 303)


@router.post("/{its_id}/threads/{thread}/untie", dependencies=[Depends(same_site)])
async def untie_form(
    request: Request,
    its_id: PathId,
    thread: PathId,
    who: ThreadTie,
    form_token: Token,
    writing: WritingNow,
    reason: Words = "",
) -> Response:
    """Untie a thread that was another's."""
    form_is_ours(who, form_token)
    await hold(writing)
    person = await get_person(writing, who, its_id, Action.THREAD_TIE)
    if told := reason_mistake(reason):
        wrong = {"thread": thread, "reason": told}
        return await _shown(request, who, person, writing, wrong=wrong, typed_reason=reason)
    await untie_thread(writing, who, thread, person, reason=reason)
    return RedirectResponse(f"/people/{person.id}", 303)


async def _shown(
    request: Request,
    who: Visitor,
    person: Person,
    writing: Writing,
    *,
    wrong: dict[str, str] | None = None,
    typed_reason: str = "",
) -> HTMLResponse:
    shown = await shown_page(writing, who, person)
    await note(writing, READ, by=who.id, of=person.id)
    return page(
        request,
        "person.html",
        status=422 if wrong else 200,
        who=who,
        shown=shown,
        merges=await merges_of(writing, person),
        case_id=new_id("case"),
        wrong=wrong or {},
        typed_reason=typed_reason,
        phrases=phrases,
    )


def _new(
    request: Request,
    who: Visitor,
    typed: Typed,
    *,
    ids: tuple[str, str],
    open_case: bool = True,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    return page(
        request,
        "people_form.html",
        status=422 if wrong else 200,
        who=who,
        person=None,
        typed=typed,
        ids=ids,
        open_case=open_case,
        wrong=wrong or {},
        now=None,
    )


def _edit(
    request: Request,
    who: Visitor,
    person: Person,
    typed: Typed,
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    version: int | None = None,
    now: Typed | None = None,
) -> HTMLResponse:
    return page(
        request,
        "people_form.html",
        status=status,
        who=who,
        person=person.id,
        version=version or person.version,
        typed=typed,
        wrong=wrong or {},
        now=now,
    )
