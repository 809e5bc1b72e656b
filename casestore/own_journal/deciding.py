"""
What an employee sees of a journal before it is handed over, to decide what must be left out.

To hand a journal out is not to read all of it: of what lies in a case that is not shared with
them they see nothing here, as everywhere else.
"""

from dataclasses import replace

from sqlalchemy import or_, select

from casestore.access.relations import cases_for, entries_for, notes_for
from casestore.access.rules import Action
from casestore.cases.tables import Case
from casestore.disclosures.tables import Disclosure
from casestore.edge import Writing
from casestore.journal.tables import Entry, Note
from casestore.own_journal.gathering import gathered
from casestore.own_journal.whole import OwnJournal
from casestore.people.finding import parts_of
from casestore.people.tables import Person
from casestore.users.sessions import Visitor


async def to_decide(writing: Writing, who: Visitor, person: Person) -> OwnJournal:
    """Give the journal as far as they may read it, with what is left out marked."""
    whole = await gathered(writing, person, deciding=True)
    session, parts = writing.session, await parts_of(writing, person)
    entries = await session.scalars(
        select(Entry.conversation).where(entries_for(writing, who, Action.ENTRY_READ))
    )
    notes = await session.scalars(select(Note.id).where(notes_for(writing, who, Action.CASE_READ)))
    chapters = {*entries, *notes}
    cases = set(
        await session.scalars(select(Case.id).where(cases_for(writing, who, Action.CASE_READ)))
    )
    seen = select(Case.id).where(cases_for(writing, who, Action.DISCLOSURE_READ))
    told = set(
        await session.scalars(
            select(Disclosure.id).where(
                Disclosure.person.in_(parts),
                or_(Disclosure.case.is_(None), Disclosure.case.in_(seen)),
            )
        )
    )
    return replace(
        whole,
        chapters=tuple(chapter for chapter in whole.chapters if chapter.id in chapters),
        cases=tuple(case for case in whole.cases if case.id in cases),
        told=tuple(line for line in whole.told if line.id in told),
        reads=(),
        wiped=(),
        drafts=0,
    )
