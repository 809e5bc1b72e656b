"""
Moving a misfiled transcript to the person it belongs to.

Its words are encrypted anew under that person's key, every message and every file's key, and
read back before it counts: in one transaction, so that a crash leaves it where it was. What
becomes of the old thread and its key does not touch it afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select

from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.canonical import canonical
from casestore.cases.finding import get_case
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.ids import new_id
from casestore.journal.additions import get_entry, move_additions
from casestore.journal.read_back import check_files, stored_document
from casestore.journal.tables import Attachment, Entry, EntryMessage, EntryMove
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import get_person, person_of_case, person_of_entry
from casestore.people.tables import Person
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.search.marking import mark_transcript
from casestore.threads.keys import known_key, owned_key
from casestore.users.sessions import Visitor

MOVED: Final = "entry.moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """A move as it is shown. Who had it before is not said: they may be nobody's to know of."""

    made_at: datetime
    made_by: str
    reason: str = field(repr=False)


async def move_entry(
    writing: Writing,
    who: Visitor,
    conversation: str,
    to: str,
    *,
    case_id: str | None,
    reason: str,
) -> None:
    """
    Move a transcript to a person that this employee may change, into one of their open cases.

    Without a case it is *ufordelt*. Raises a 409 when it is that person's already, when the case
    is not, or when a word or a file of it cannot be read.
    """
    await hold(writing)
    entry = await get_entry(writing, who, conversation, Action.ENTRY_MOVE)
    person = await get_person(writing, who, to, Action.PERSON_EDIT)
    before = await person_of_entry(writing, entry)
    if before is not None and before.id == person.id:
        raise Problem(409, "theirs-already", "The transcript belongs to that person already.")
    case = None if case_id is None else await _case(writing, who, case_id, person)
    try:
        await _encrypt_anew(writing, entry, key_owner(person.id))
    except Unreadable:
        raise Problem(409, "unreadable") from None
    entry.person, entry.case = person.id, None if case is None else case.id
    entry.tied_at, entry.tied_by = (None, None) if case is None else (writing.now, who.id)
    await _keep_why(writing, who, entry, before, person, reason)
    await note(
        writing,
        MOVED,
        by=who.id,
        of=conversation,
        before=None if before is None else before.id,
        to=person.id,
        case=entry.case,
    )


async def moves_of(asking: Reading | Writing, entry: Entry) -> Sequence[MoveLine]:
    """Give when a transcript was moved, by whom and why, the newest first."""
    rows = await asking.session.scalars(
        select(EntryMove)
        .where(EntryMove.conversation == entry.conversation)
        .order_by(EntryMove.made_at.desc(), EntryMove.id)
    )
    return [
        MoveLine(made_at=row.made_at, made_by=row.made_by, reason=await _reason(asking, row))
        for row in rows
    ]


async def _case(writing: Writing, who: Visitor, its_id: str, person: Person) -> Case:
    case = await get_case(writing, who, its_id, Action.ENTRY_TIE)
    if case.status != "open" or (await person_of_case(writing, case)).id != person.id:
        raise Problem(409, "not-their-case", "The case is closed, or another person's.")
    return case


async def _encrypt_anew(writing: Writing, entry: Entry, owner: str) -> None:
    """Every word and every file's key; what it says must be the same afterwards, to the byte."""
    said = await stored_document(writing, entry)
    await check_files(writing, entry, said)
    old, new = await known_key(writing, entry.key_owner), await owned_key(writing, owner)
    place = entry.conversation
    entry.header = _anew(old, new, entry.header, f"journal_entries/{place}")
    for row in await _rows(writing, place):
        row.words = _anew(old, new, row.words, f"journal_messages/{place}/{row.position}")
    for file in await _files(writing, place):
        file.wrapped = _anew(old, new, file.wrapped, f"journal_attachments/{place}/{file.id}/key")
    await move_additions(writing, place, to=owner, tried=[entry.key_owner])
    entry.key_owner = owner
    await writing.session.flush()
    await check_files(writing, entry, said)
    if canonical(await stored_document(writing, entry)) != canonical(said):
        raise Unreadable(place)
    await mark_transcript(writing, entry, said)


def _anew(old: bytes, new: bytes, sealed: bytes, bound_to: str) -> bytes:
    return seal(new, unseal(old, sealed, bound_to=bound_to), bound_to=bound_to)


async def _rows(writing: Writing, place: str) -> Sequence[EntryMessage]:
    found = select(EntryMessage).where(EntryMessage.conversation == place)
    return list(await writing.session.scalars(found))


async def _files(writing: Writing, place: str) -> Sequence[Attachment]:
    return list(await writing.session.scalars(select(Attachment).where(Attachment.entry == place)))


async def _keep_why(
    writing: Writing, who: Visitor, entry: Entry, before: Person | None, to: Person, reason: str
) -> None:
    its_id = new_id("move")
    key = await owned_key(writing, key_owner(to.id))
    writing.session.add(
        EntryMove(
            id=its_id,
            team=writing.team,
            conversation=entry.conversation,
            before=None if before is None else before.id,
            to=to.id,
            made_at=writing.now,
            made_by=who.id,
            reason=seal(key, reason.encode(), bound_to=f"journal_moves/{its_id}/reason"),
        )
    )
    await writing.session.flush()


async def _reason(asking: Reading | Writing, row: EntryMove) -> str:
    try:
        key = await known_key(asking, key_owner(row.to))
        return unseal(key, row.reason, bound_to=f"journal_moves/{row.id}/reason").decode()
    except Unreadable:
        return UNREADABLE
