"""
Handing a journal out: the code, the requests it answers, and what is left out of it.

Nobody decides whether the youth may read (R62); only who they are is checked. A guardian gets
nothing by this page (R63).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import JournalHandOut
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import PathId
from casestore.own_journal import saying
from casestore.own_journal.codes import hand_out, maker_mark, take_back
from casestore.own_journal.deciding import to_decide
from casestore.own_journal.makers import mark_browser
from casestore.own_journal.omitting import leave_out, show_again
from casestore.own_journal.rules import CODE_HOLDS, IDENTITY, REASONS
from casestore.own_journal.tables import JournalCode
from casestore.people.details import details_of
from casestore.people.finding import get_person, parts_of, threads_of
from casestore.people.tables import Person
from casestore.routing import Late
from casestore.tasks.finishing import finish
from casestore.tasks.rules import days_left
from casestore.tasks.tables import Task
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.transfers import chain
from casestore.transfers.phrases import CHANNEL
from casestore.users.sessions import Visitor, form_is_ours, same_site
from casestore.users.tables import User

router = APIRouter(prefix="/people/{person_id}/journal-access", route_class=Late)

Token = Annotated[str, Form(max_length=200)]
ANSWERED = _("Kode til Min journal er delt ut.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An INNSYN that waits for an answer; `left` is days, below zero when it is late."""

    id: str
    at: datetime
    due_at: datetime
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A code that was handed out, as far as it may be told: never the code."""

    at: datetime
    by: str
    identity: str
    state: str


@router.get("")
async def hand_out_page(
    request: Request, person_id: PathId, who: JournalHandOut, reading: ReadingNow
) -> HTMLResponse:
    """Show how to hand the journal out, and what waits for it."""
    person = await get_person(reading, who, person_id, Action.JOURNAL_HAND_OUT)
    return await _page(request, who, reading, person)


@router.post("", dependencies=[Depends(same_site)])
async def hand_out_form(
    request: Request,
    person_id: PathId,
    who: JournalHandOut,
    form_token: Token,
    writing: WritingNow,
    identity: Annotated[str, Form(max_length=16)] = "",
    answers: Annotated[list[str], Form(max_length=50)] = [],  # noqa: B006  (never changed)
) -> HTMLResponse:
    """Make a code and show it this once; the requests that are ticked have their answer."""
    form_is_ours(who, form_token)
    await chain.hold(writing)
    person = await get_person(writing, who, person_id, Action.JOURNAL_HAND_OUT)
    if identity not in IDENTITY:
        return await _page(request, who, writing, person, ticked=answers, missing=True)
    for task in await _open_tasks(writing, person):
        if task.id in answers:
            await finish(writing, task, by=who.id, note=ANSWERED)
    code = await hand_out(writing, who, person, identity)
    response = await _page(request, who, writing, person, code=code)
    mark_browser(response, request, maker_mark(writing.store, who.id))
    return response


@router.post("/take-back", dependencies=[Depends(same_site)])
async def take_back_form(
    person_id: PathId, who: JournalHandOut, form_token: Token, writing: WritingNow
) -> Response:
    """Make the code worthless, and close the journal if it is open."""
    form_is_ours(who, form_token)
    person = await get_person(writing, who, person_id, Action.JOURNAL_HAND_OUT)
    await take_back(writing, who, person)
    return RedirectResponse(f"/people/{person.id}/journal-access", 303)


@router.get("/preview")
async def preview(
    request: Request, person_id: PathId, who: JournalHandOut, writing: WritingNow
) -> HTMLResponse:
    """Show the journal as far as the employee may read it, to decide what is left out."""
    person = await get_person(writing, who, person_id, Action.JOURNAL_HAND_OUT)
    journal = await to_decide(writing, who, person)
    await note(writing, "own_journal.preview", by=who.id, of=person.id, count=len(journal.chapters))
    return page(
        request,
        "own_journal_preview.html",
        who=who,
        j=journal,
        reasons=REASONS,
        s=saying,
        channels=CHANNEL,
    )


@router.post("/omissions", dependencies=[Depends(same_site)])
async def leave_out_form(
    person_id: PathId,
    who: JournalHandOut,
    form_token: Token,
    of: Annotated[str, Form(max_length=64)],
    reason: Annotated[str, Form(max_length=40)],
    writing: WritingNow,
    position: Annotated[int | None, Form(ge=0, le=100_000)] = None,
) -> Response:
    """Leave one thing out, for the reason chosen."""
    form_is_ours(who, form_token)
    person = await get_person(writing, who, person_id, Action.JOURNAL_HAND_OUT)
    seen = await to_decide(writing, who, person)
    await leave_out(writing, who, person, seen, (of, position), reason)
    return RedirectResponse(f"/people/{person.id}/journal-access/preview#{of}", 303)


@router.post("/omissions/{omission_id}/end", dependencies=[Depends(same_site)])
async def show_again_form(
    person_id: PathId,
    omission_id: PathId,
    who: JournalHandOut,
    form_token: Token,
    writing: WritingNow,
) -> Response:
    """Let the youth see it again."""
    form_is_ours(who, form_token)
    person = await get_person(writing, who, person_id, Action.JOURNAL_HAND_OUT)
    seen = await to_decide(writing, who, person)
    await show_again(writing, who, person, seen, omission_id)
    return RedirectResponse(f"/people/{person.id}/journal-access/preview", 303)


async def _page(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    person: Person,
    *,
    code: str | None = None,
    ticked: list[str] | None = None,
    missing: bool = False,
) -> HTMLResponse:
    asked = [
        Asked(
            id=task.id,
            at=task.opened_at,
            due_at=task.due_at,
            left=days_left(task.due_at, asking.now),
        )
        for task in await _open_tasks(asking, person)
    ]
    return page(
        request,
        "own_journal.html",
        status=422 if missing else 200,
        who=who,
        person=person,
        details=await details_of(asking, person),
        asked=asked,
        ticked=[task.id for task in asked] if ticked is None else ticked,
        handed=await _handed(asking, person),
        identity=IDENTITY,
        missing=missing,
        code=code,
        until=asking.now + CODE_HOLDS,
    )


async def _open_tasks(asking: Reading | Writing, person: Person) -> list[Task]:
    found = await asking.session.scalars(
        select(Task)
        .where(
            Task.kind == "access",
            Task.done_at.is_(None),
            Task.thread.in_(await threads_of(asking, person)),
        )
        .order_by(Task.due_at, Task.id)
    )
    return list(found)


async def _handed(asking: Reading | Writing, person: Person) -> list[Handed]:
    found = await asking.session.execute(
        select(JournalCode, User.name)
        .join(User, User.id == JournalCode.made_by)
        .where(JournalCode.person.in_(await parts_of(asking, person)))
        .order_by(JournalCode.made_at.desc())
        .limit(10)
    )
    return [
        Handed(at=row.made_at, by=name, identity=row.identity, state=_state(row, asking.now))
        for row, name in found
    ]


def _state(row: JournalCode, now: datetime) -> str:
    if row.used_at is None:
        return "waits" if now < row.expires_at else "over"
    return "open" if row.secret_hash is not None and now < row.expires_at else "read"
