"""Which cases the bridge may propose to a caseworker for a thread: numbers only, open ones only."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from casestore.cases.tables import Case
from casestore.edge import Reading
from casestore.journal.tables import Entry
from casestore.people.finding import parts_of, person_of_thread


async def proposed(reading: Reading, thread: str) -> Sequence[str]:
    """
    Give the open cases of the thread's person, and those its own transcripts are tied to.

    Of a person who is restricted nothing is proposed: they are not in daily use.
    """
    person = await person_of_thread(reading, thread)
    if person is not None and person.restricted_at is not None:
        return []
    theirs = Case.person.in_([] if person is None else await parts_of(reading, person))
    # What was moved to somebody else says nothing of whose the thread is.
    tied = select(Entry.case).where(Entry.thread == thread, Entry.person.is_(None))
    numbers = await reading.session.scalars(
        select(Case.number)
        .where(
            Case.team == reading.store.settings.team,
            Case.status == "open",
            or_(theirs, Case.id.in_(tied)),
        )
        .order_by(func.length(Case.number), Case.number)
    )
    return list(numbers)
