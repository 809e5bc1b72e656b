"""Notes and additions as JSON; the same decisions as the pages."""

from typing import Annotated, Literal, TypedDict

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import CaseRead, CaseWrite, StatementAdd
from casestore.access.rules import Action
from casestore.answers import ById, Created, Given
from casestore.edge import WritingNow
from casestore.ids import Id, PathId
from casestore.journal.additions import (
    AdditionSaid,
    add_to_entry,
    add_to_note,
    addition_mistakes,
    additions_of_note,
)
from casestore.journal.answers import AdditionTold, DraftGone, NoteState, NoteTold
from casestore.journal.notes import change_note, delete_draft, get_note, read_note, write_note
from casestore.journal.notes_rules import NoteSaid, wrong_in
from casestore.journal.tables import Note
from casestore.problems import Problem
from casestore.received import Agreed, Received, Time, received
from casestore.repeats.route import Once
from casestore.times import read_time, write_time
from casestore.typed import text_typed
from casestore.users.sessions import same_site
from casestore.versions import SeenCount

router = APIRouter(prefix="/api", dependencies=[Depends(same_site)], route_class=Once)


class NoteBody(Agreed):
    """What a note says; `at` is in UTC."""

    kind: str = Field(max_length=20)
    at: Time
    minutes: int
    words: str = Field(repr=False)
    finish: bool

    def said(self) -> NoteSaid:
        """Give it as the service wants it."""
        return NoteSaid(
            kind=self.kind,
            at=read_time(self.at),
            minutes=self.minutes,
            words=text_typed(self.words),
        )


class NewNote(NoteBody):
    """A new note, under an id that the sender has minted."""

    id: Id


class AdditionBody(Agreed):
    """What is added to a note, under an id that the sender has minted."""

    id: Id
    kind: Literal["correction", "statement"]
    words: str = Field(repr=False)
    why: str = Field(default="", repr=False)


class StatementBody(Agreed):
    """The youth's own statement on a transcript."""

    id: Id
    words: str = Field(repr=False)


class _State(TypedDict):
    id: str
    case: str
    version: int
    finished_at: str | None


@router.post("/cases/{case_id}/notes")
async def post_note(
    case_id: PathId,
    who: CaseWrite,
    body: Annotated[Received[NewNote], Depends(received(NewNote))],
    writing: WritingNow,
) -> Created[NoteState]:
    """Keep a new note."""
    said = _checked(body.said.said(), writing)
    row = await write_note(
        writing, who, case_id, its_id=body.said.id, said=said, finish=body.said.finish
    )
    return Created(NoteState(**_told(row)))


@router.get("/notes/{note_id}")
async def get_one(note_id: PathId, who: CaseRead, writing: WritingNow) -> Given[NoteTold]:
    """Give a note and what was added to it, and note that it was read."""
    row, case = await get_note(writing, who, note_id, Action.CASE_READ)
    shown = await read_note(writing, who, row, case)
    added = [
        AdditionTold(
            id=line.id,
            kind=line.kind,
            at=write_time(line.at),
            by=line.by,
            words=line.words,
            why=line.why,
        )
        for line in await additions_of_note(writing, row, case)
    ]
    return Given(
        NoteTold(
            **_told(row),
            kind=shown.kind,
            at=write_time(shown.at),
            minutes=shown.minutes,
            words=shown.words,
            written_by=shown.written_by,
            additions=added,
        )
    )


@router.put("/notes/{note_id}")
async def put_note(
    note_id: PathId,
    who: CaseWrite,
    version: SeenCount,
    body: Annotated[Received[NoteBody], Depends(received(NoteBody))],
    writing: WritingNow,
) -> Given[NoteState]:
    """Change one's own draft, and perhaps finish it."""
    row = await change_note(
        writing,
        who,
        note_id,
        version=version,
        said=_checked(body.said.said(), writing),
        finish=body.said.finish,
    )
    return Given(NoteState(**_told(row)))


@router.post("/notes/{note_id}/delete")
async def post_delete(
    note_id: PathId,
    who: CaseRead,
    version: SeenCount,
    writing: WritingNow,
) -> Given[DraftGone]:
    """Delete one's own draft."""
    case = await delete_draft(writing, who, note_id, version=version)
    return Given(DraftGone(id=note_id, case=case))


@router.post("/notes/{note_id}/additions")
async def post_addition(
    note_id: PathId,
    who: StatementAdd,
    body: Annotated[Received[AdditionBody], Depends(received(AdditionBody))],
    writing: WritingNow,
) -> Created[ById]:
    """Add to a finished note."""
    told = body.said
    said = AdditionSaid(kind=told.kind, words=text_typed(told.words), why=text_typed(told.why))
    _none_wrong(list(addition_mistakes(said)))
    row = await add_to_note(writing, who, note_id, its_id=told.id, said=said)
    return Created(ById(id=row.id))


@router.post("/journal/{conversation}/additions")
async def post_statement(
    conversation: PathId,
    who: StatementAdd,
    body: Annotated[Received[StatementBody], Depends(received(StatementBody))],
    writing: WritingNow,
) -> Created[ById]:
    """Add the youth's own statement to a transcript."""
    words = text_typed(body.said.words)
    _none_wrong(list(addition_mistakes(AdditionSaid(kind="statement", words=words))))
    row = await add_to_entry(writing, who, conversation, its_id=body.said.id, words=words)
    return Created(ById(id=row.id))


def _checked(said: NoteSaid, writing: WritingNow) -> NoteSaid:
    _none_wrong(wrong_in(said, now=writing.now))
    return said


def _none_wrong(places: list[str]) -> None:
    if places:
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(places))


def _told(row: Note) -> _State:
    return {
        "id": row.id,
        "case": row.case,
        "version": row.version,
        "finished_at": write_time(row.finished_at) if row.finished_at else None,
    }
