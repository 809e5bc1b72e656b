"""
Searching: in what the asker may read, and nothing else is touched, counted or timed.

The marks of the words are made under the key of every youth the asker may read, looked up,
narrowed by the access conditions, and what is found is decrypted and looked through before it
counts. It reads first and writes its one line of the audit afterwards, in a transaction of its
own, so that no search holds up whoever writes. What cannot be noted is not shown.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from casestore.access.relations import entries_for, notes_for
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.cases.tables import Case
from casestore.edge import Reading, Store, Writing
from casestore.journal.additions import additions_of_entry, additions_of_note
from casestore.journal.notes import note_words
from casestore.journal.read_back import stored_document
from casestore.journal.tables import Addition, Entry, Note
from casestore.keyring import Unreadable
from casestore.people.details import key_owner
from casestore.people.tables import Person
from casestore.search.by_name import CaseHit, PersonHit, by_name
from casestore.search.marking import mark_of, search_key
from casestore.search.tables import Mark
from casestore.search.words import Piece, asked_for, paragraphs, snippets, words_in
from casestore.threads.keys import known_keys
from casestore.users.sessions import Visitor

CHUNK: Final = 500
SHOWN: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHit:
    """A transcript or a note that holds every word; `kind` is `entry` or `note`."""

    kind: str
    id: str
    at: datetime
    case: str | None
    finished: bool
    snippets: Sequence[Sequence[Piece]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found; `more` says that there are older texts than those shown."""

    persons: Sequence[PersonHit] = ()
    cases: Sequence[CaseHit] = ()
    texts: Sequence[TextHit] = ()
    more: bool = False

    @property
    def ids(self) -> list[str]:
        """Give what is shown: of the audit."""
        named = [*(hit.id for hit in self.persons), *(hit.id for hit in self.cases)]
        return [*named, *(hit.id for hit in self.texts)]

    @property
    def read(self) -> list[str]:
        """Give what words were shown of: it is read, and stands under «Hvem har lest»."""
        return [*(hit.id for hit in self.cases if hit.named), *(hit.id for hit in self.texts)]


async def search(store: Store, who: Visitor, query: str) -> Found:
    """Search for a query without mistakes. The caller has asked the access table."""
    words = asked_for(query)
    async with store.database.reading() as session:
        reading = Reading(session=session, store=store, now=store.clock())
        persons, cases = await by_name(reading, who, query, words)
        texts, more = await _texts(reading, who, words)
    found = Found(persons=persons, cases=cases, texts=texts, more=more)
    if found.ids:
        async with store.database.writing() as session:
            writing = Writing(session=session, store=store, now=store.clock())
            await note(writing, "search", by=who.id, hits=len(found.ids), shown=found.ids)
            for its_id in found.read:
                await note(writing, "search.read", by=who.id, of=its_id)
    return found


async def _texts(
    reading: Reading, who: Visitor, words: Sequence[str]
) -> tuple[list[TextHit], bool]:
    entries, notes = entries_for(reading, who, Action.ENTRY_READ), _notes(reading, who)
    keys = await known_keys(reading, await _owners(reading, entries, notes))
    # Off the loop: for thousands of youths it takes a while.
    marks = await asyncio.to_thread(_marks, list(keys.values()), words)
    found: list[tuple[datetime, str, str]] = []
    for asked in marks:
        found += await _matching(reading, Entry.conversation, Entry.filed_at, entries, asked)
        found += await _matching(reading, Note.id, Note.at, notes, asked)
    newest = sorted(found, reverse=True)
    wanted = frozenset(words)
    shown = [await _opened(reading, kind, its_id, wanted) for _, kind, its_id in newest[:SHOWN]]
    return [hit for hit in shown if hit is not None], len(newest) > SHOWN


def _notes(reading: Reading, who: Visitor) -> ColumnElement[bool]:
    """Finished notes, and one's own drafts."""
    finished = or_(Note.finished_at.is_not(None), Note.written_by == who.id)
    return notes_for(reading, who, Action.CASE_READ) & finished


async def _owners(
    reading: Reading, entries: ColumnElement[bool], notes: ColumnElement[bool]
) -> list[str]:
    session = reading.session
    owners = set(await session.scalars(select(Entry.key_owner).where(entries).distinct()))
    noted = select(Note.case).where(notes)
    persons = await session.execute(
        select(Person.id, Person.merged_into)
        .join(Case, Case.person == Person.id)
        .where(Case.id.in_(noted))
        .distinct()
    )
    owners |= {key_owner(part) for row in persons for part in row if part is not None}
    return sorted(owners)


def _marks(keys: Sequence[bytes], words: Sequence[str]) -> list[list[list[bytes]]]:
    """Give the marks of every word under some of the keys at a time."""
    ours = [search_key(key) for key in keys]
    chunks = (ours[start : start + CHUNK] for start in range(0, len(ours), CHUNK))
    return [[[mark_of(key, word) for key in chunk] for word in words] for chunk in chunks]


async def _matching(
    reading: Reading,
    its_id: InstrumentedAttribute[str],
    at: InstrumentedAttribute[datetime],
    allowed: ColumnElement[bool],
    marks: Iterable[Sequence[bytes]],
) -> list[tuple[datetime, str, str]]:
    kind = "entry" if its_id is Entry.conversation else "note"
    # What is added to a text belongs to it: some of the words may stand there.
    text = func.coalesce(Addition.of, Mark.of)
    marked = select(text).select_from(Mark).outerjoin(Addition, Addition.id == Mark.of)
    having = [its_id.in_(marked.where(Mark.mark.in_(word))) for word in marks]
    rows = await reading.session.execute(
        select(at, its_id)
        .where(allowed, *having)
        .order_by(at.desc(), its_id.desc())
        .limit(SHOWN + 1)
    )
    return [(at, kind, its_id) for at, its_id in rows]


async def _opened(
    reading: Reading, kind: str, its_id: str, wanted: frozenset[str]
) -> TextHit | None:
    """Decrypt a hit and look whether the words are there: eight bytes of a hash are not proof."""
    session = reading.session
    if kind == "entry":
        entry = await session.get_one(Entry, its_id)
        at, case, finished = entry.filed_at, entry.case, True
        try:
            parts = list(paragraphs(await stored_document(reading, entry)))
            added = await additions_of_entry(reading, entry)
        except Unreadable:
            return None
    else:
        row = await session.get_one(Note, its_id)
        at, case, finished = row.at, row.case, row.finished_at is not None
        its_case = await session.get_one(Case, row.case)
        parts = [await note_words(reading, row, its_case) or ""]
        added = await additions_of_note(reading, row, its_case)
    parts += [text for line in added for text in (line.words, line.why)]
    if not wanted <= words_in("\n".join(parts)):
        return None
    return TextHit(
        kind=kind,
        id=its_id,
        at=at,
        case=case,
        finished=finished,
        snippets=snippets(parts, wanted),
    )
