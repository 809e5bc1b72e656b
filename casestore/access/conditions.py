"""
Whose a row is, as conditions on the database: somebody's own, shared with them, or restricted.

Restricted comes before own and shared: a restricted person is nobody's in daily use
(GDPR art. 18).
"""

from functools import cache

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from casestore.cases.tables import Case, Share
from casestore.edge import Reading, Writing
from casestore.joins.tables import Join
from casestore.journal.tables import Entry
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.times import day_of
from casestore.transfers.tables import Transfer, TransferCaseworker
from casestore.users.sessions import Visitor

Asking = Reading | Writing
Owned = type[Case] | type[Person] | type[Entry] | type[Transfer] | type[Join]


def is_own(asking: Asking, who: Visitor, table: Owned) -> ColumnElement[bool]:
    """Keep what somebody answers for, registered or took part in."""
    if table is Case:
        return and_(Case.responsible == who.id, not_(is_restricted(Case)))
    if table is Person:
        part = aliased(Person)
        about = exists().where(
            or_(part.id == Person.id, part.merged_into == Person.id), Case.person == part.id
        )
        registered = and_(Person.created_by == who.id, ~about)
        mine = Person.id.in_(_with_cases(Case.responsible == who.id))
        # Each of the two by itself, so that each is found by its own index.
        return or_(*(and_(each, not_(is_restricted(Person))) for each in (mine, registered)))
    if table is Transfer:
        return _took_part(who, Transfer.conversation)
    if table is Join:
        loose = select(Thread.id).where(Thread.person.is_(None))
        theirs = (
            select(Transfer.thread)
            .join(TransferCaseworker)
            .where(TransferCaseworker.caseworker == who.id)
        )
        untied = or_(
            Join.proposed_by == who.id,
            Join.case.in_(select(Case.id).where(is_own(asking, who, Case))),
            _either(loose.where(Thread.id.in_(theirs))),
        )
        persons = _either(_threads(is_own(asking, who, Person)))
        return and_(or_(persons, and_(_either(loose), untied)), not_(is_restricted(Join)))
    untied = and_(Entry.case.is_(None), _took_part(who, Entry.conversation))
    mine_too = select(Case.id).where(is_own(asking, who, Case))
    return and_(or_(untied, Entry.case.in_(mine_too)), not_(is_restricted(Entry)))


def _took_part(who: Visitor, conversation: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    # Asked of each row that is shown, and not a list of all that somebody ever took part in.
    part = aliased(TransferCaseworker)
    return exists().where(part.conversation == conversation, part.caseworker == who.id)


def is_shared(asking: Asking, who: Visitor, table: Owned) -> ColumnElement[bool]:
    """Keep what somebody reads because a colleague has shared a case with them."""
    with_me = select(Share.case).where(running_shares(asking), Share.user == who.id)
    if table is Case:
        return and_(Case.id.in_(with_me), not_(is_restricted(Case)))
    if table is Transfer:
        return false()
    if table is Person:
        read = _with_cases(is_shared(asking, who, Case))
        return and_(Person.id.in_(read), not_(is_restricted(Person)))
    if table is Join:
        loose = select(Thread.id).where(Thread.person.is_(None))
        named = Join.case.in_(select(Case.id).where(is_shared(asking, who, Case)))
        persons = _either(_threads(is_shared(asking, who, Person)))
        return and_(or_(persons, and_(_either(loose), named)), not_(is_restricted(Join)))
    return and_(
        Entry.case.in_(select(Case.id).where(is_shared(asking, who, Case))),
        not_(is_restricted(Entry)),
    )


def _with_cases(which: ColumnElement[bool]) -> Select[str]:
    """The persons whom such cases are about: each as the one they were merged into."""
    part = aliased(Person)
    return (
        select(func.coalesce(part.merged_into, part.id))
        .join(Case, Case.person == part.id)
        .where(which)
    )


def _threads(which: ColumnElement[bool]) -> Select[str]:
    """The threads of such persons, and of those merged into them."""
    part = aliased(Person)
    return (
        select(Thread.id)
        .join(part, part.id == Thread.person)
        .join(Person, Person.id == func.coalesce(part.merged_into, part.id))
        .where(which)
    )


def _either(threads: Select[str]) -> ColumnElement[bool]:
    """Keep the proposals that one of these threads has a part in: asked of each proposal."""
    return threads.where(Thread.id.in_([Join.thread, Join.into])).correlate(Join).exists()


@cache
def is_restricted(table: Owned) -> ColumnElement[bool]:
    """
    Keep what is of a restricted person. A line of the transfer log is kept from nobody.

    Asked with everything that anybody reads, and the same for all of them: put together once.
    """
    if table is Transfer:
        return false()
    if table is Case:
        return Case.person.in_(_restricted_persons())
    if table is Person:
        return Person.id.in_(_restricted_persons())
    if table is Join:
        persons = _restricted_persons()
        case = select(Case.id).where(Case.person.in_(persons))
        return or_(
            _either(select(Thread.id).where(Thread.person.in_(persons))),
            and_(Join.case.is_not(None), Join.case.in_(case)),
        )
    # A transcript is its person's: of the one it was moved to, or of its thread's.
    tied = select(Thread.id).where(Thread.person.in_(_restricted_persons()))
    return or_(
        and_(Entry.person.is_not(None), Entry.person.in_(_restricted_persons())),
        and_(Entry.person.is_(None), Entry.thread.in_(tied)),
    )


@cache
def _restricted_persons() -> CompoundSelect[str]:
    root, part = aliased(Person), aliased(Person)
    held = select(root.id).where(root.restricted_at.is_not(None))
    # Not a join: SQLite would begin with everybody who could have been merged, and that is all.
    return union_all(held, select(part.id).where(part.merged_into.in_(held)))


def running_shares(asking: Asking) -> ColumnElement[bool]:
    """Keep the shares that hold today: from their first day to the end of their last, in Oslo."""
    today = day_of(asking.now)
    return and_(Share.ended_at.is_(None), Share.from_day <= today, Share.until_day >= today)
