"""«Registrer Snap»: the form, one's own that are on their way, and what became of each."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import RegistrationRead, RegistrationWrite
from casestore.access.gate import may
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId, new_id
from casestore.keyring import Unreadable
from casestore.problems import Problem
from casestore.registrations import phrases
from casestore.registrations.chosen import chosen
from casestore.registrations.rules import (
    CHANNELS,
    GRACE,
    HERE,
    MENDABLE,
    MOST_PICTURES,
    NEW,
    PERSON,
    Status,
    Typed,
    is_late,
    mistakes,
    written_by,
)
from casestore.registrations.tables import Registration, RegistrationPicture
from casestore.registrations.whose import choices
from casestore.registrations.words import picture, pictures_of, words_of
from casestore.registrations.writing_down import (
    get_registration,
    held,
    listed,
    relation,
    send_in,
    withdraw,
)
from casestore.routing import Late
from casestore.templating import page
from casestore.transfers.phrases import CHANNEL, said
from casestore.transfers.view import names
from casestore.typed import for_form
from casestore.uploads import form_with_files
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

WithPictures = Annotated[FormData, Depends(form_with_files)]
AT_MOST: Final = 100
PAGE: Final = "registrations.html"


@router.get("/registrations")
async def registrations_page(
    request: Request, who: RegistrationWrite, reading: ReadingNow
) -> HTMLResponse:
    """Show the form, and what is on its way."""
    typed = Typed(said_at=for_form(reading.now), by="youth")
    return await _form(request, who, reading, typed, its_id=new_id("reg"))


@router.post("/registrations", dependencies=[Depends(same_site)])
async def send_in_form(
    request: Request, who: RegistrationWrite, form: WithPictures, writing: WritingNow
) -> Response:
    """Keep what was filled in until the bridge has it; the same form sent twice is one."""
    form_is_ours(who, _text(form, "form_token"))
    its_id, typed = _text(form, "id"), _typed(form)
    if re.fullmatch(ID_PATTERN, its_id) is None:
        raise Problem(422, "malformed", "The form's id.")
    new, wrong = await chosen(writing.store, form)
    before = await _mine(writing, who, its_id)
    keep = [each.id for each in before if each.id in form.getlist("keep")]
    whose = await choices(writing, who, typed.channel, also=typed.whose)
    count = len(new) + len(keep)
    found = {
        **mistakes(typed, known=[each.value for each in whose], pictures=count, now=writing.now)
    }
    if count > MOST_PICTURES:
        wrong = phrases.TOO_MANY
    if wrong is not None:
        found["pictures"] = wrong
    if not found:
        try:
            row = await send_in(writing, who, its_id, written_by(typed), pictures=new, keep=keep)
        except Problem as problem:
            if problem.code != "taken-already":
                raise
            found["form"] = phrases.TAKEN_ALREADY
            its_id = new_id("reg")
        else:
            return RedirectResponse(f"/registrations/{row.id}", 303)
    return await _form(
        request, who, writing, typed, its_id=its_id, wrong=found, before=before, lost=bool(new)
    )


@router.get("/registrations/{registration_id}")
async def registration_page(
    request: Request, registration_id: PathId, who: RegistrationRead, writing: WritingNow
) -> HTMLResponse:
    """Show one: all of it while it is here, and what became of it."""
    row = await get_registration(writing, who, registration_id)
    await _note(writing, who, row)
    return await _one(request, who, writing, row)


@router.get("/registrations/{registration_id}/edit")
async def edit_page(
    request: Request, registration_id: PathId, who: RegistrationRead, writing: WritingNow
) -> Response:
    """Show the form as it was sent in, while it may be mended."""
    row = await get_registration(writing, who, registration_id)
    if row.status not in MENDABLE:
        return RedirectResponse(f"/registrations/{row.id}", 303)
    await _note(writing, who, row)
    try:
        told = await words_of(writing, row)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    typed = Typed(
        channel=told.channel,
        whose=(NEW if told.alias is None else "") if told.thread is None else PERSON + told.thread,
        alias=told.alias or "",
        said_at=for_form(told.said_at),
        by="me" if told.ours else "youth",
        text=told.text,
        answers=told.answers,
        insists=told.insists,
    )
    before = await pictures_of(writing, row)
    return await _form(request, who, writing, typed, its_id=row.id, before=before, row=row)


@router.post("/registrations/{registration_id}/withdraw", dependencies=[Depends(same_site)])
async def withdraw_form(
    request: Request,
    registration_id: PathId,
    who: RegistrationRead,
    form_token: Annotated[str, Form(max_length=200)],
    writing: WritingNow,
) -> Response:
    """Leave nothing of it."""
    form_is_ours(who, form_token)
    try:
        row = await withdraw(writing, who, registration_id)
    except Problem as problem:
        if problem.code != "taken-already":
            raise
        row = await get_registration(writing, who, registration_id)
        return await _one(request, who, writing, row, wrong=phrases.TAKEN_ALREADY)
    return RedirectResponse(f"/registrations/{row.id}", 303)


@router.get("/registrations/{registration_id}/pictures/{picture_id}")
async def picture_shown(
    registration_id: PathId, picture_id: PathId, who: RegistrationRead, writing: WritingNow
) -> Response:
    """Show a picture that is still here."""
    row = await get_registration(writing, who, registration_id)
    await _note(writing, who, row)
    try:
        kind, raw = await picture(writing, row, picture_id)
    except LookupError:
        raise Problem(404, "not-found") from None
    except Unreadable:
        raise Problem(409, "unreadable") from None
    guarded = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(raw, media_type=kind, headers={"Content-Disposition": "inline", **guarded})


async def _note(writing: Writing, who: Visitor, row: Registration) -> None:
    """That somebody else reads what is still here is told; one's own is on one's own screen."""
    if row.status in HERE and row.written_by != who.id:
        await note(writing, "registration.read", by=who.id, of=row.id)


async def _mine(writing: Writing, who: Visitor, its_id: str) -> Sequence[RegistrationPicture]:
    """The pictures that lie here from when this form was sent in before."""
    row = await held(writing, its_id)
    if row is None or not may(who, Action.REGISTRATION_READ, relation(who, row)):
        return ()
    return await pictures_of(writing, row)


async def _form(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    typed: Typed,
    *,
    its_id: str,
    wrong: Mapping[str, str] | None = None,
    before: Sequence[RegistrationPicture] = (),
    row: Registration | None = None,
    lost: bool = False,
) -> HTMLResponse:
    rows = await listed(asking, who, at_most=AT_MOST)
    found = wrong or {}
    return page(
        request,
        PAGE,
        status=409 if "form" in found else 422 if found else 200,
        who=who,
        typed=typed,
        its_id=its_id,
        mistakes=found,
        before=before,
        lost=lost,
        row=row,
        channels=[(code, said(CHANNEL, code)) for code in CHANNELS],
        choices=await choices(asking, who, typed.channel, also=typed.whose),
        new=NEW,
        rows=rows,
        late={each.id for each in rows if is_late(each.status, each.due_at, asking.now)},
        people=await names(asking),
        phrases=phrases,
        named=lambda code: said(CHANNEL, code),
    )


async def _one(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    row: Registration,
    *,
    wrong: str | None = None,
) -> HTMLResponse:
    here = row.status in HERE
    try:
        told = await words_of(asking, row) if here else None
    except Unreadable:
        told = None
    thread = None if told is None else told.thread
    also = "" if thread is None else PERSON + thread
    mine = {each.value: each.alias for each in await choices(asking, who, row.channel, also=also)}
    return page(
        request,
        "registration.html",
        status=409 if wrong else 200,
        who=who,
        row=row,
        told=told,
        here=here,
        alias=mine.get(also),
        pictures=await pictures_of(asking, row),
        mendable=row.status in MENDABLE,
        waiting=row.status == Status.WAITING,
        late=is_late(row.status, row.due_at, asking.now),
        grace=round(GRACE.total_seconds()),
        people=await names(asking),
        phrases=phrases,
        wrong=wrong,
        named=lambda code: said(CHANNEL, code),
    )


def _typed(form: FormData) -> Typed:
    return Typed(
        channel=_text(form, "channel") or CHANNELS[0],
        whose=_text(form, "whose"),
        alias=_text(form, "alias"),
        said_at=_text(form, "said_at"),
        by=_text(form, "by"),
        text=_text(form, "text"),
        answers=bool(_text(form, "answers")),
        insists=bool(_text(form, "insists")),
    )


def _text(form: FormData, name: str) -> str:
    said_there = form.get(name, "")
    return said_there if isinstance(said_there, str) else ""
