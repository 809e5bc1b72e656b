"""Finding a person, through a merge, a thread, a transcript or a case."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from casestore.access.gate import permit
from casestore.access.relations import person_relation
from casestore.access.rules import Action
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.journal.tables import Entry
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.threads.tables import Thread
from casestore.users.sessions import Visitor

Asking = Reading | Writing


async def get_person(asking: Asking, who: Visitor, its_id: str, action: Action) -> Person:
    """Give the person (the one they were merged into), or the refusal of the access table."""
    person = await root_of(asking, its_id)
    if person is None or person.deleted_at is not None:
        raise Problem(404, "not-found")
    permit(who, action, await person_relation(asking, who, person))
    return person


async def root_of(asking: Asking, its_id: str) -> Person | None:
    """Give a person, or whom they were merged into. A merge is never two deep."""
    person = await asking.session.get(Person, its_id)
    if person is not None and person.merged_into is not None:
        return await asking.session.get(Person, person.merged_into)
    return person


async def parts_of(asking: Asking, person: Person) -> list[str]:
    """Give the ids of a person and of those merged into them."""
    found = await asking.session.scalars(
        select(Person.id).where(or_(Person.id == person.id, Person.merged_into == person.id))
    )
    return sorted(found)


async def threads_of(asking: Asking, person: Person) -> list[str]:
    """Give the threads that are tied to a person, or to one merged into them."""
    found = await asking.session.scalars(
        select(Thread.id)
        .join(Person, Person.id == Thread.person)
        .where(func.coalesce(Person.merged_into, Person.id) == person.id)
        .order_by(Thread.created_at, Thread.id)
    )
    return list(found)


def entries_of(parts: Sequence[str]) -> ColumnElement[bool]:
    """Keep the transcripts of a person, given `parts_of` them: without what was moved away."""
    theirs = select(Thread.id).where(Thread.person.in_(parts))
    return or_(
        Entry.person.in_(parts),
        and_(Entry.person.is_(None), Entry.thread.in_(theirs)),
    )


async def person_of_thread(asking: Asking, thread: str) -> Person | None:
    """Give the person a thread is tied to, if it is."""
    row = await asking.session.get(Thread, thread)
    return None if row is None or row.person is None else await root_of(asking, row.person)


async def person_of_entry(asking: Asking, entry: Entry) -> Person | None:
    """Give whose a transcript is: of whom it was moved to, or its thread's."""
    if entry.person is not None:
        return await root_of(asking, entry.person)
    return await person_of_thread(asking, entry.thread)


async def person_of_case(asking: Asking, case: Case) -> Person:
    """Give the person a case is about."""
    person = await root_of(asking, case.person)
    if person is None:
        raise LookupError("a case without its person")
    return person


async def persons_of_cases(asking: Asking, cases: Sequence[Case]) -> dict[str, Person]:
    """Give the persons that many cases are about, by case."""
    part = aliased(Person)
    found = await asking.session.execute(
        select(Case.id, Person)
        .join(part, part.id == Case.person)
        .join(Person, Person.id == func.coalesce(part.merged_into, part.id))
        .where(Case.id.in_([case.id for case in cases]))
    )
    return dict(found.all())
