"""
Taking away what a decision says is to go: rows, ciphertext and keys, in one transaction.

Words and what was derived from them are removed. What others point at, or what may only be added
to, stays as a stub whose ciphertext is emptied or has lost its key. Reports of concern lie under
a key of their own and are never touched (PVN-2024-14); the contact register names nobody.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, UpdateBase, delete, or_, select, update

from casestore.cases.tables import Case, CaseClosing, CaseHandover, Party, Share
from casestore.database import Table
from casestore.deletions.extent import Extent
from casestore.deletions.tables import Decision, Deletion, Hold
from casestore.disclosures.tables import Disclosure
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.joins.deciding import forget
from casestore.journal.tables import Addition, Attachment, Entry, EntryMessage, EntryMove, Note
from casestore.own_journal.tables import JournalCode, Omission
from casestore.people.details import compare_soon
from casestore.people.tables import Merge, Person, PersonFile, PersonPair, Tie
from casestore.registrations.deleting import forget_those_of
from casestore.repeats.keeping import forget_answers
from casestore.search.tables import Mark
from casestore.stuck.tables import Stuck
from casestore.tasks.tables import Task
from casestore.threads.keys import destroy_key, destroy_thread_key
from casestore.threads.tables import Thread
from casestore.transfers.log import settle
from casestore.transfers.tables import Transfer
from casestore.users.sessions import Visitor

EMPTY: Final = b""


async def erase(writing: Writing, who: Visitor, extent: Extent) -> tuple[list[str], list[str]]:
    """
    Take everything of an extent away. Both chains are held, and the persons are locked.

    Gives the ids of the keys that were destroyed, and of the deletions the bridge is told of.
    """
    await writing.session.flush()
    if extent.persons:
        await forget_those_of(writing, who, extent.persons, extent.threads)
    await _words(writing, extent)
    await _log(writing, extent)
    await forget_answers(writing)
    if extent.persons:
        await forget(writing, extent.threads)
        await _around_the_person(writing, who, extent)
        await _stubs(writing, who, extent)
    keys = [await _destroy(writing, owner) for owner in extent.owners]
    told = await _tell_the_bridge(writing, extent)
    # What this session has read before is no longer so.
    writing.session.expunge_all()
    return [key for key in keys if key is not None], told


async def _words(writing: Writing, extent: Extent) -> None:
    """The words, and what was made from them: marks to search by, passages left out."""
    texts = (*extent.entries, *extent.notes)
    await _gone(writing, Mark, Mark.of.in_((*texts, *extent.additions, *extent.cases)))
    await _gone(writing, Mark, Mark.owner.in_(extent.owners))
    await _gone(writing, Omission, or_(Omission.of.in_(texts), Omission.person.in_(extent.persons)))
    await _gone(writing, Addition, Addition.id.in_(extent.additions))
    await _gone(writing, PersonFile, or_(PersonFile.id.in_(extent.files), PersonFile.of.in_(texts)))
    # Files that have come for these conversations, and belong to no transcript, go too.
    await _gone(writing, Attachment, Attachment.conversation.in_(extent.transfers))
    await _gone(writing, EntryMessage, EntryMessage.conversation.in_(extent.entries))
    await _gone(writing, EntryMove, EntryMove.conversation.in_(extent.entries))
    await _gone(writing, Entry, Entry.conversation.in_(extent.entries))
    await _gone(writing, Note, Note.id.in_(extent.notes))


async def _log(writing: Writing, extent: Extent) -> None:
    """The log keeps ids, counts, digests and times. What was never proved may be sent anew."""
    rows = Transfer.conversation.in_(extent.transfers)
    named = or_(rows, Transfer.thread.in_(extent.threads))
    await _changed(writing, Transfer, named, alias=None, document=None)
    unproved = await writing.session.scalars(
        select(Transfer)
        .where(rows, Transfer.stored_at.is_not(None), Transfer.read_back_at.is_(None))
        .where(Transfer.forgotten_at.is_(None))
        .execution_options(populate_existing=True)
    )
    for row in unproved.all():
        row.stored_at = row.digest = row.fingerprint = row.filing = row.consent = None
        row.count_youth = row.count_caseworker = row.count_attachments = None
        await settle(writing, row)
    await _changed(writing, Stuck, Stuck.conversation.in_(extent.transfers), alias=None)


async def _around_the_person(writing: Writing, who: Visitor, extent: Extent) -> None:
    """Whatever else was written about them: parties, reasons, disclosures, codes, tasks."""
    cases, persons = extent.cases, extent.persons
    paired = or_(PersonPair.one.in_(persons), PersonPair.other.in_(persons))
    await _gone(writing, PersonPair, paired)
    compare_soon(writing)
    await _gone(writing, Party, Party.case.in_(cases))
    await _gone(writing, CaseClosing, CaseClosing.case.in_(cases))
    await _gone(writing, JournalCode, JournalCode.person.in_(persons))
    await _changed(writing, CaseHandover, CaseHandover.case.in_(cases), reason=EMPTY)
    await _changed(writing, Share, Share.case.in_(cases), reason=EMPTY)
    ended = {"ended_at": writing.now, "ended_by": who.id}
    await _changed(writing, Share, Share.case.in_(cases) & Share.ended_at.is_(None), **ended)
    await _changed(writing, Disclosure, Disclosure.id.in_(extent.disclosures), words=EMPTY)
    await _changed(writing, Hold, Hold.person.in_(persons), reason=EMPTY)
    await _changed(writing, Merge, or_(Merge.person.in_(persons), Merge.into.in_(persons)),
                   reason=EMPTY)  # fmt: skip
    await _changed(writing, EntryMove, EntryMove.to.in_(persons), reason=EMPTY)
    about = (*persons, *extent.entries, *extent.notes)
    await _changed(writing, Decision, Decision.target.in_(about), reason=EMPTY)
    await _changed(writing, Task, Task.thread.in_(extent.threads), alias=EMPTY, note=None)
    done = {"done_at": writing.now, "done_by": who.id}
    await _changed(writing, Task, Task.id.in_(extent.tasks), **done)


async def _stubs(writing: Writing, who: Visitor, extent: Extent) -> None:
    """The person and the cases stay, empty; the threads are nobody's."""
    cases, persons = Case.id.in_(extent.cases), extent.persons
    await _changed(writing, Case, cases, title=None)
    open_still = cases & (Case.status == "open")
    await _changed(writing, Case, open_still, status="closed", closed_at=writing.now)
    ties = Tie.person.in_(persons)
    await _changed(writing, Tie, ties, reason=EMPTY, broken_reason=None)
    broken = {"broken_at": writing.now, "broken_by": who.id}
    await _changed(writing, Tie, ties & Tie.broken_at.is_(None), **broken)
    await _changed(writing, Thread, Thread.person.in_(persons), person=None)
    gone = {"details": None, "deleted_at": writing.now}
    await _changed(writing, Person, Person.id.in_(persons), **gone)


async def _destroy(writing: Writing, owner: str) -> str | None:
    kind, _, its_id = owner.partition(":")
    if kind == "thread":
        return await destroy_thread_key(writing, its_id)
    return await destroy_key(writing, owner)


async def _tell_the_bridge(writing: Writing, extent: Extent) -> list[str]:
    """A row for each thread, and one for each conversation; a note was never the bridge's."""
    rows = [
        Deletion(id=new_id("del"), team=writing.team, thread=thread, at=writing.now)
        for thread in extent.threads
    ] + [
        Deletion(id=new_id("del"), team=writing.team, conversation=conversation, at=writing.now)
        for conversation in extent.transfers
    ]
    writing.session.add_all(rows)
    told = [row.id for row in rows]
    await writing.session.flush()
    return told


async def _gone(writing: Writing, table: type[Table], which: ColumnElement[bool]) -> None:
    await _run(writing, delete(table).where(which))


async def _changed(
    writing: Writing, table: type[Table], which: ColumnElement[bool], **values: Any
) -> None:
    await _run(writing, update(table).where(which).values(**values))


async def _run(writing: Writing, change: UpdateBase) -> None:
    await writing.session.execute(change.execution_options(synchronize_session=False))
