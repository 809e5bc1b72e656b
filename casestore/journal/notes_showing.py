"""How a note is shown: as the form it is written in, or finished with what was added to it."""

from typing import Any

from fastapi import Request
from sqlalchemy import select
from starlette.responses import HTMLResponse

from casestore.access.gate import may
from casestore.access.relations import case_relation
from casestore.access.rules import Action
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.ids import new_id
from casestore.journal.additions import AdditionSaid, additions_of_note
from casestore.journal.kinds import KINDS
from casestore.journal.notes import case_takes_notes, note_words, read_note
from casestore.journal.notes_rules import WHY, WORDS, NoteTyped
from casestore.journal.tables import Note
from casestore.people.finding import person_of_case
from casestore.problems import Problem
from casestore.templating import page
from casestore.typed import for_form
from casestore.users.sessions import Visitor
from casestore.users.tables import User


async def note_shown(
    request: Request,
    who: Visitor,
    writing: Writing,
    row: Note,
    case: Case,
    *,
    problem: Problem | None = None,
    mistakes: dict[str, str] | None = None,
    **told: Any,
) -> HTMLResponse:
    """Show a finished note with what was added to it, or one's own draft as a form."""
    shown = await read_note(writing, who, row, case)
    relation = await case_relation(writing, who, case)
    if row.finished_at is None:
        typed = NoteTyped(
            kind=row.kind, at=for_form(row.at), minutes=str(row.minutes), words=shown.words
        )
        closed = await case_takes_notes(writing, case)
        mine = may(who, Action.CASE_WRITE, relation)
        return await form_shown(
            request,
            who,
            writing,
            case,
            typed=typed,
            row=row,
            problem=closed if mine else Problem(409, "not-yours"),
            offered=False,
            status=200,
        )
    adding: AdditionSaid | None = told.get("adding")
    ids = {"correction": new_id("add"), "statement": new_id("add")}
    if adding is not None and (problem is None or problem.code != "different-body"):
        ids[adding.kind] = told["adding_id"]
    people = dict((await writing.session.execute(select(User.id, User.name))).all())
    return page(
        request,
        "note.html",
        status=problem.status if problem else 422 if mistakes else 200,
        who=who,
        note=shown,
        case=case,
        kinds=KINDS,
        people=people,
        additions=await additions_of_note(writing, row, case),
        corrects=may(who, Action.CASE_WRITE, relation)
        and await case_takes_notes(writing, case) is None,
        states=may(who, Action.STATEMENT_ADD, relation),
        mistakes=mistakes or {},
        problem=problem.code if problem else None,
        adding=adding,
        ids=ids,
        longest=(WORDS, WHY),
    )


async def form_shown(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    case: Case,
    *,
    typed: NoteTyped,
    row: Note | None = None,
    its_id: str | None = None,
    version: int | None = None,
    mistakes: dict[str, str] | None = None,
    problem: Problem | None = None,
    kept: str | None = None,
    offered: bool = True,
    status: int | None = None,
) -> HTMLResponse:
    """
    Show the form with what was typed.

    `kept` is the id of what was kept instead, and `offered` is whether somebody has just tried to
    keep what they typed.
    """
    code = problem.code if problem else None
    changed = row is not None and code == "note-changed"
    return page(
        request,
        "note_form.html",
        status=status or (409 if problem else 422 if mistakes else 200),
        who=who,
        case=case,
        person=(await person_of_case(asking, case)).id,
        row=row,
        version=version or (row.version if row else 0),
        its_id=its_id or new_id("n"),
        typed=typed,
        kept=kept,
        kept_words=await note_words(asking, row, case) if row and changed else None,
        kinds=KINDS,
        mistakes=mistakes or {},
        problem=code,
        offered=offered,
        longest=WORDS,
    )
