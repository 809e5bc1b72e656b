"""Notes: the form for a new one, the draft, and the finished note with what was added to it."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import CaseRead, CaseWrite, StatementAdd
from casestore.access.rules import Action
from casestore.cases.finding import get_case
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import PathId, new_id
from casestore.journal.additions import (
    AdditionSaid,
    Kind,
    add_to_note,
    addition_mistakes,
)
from casestore.journal.notes import (
    case_takes_notes,
    change_note,
    delete_draft,
    get_note,
    write_note,
)
from casestore.journal.notes_rules import WHY, WORDS, NoteTyped, note_mistakes, note_said
from casestore.journal.notes_showing import form_shown, note_shown
from casestore.journal.tables import Note
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.routing import Late
from casestore.typed import for_form, text_typed
from casestore.users.sessions import form_is_ours, same_site

router = APIRouter(route_class=Late)

# What a page says instead of the plain error page, with what was typed still in it.
SAID: Final = frozenset(
    {"no-consent", "case-closed", "note-changed", "note-finished", "different-body"}
)

Token = Annotated[str, Form(max_length=200)]
Short = Annotated[str, Form(max_length=40)]
Words = Annotated[str, Form(max_length=4 * WORDS)]
FormId = Annotated[str, Form(alias="id", pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Do = Annotated[Literal["save", "finish"], Form()]


def _typed(kind: Short = "", at: Short = "", minutes: Short = "", words: Words = "") -> NoteTyped:
    return NoteTyped(kind=kind, at=at, minutes=minutes, words=words)


Typed = Annotated[NoteTyped, Depends(_typed)]


@router.get("/cases/{case_id}/notes/new")
async def new_note_page(
    request: Request, case_id: PathId, who: CaseWrite, reading: ReadingNow
) -> HTMLResponse:
    """Show the form; where nothing can be written, why not, and what can be done instead."""
    case = await get_case(reading, who, case_id, Action.CASE_WRITE)
    problem = await case_takes_notes(reading, case)
    typed = NoteTyped(at=for_form(reading.now))
    return await form_shown(
        request, who, reading, case, typed=typed, problem=problem, offered=False
    )


@router.post("/cases/{case_id}/notes", dependencies=[Depends(same_site)])
async def new_note_form(
    request: Request,
    case_id: PathId,
    who: CaseWrite,
    writing: WritingNow,
    form_token: Token,
    its_id: FormId,
    typed: Typed,
    do: Do,
) -> Response:
    """Keep a new note."""
    form_is_ours(who, form_token)
    await hold(writing)
    case = await get_case(writing, who, case_id, Action.CASE_WRITE)
    if wrong := note_mistakes(typed, now=writing.now):
        return await form_shown(
            request, who, writing, case, typed=typed, its_id=its_id, mistakes=dict(wrong)
        )
    said = note_said(typed)
    try:
        row = await write_note(
            writing, who, case_id, its_id=its_id, said=said, finish=do == "finish"
        )
    except Problem as problem:
        if problem.code not in SAID:
            raise
        # Another note was kept under that id: what is typed now is one of its own.
        again, kept = its_id, None
        if problem.code == "note-changed":
            again, kept = new_id("n"), its_id
        return await form_shown(
            request, who, writing, case, typed=typed, its_id=again, problem=problem, kept=kept
        )
    return RedirectResponse(_after(row), 303)


@router.get("/notes/{note_id}")
async def note_page(
    request: Request, note_id: PathId, who: CaseRead, writing: WritingNow
) -> HTMLResponse:
    """Show a note, one's own draft as a form; and note that it was read."""
    row, case = await get_note(writing, who, note_id, Action.CASE_READ)
    return await note_shown(request, who, writing, row, case)


@router.post("/notes/{note_id}", dependencies=[Depends(same_site)])
async def change_note_form(
    request: Request,
    note_id: PathId,
    who: CaseWrite,
    writing: WritingNow,
    form_token: Token,
    version: Annotated[int, Form(ge=1)],
    typed: Typed,
    do: Do,
) -> Response:
    """Change a draft, and perhaps finish it."""
    form_is_ours(who, form_token)
    await hold(writing)
    row, case = await get_note(writing, who, note_id, Action.CASE_WRITE)
    if wrong := note_mistakes(typed, now=writing.now):
        return await form_shown(
            request, who, writing, case, typed=typed, row=row, version=version, mistakes=dict(wrong)
        )
    try:
        row = await change_note(
            writing,
            who,
            note_id,
            version=version,
            said=note_said(typed),
            finish=do == "finish",
        )
    except Problem as problem:
        if problem.code not in SAID:
            raise
        # The form that is shown again knows the version that is kept, and shows it.
        return await form_shown(
            request, who, writing, case, typed=typed, row=row, problem=problem, kept=row.id
        )
    return RedirectResponse(_after(row), 303)


@router.post("/notes/{note_id}/delete", dependencies=[Depends(same_site)])
async def delete_draft_form(
    note_id: PathId,
    who: CaseRead,
    writing: WritingNow,
    form_token: Token,
    version: Annotated[int, Form(ge=1)],
) -> Response:
    """Delete one's own draft."""
    form_is_ours(who, form_token)
    case = await delete_draft(writing, who, note_id, version=version)
    return RedirectResponse(f"/cases/{case}", 303)


@router.post("/notes/{note_id}/additions", dependencies=[Depends(same_site)])
async def add_form(
    request: Request,
    note_id: PathId,
    who: StatementAdd,
    writing: WritingNow,
    form_token: Token,
    its_id: FormId,
    kind: Annotated[Kind, Form()],
    words: Words = "",
    why: Annotated[str, Form(max_length=4 * WHY)] = "",
) -> Response:
    """Add a correction, or the youth's own statement, to a finished note."""
    form_is_ours(who, form_token)
    await hold(writing)
    said = AdditionSaid(
        kind=kind, words=text_typed(words), why=text_typed(why) if kind == "correction" else ""
    )
    row, case = await get_note(writing, who, note_id, Action.CASE_READ)
    told: dict[str, Any] = {"adding": said, "adding_id": its_id}
    if wrong := addition_mistakes(said):
        return await note_shown(request, who, writing, row, case, mistakes=wrong, **told)
    try:
        await add_to_note(writing, who, note_id, its_id=its_id, said=said)
    except Problem as problem:
        if problem.code not in SAID:
            raise
        return await note_shown(request, who, writing, row, case, problem=problem, **told)
    return RedirectResponse(f"/notes/{note_id}#{its_id}", 303)


def _after(row: Note) -> str:
    return f"/notes/{row.id}" if row.finished_at is None else f"/cases/{row.case}"
