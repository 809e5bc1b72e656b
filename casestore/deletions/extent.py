"""
Exactly what a deletion would take, and what it would leave: found the same way when it is shown,
when it is confirmed and when it is carried out, and compared by its digest in between.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from casestore.canonical import canonical
from casestore.cases.tables import Case, Party
from casestore.concerns.tables import Concern
from casestore.consents.tables import Consent, Withdrawal
from casestore.deletions.rules import UNPROVED_FOR
from casestore.disclosures.tables import Disclosure
from casestore.edge import Reading, Writing
from casestore.journal.tables import Addition, Attachment, Entry, EntryMessage, Note
from casestore.people.details import key_owner
from casestore.people.finding import parts_of, threads_of
from casestore.people.tables import Person, PersonFile
from casestore.tasks.tables import Task
from casestore.texts.phrases import _
from casestore.times import day_of
from casestore.transfers.rules import Verdict
from casestore.transfers.tables import Copy, Transfer

Asking = Reading | Writing
Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """
    What goes, by ids; and what stays, by count.

    `transfers` are the log's rows that lose their alias. `at_bridge` counts the conversations
    that the bridge has not told it has forgotten, and `copies` those copies that it has no final
    verdict on. `owners` are the data keys that are destroyed.
    """

    persons: Ids = ()
    threads: Ids = ()
    owners: Ids = ()
    cases: Ids = ()
    entries: Ids = ()
    notes: Ids = ()
    additions: Ids = ()
    files: Ids = ()
    disclosures: Ids = ()
    transfers: Ids = ()
    tasks: Ids = ()
    messages: int = 0
    attachments: int = 0
    parties: int = 0
    consents: int = 0
    concerns: int = 0
    at_bridge: int = 0
    copies: int = 0
    last_closed: date | None = None
    unproved: bool = False
    entangled: bool = False

    @property
    def has_journal(self) -> bool:
        """Whether there is anything that the duty to archive holds for."""
        return bool(self.entries or self.notes)

    @property
    def digest(self) -> str:
        """Recognise the same extent again: what goes, not how far the bridge has come with it."""
        told: dict[str, Any] = {
            field.name: list(value)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), tuple)
        }
        counts = [self.messages, self.attachments, self.parties, self.consents]
        return hashlib.sha256(canonical({**told, "counts": counts})).hexdigest()

    def and_also(self, other: Self) -> Self:
        """Give what either names, each once; the counts are the larger."""
        both: dict[str, Any] = {}
        for field in fields(self):
            one, two = getattr(self, field.name), getattr(other, field.name)
            if isinstance(one, tuple):
                both[field.name] = tuple(sorted({*one, *two}))
            elif isinstance(one, int):
                both[field.name] = max(one, two)
        return replace(self, **both)

    def counts(self) -> dict[str, int]:
        """Count what goes, by codes."""
        return {
            "entries": len(self.entries),
            "messages": self.messages,
            "attachments": self.attachments,
            "notes": len(self.notes),
            "additions": len(self.additions),
            "files": len(self.files),
            "cases": len(self.cases),
            "parties": self.parties,
            "disclosures": len(self.disclosures),
            "consents": self.consents,
            "tasks": len(self.tasks),
        }


COUNT: Final = {
    "entries": _("Samtaler i journalen"),
    "messages": _("Meldinger i dem"),
    "attachments": _("Vedlegg i dem"),
    "notes": _("Notater"),
    "additions": _("Rettelser og egne uttalelser"),
    "files": _("Papirer og innskanninger"),
    "cases": _("Saker (nummeret står igjen, uten innhold)"),
    "parties": _("Andre som er nevnt i sakene"),
    "disclosures": _("Utleveringer (at noe er utlevert, står igjen)"),
    "consents": _("Samtykker og tilbaketrekkinger (raden står igjen, beviset går)"),
    "tasks": _("Oppgaver som ikke er fulgt opp (de lukkes)"),
}


async def extent_of_person(asking: Asking, person: Person) -> Extent:
    """Find everything of a person, and of those merged into them."""
    parts, threads = await parts_of(asking, person), await threads_of(asking, person)
    owners = [key_owner(part) for part in parts] + [f"thread:{thread}" for thread in threads]
    theirs = or_(Entry.person.in_(parts), and_(Entry.person.is_(None), Entry.thread.in_(threads)))
    cases = await _ids(asking, select(Case.id).where(Case.person.in_(parts)))
    entries = await _ids(asking, select(Entry.conversation).where(theirs))
    notes = await _ids(asking, select(Note.id).where(Note.case.in_(cases)))
    log = await _log_rows(asking, threads, entries)
    tangled = select(Entry.conversation).where(
        Entry.key_owner.in_(owners), Entry.conversation.not_in(entries)
    )
    return Extent(
        persons=tuple(parts),
        threads=tuple(sorted(threads)),
        owners=tuple(owners),
        cases=cases,
        entries=entries,
        notes=notes,
        additions=await _ids(asking, _additions(entries, notes)),
        files=await _ids(asking, select(PersonFile.id).where(PersonFile.person.in_(parts))),
        disclosures=await _ids(asking, select(Disclosure.id).where(Disclosure.person.in_(parts))),
        transfers=log,
        tasks=await _ids(
            asking, select(Task.id).where(Task.thread.in_(threads), Task.done_at.is_(None))
        ),
        messages=await _count(asking, EntryMessage.conversation.in_(entries)),
        attachments=await _count(asking, Attachment.entry.in_(entries)),
        parties=await _count(asking, Party.case.in_(cases)),
        consents=await _count(asking, Consent.thread.in_(threads))
        + await _count(asking, Withdrawal.thread.in_(threads)),
        concerns=await _count(asking, or_(Concern.person.in_(parts), Concern.thread.in_(threads))),
        at_bridge=await _count(asking, _not_forgotten(log)),
        copies=await _count(asking, _pending(log)),
        last_closed=await _last_closed(asking, cases),
        unproved=await _unproved(asking, log),
        entangled=bool(await _ids(asking, tangled)),
    )


async def extent_of_entry(asking: Asking, entry: Entry) -> Extent:
    """Find what is in one transcript, and was added to it."""
    only = (entry.conversation,)
    return Extent(
        entries=only,
        additions=await _ids(asking, _additions(only, ())),
        transfers=only,
        messages=await _count(asking, EntryMessage.conversation.in_(only)),
        attachments=await _count(asking, Attachment.entry.in_(only)),
        at_bridge=await _count(asking, _not_forgotten(only)),
        copies=await _count(asking, _pending(only)),
        unproved=await _unproved(asking, only),
    )


async def extent_of_note(asking: Asking, note: Note) -> Extent:
    """Find one note, and what was added to it."""
    only = (note.id,)
    return Extent(notes=only, additions=await _ids(asking, _additions((), only)))


def _additions(entries: Ids, notes: Ids) -> Select[str]:
    return select(Addition.id).where(Addition.of.in_((*entries, *notes)))


async def _log_rows(asking: Asking, threads: Sequence[str], entries: Ids) -> Ids:
    """The log's rows of these threads and transcripts; of what was moved to others, none."""
    moved = select(Entry.conversation).where(
        Entry.thread.in_(threads), Entry.conversation.not_in(entries)
    )
    found = select(Transfer.conversation).where(
        or_(Transfer.thread.in_(threads), Transfer.conversation.in_(entries)),
        Transfer.conversation.not_in(moved),
    )
    return await _ids(asking, found)


def _not_forgotten(log: Ids) -> ColumnElement[bool]:
    return and_(
        Transfer.conversation.in_(log),
        Transfer.forgotten_at.is_(None),
        Transfer.sealed_at.is_not(None),
    )


def _pending(log: Ids) -> ColumnElement[bool]:
    return and_(Copy.conversation.in_(log), Copy.verdict.in_((Verdict.PENDING, Verdict.BY_HAND)))


async def _unproved(asking: Asking, log: Ids) -> bool:
    """Whether the bridge is in the middle of proving one; what never was, is given up on."""
    found = await asking.session.scalar(
        select(Transfer.conversation)
        .where(
            Transfer.conversation.in_(log),
            Transfer.stored_at > asking.now - UNPROVED_FOR,
            Transfer.read_back_at.is_(None),
            Transfer.forgotten_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


async def _last_closed(asking: Asking, cases: Ids) -> date | None:
    rows = await asking.session.execute(
        select(Case.status, Case.closed_at).where(Case.id.in_(cases))
    )
    closed = [at if status == "closed" else None for status, at in rows]
    days = [day_of(at) for at in closed if at is not None]
    return max(days) if days and len(days) == len(closed) else None


async def _ids(asking: Asking, found: Select[str]) -> Ids:
    return tuple(sorted(await asking.session.scalars(found)))


async def _count(asking: Asking, which: ColumnElement[bool]) -> int:
    return int(await asking.session.scalar(select(func.count()).where(which)) or 0)
