"""
Notes: written by a caseworker in a case of their own, on a consent that is valid when it is done.

A draft is its author's alone. Finished, it stands as it is, and things are only added to it.
Everything that writes here holds the heads of the chains, and so does every withdrawal: what was
checked is still so when the note is kept.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

from casestore.access.gate import permit
from casestore.access.relations import case_relation
from casestore.access.rules import Action
from casestore.audit.chain import note as noted
from casestore.cases.finding import get_case
from casestore.cases.tables import Case
from casestore.cases.words import seal_words, words_of
from casestore.consents.standing import journal_consent
from casestore.consents.tables import Consent
from casestore.edge import Reading, Writing
from casestore.journal.notes_rules import NoteSaid
from casestore.journal.tables import Note
from casestore.keyring import Unreadable
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import person_of_case
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.search.marking import mark, unmark
from casestore.users.sessions import Visitor

Asking = Reading | Writing

NO_CONSENT: Final = (
    "No valid consent to a journal: register a signed consent, or the contact without words."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteShown:
    """A note as it is read; `words` says so when it cannot be."""

    id: str
    case: str
    kind: str
    at: datetime
    minutes: int
    words: str = field(repr=False)
    version: int
    written_at: datetime
    written_by: str
    finished_at: datetime | None


async def get_note(asking: Asking, who: Visitor, its_id: str, action: Action) -> tuple[Note, Case]:
    """
    Give a note and its case, or the refusal of the access table.

    A draft is there for nobody but its author, who may read and delete it also after the case
    has gone to somebody else.
    """
    row = await asking.session.get(Note, its_id)
    if row is None:
        raise Problem(404, "not-found")
    case = await asking.session.get_one(Case, row.case)
    if row.finished_at is None:
        if row.written_by != who.id or case.team != who.team:
            raise Problem(404, "not-found")
        person = await person_of_case(asking, case)
        if action is Action.CASE_READ and person.restricted_at is None:
            return row, case
    permit(who, action, await case_relation(asking, who, case))
    return row, case


async def write_note(
    writing: Writing, who: Visitor, case_id: str, *, its_id: str, said: NoteSaid, finish: bool
) -> Note:
    """
    Keep a new note, as a draft or finished.

    `its_id` is minted with the form: the same once more gives the first one back, and something
    else under it is a 409 `note-changed`. Raises 409 `case-closed` and `no-consent` too.
    """
    await hold(writing)
    case = await get_case(writing, who, case_id, Action.CASE_WRITE)
    if known := await writing.session.get(Note, its_id):
        return await _same(writing, who, case, known, said, finish=finish)
    consent = await _may_be_written_on(writing, case)
    row = Note(
        id=its_id,
        team=writing.team,
        case=case.id,
        consent_purpose="journal",
        consent_answer="yes",
        version=0,
        written_at=writing.now,
        written_by=who.id,
    )
    await _put(writing, case, row, consent, said)
    writing.session.add(row)
    await writing.session.flush()
    await noted(writing, "note.written", by=who.id, of=row.id, case=case.id)
    if finish:
        await _finish(writing, who, row)
    return row


async def change_note(
    writing: Writing, who: Visitor, its_id: str, *, version: int, said: NoteSaid, finish: bool
) -> Note:
    """
    Change one's own draft, and perhaps finish it.

    The same sent again is done already. Raises 409 `note-finished`, `note-changed` (another
    window was first), `case-closed` and `no-consent`.
    """
    await hold(writing)
    row, case = await get_note(writing, who, its_id, Action.CASE_WRITE)
    if row.version == version + 1 and await _is(writing, who, case, row, said, finish=finish):
        return row
    if row.finished_at is not None:
        raise Problem(409, "note-finished", "A finished note is only added to.")
    if row.version != version:
        raise Problem(409, "note-changed", "The draft has been changed since it was shown.")
    consent = await _may_be_written_on(writing, case)
    await _put(writing, case, row, consent, said)
    await writing.session.flush()
    await noted(writing, "note.changed", by=who.id, of=row.id, version=row.version)
    if finish:
        await _finish(writing, who, row)
    return row


async def delete_draft(writing: Writing, who: Visitor, its_id: str, *, version: int) -> str:
    """Delete one's own draft, and give its case; a finished note is a 409 `note-finished`."""
    await hold(writing)
    row, case = await get_note(writing, who, its_id, Action.CASE_READ)
    if row.finished_at is not None:
        raise Problem(409, "note-finished", "A finished note is only added to.")
    if row.version != version:
        raise Problem(409, "note-changed", "The draft has been changed since it was shown.")
    await writing.session.delete(row)
    await unmark(writing, row.id)
    await noted(writing, "note.draft_deleted", by=who.id, of=row.id, case=case.id)
    return case.id


async def read_note(writing: Writing, who: Visitor, row: Note, case: Case) -> NoteShown:
    """Note that it is read, and open it."""
    await noted(writing, "note.read", by=who.id, of=row.id)
    return NoteShown(
        id=row.id,
        case=case.id,
        kind=row.kind,
        at=row.at,
        minutes=row.minutes,
        words=await note_words(writing, row, case) or UNREADABLE,
        version=row.version,
        written_at=row.written_at,
        written_by=row.written_by,
        finished_at=row.finished_at,
    )


async def note_words(asking: Asking, row: Note, case: Case) -> str | None:
    """Open the words of a note, or give None when they cannot be read."""
    try:
        return await words_of(asking, case, row.words, _place(row))
    except Unreadable:
        return None


async def case_takes_notes(asking: Asking, case: Case) -> Problem | None:
    """Say why nothing can be written in a case just now, or None."""
    try:
        await _may_be_written_on(asking, case)
    except Problem as problem:
        return problem
    return None


async def _may_be_written_on(asking: Asking, case: Case) -> Consent:
    if case.status != "open":
        raise Problem(409, "case-closed", "Nothing is written in a closed case.")
    person = await person_of_case(asking, case)
    consent = await journal_consent(asking, person)
    if consent is None:
        raise Problem(409, "no-consent", NO_CONSENT)
    return consent


async def _put(writing: Writing, case: Case, row: Note, consent: Consent, said: NoteSaid) -> None:
    row.thread, row.consent = consent.thread, consent.id
    row.kind, row.at, row.minutes = said.kind, said.at, said.minutes
    row.version += 1
    row.words = await seal_words(writing, case, said.words, _place(row))
    await mark(writing, row.id, key_owner(case.person), said.words)


async def _finish(writing: Writing, who: Visitor, row: Note) -> None:
    row.finished_at = writing.now
    await noted(writing, "note.finished", by=who.id, of=row.id)


async def _same(
    writing: Writing, who: Visitor, case: Case, known: Note, said: NoteSaid, *, finish: bool
) -> Note:
    """Give back a note that was sent twice; never take another for it, or lose what is new."""
    if (known.case, known.written_by) != (case.id, who.id):
        raise Problem(409, "id-taken")
    if not await _is(writing, who, case, known, said, finish=finish):
        raise Problem(409, "note-changed", "Something else was kept from this form already.")
    return known


async def _is(
    writing: Writing, who: Visitor, case: Case, row: Note, said: NoteSaid, *, finish: bool
) -> bool:
    words = await note_words(writing, row, case)
    kept = NoteSaid(kind=row.kind, at=row.at, minutes=row.minutes, words=words or "")
    return (
        row.written_by == who.id
        and asdict(kept) == asdict(said)
        and finish == (row.finished_at is not None)
    )


def _place(row: Note) -> str:
    return f"journal_notes/{row.id}/{row.version}"
