"""
What something is to somebody, found in the database: the other half of the access table.

For one thing there is a `…_relation`; for lists, counts and search there is a condition that
keeps exactly the rows whose relation the table allows. Restricted comes before own and shared:
a restricted person is nobody's in daily use (GDPR art. 18).
"""

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
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from casestore.access.rules import Action, Relation, seen
from casestore.cases.tables import Case, Share
from casestore.edge import Reading, Writing
from casestore.joins.tables import Join
from casestore.journal.tables import Entry, Note
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.times import day_of
from casestore.transfers.tables import Transfer, TransferCaseworker
from casestore.users.sessions import Visitor

Asking = Reading | Writing


async def case_relation(asking: Asking, who: Visitor, case: Case) -> Relation:
    """Say what a case is to somebody."""
    return _met(asking, "case", case.id, await _relation(asking, who, Case, Case.id == case.id))


async def person_relation(asking: Asking, who: Visitor, person: Person) -> Relation:
    """Say what a person is to somebody: through a case, or as who registered them."""
    found = await _relation(asking, who, Person, Person.id == person.id)
    return _met(asking, "person", person.id, found)


async def entry_relation(asking: Asking, who: Visitor, entry: Entry) -> Relation:
    """Say what a transcript is to somebody: through its case, or untied, as who took part."""
    found = await _relation(asking, who, Entry, Entry.conversation == entry.conversation)
    return _met(asking, "entry", entry.conversation, found)


async def thread_relation(asking: Asking, who: Visitor, thread: Thread) -> Relation:
    """
    Say what a thread is to somebody: through its person, or as who took part in it.

    Who took part keeps their own while it is untied; after that its person decides.
    """
    return _met(asking, "thread", thread.id, await _thread_relation(asking, who, thread))


async def _thread_relation(asking: Asking, who: Visitor, thread: Thread) -> Relation:
    if thread.team != who.team:
        return Relation.OTHER_TEAM
    if thread.person is not None:
        part = aliased(Person)
        root = select(func.coalesce(part.merged_into, part.id)).where(part.id == thread.person)
        return await _relation(asking, who, Person, Person.id == root.scalar_subquery())
    took_part = await asking.session.scalar(
        select(Transfer.conversation)
        .join(TransferCaseworker, TransferCaseworker.conversation == Transfer.conversation)
        .where(Transfer.thread == thread.id, TransferCaseworker.caseworker == who.id)
        .limit(1)
    )
    return Relation.NOT_SHARED if took_part is None else Relation.OWN


def cases_for(asking: Asking, who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the cases that this action is allowed on."""
    return _kept(asking, who, action, Case)


def persons_for(asking: Asking, who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the persons that this action is allowed on."""
    return _kept(asking, who, action, Person)


def entries_for(asking: Asking, who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the transcripts that this action is allowed on."""
    return _kept(asking, who, action, Entry)


async def transfer_relation(asking: Asking, who: Visitor, transfer: Transfer) -> Relation:
    """Say what a line of the transfer log is to somebody: theirs who took part."""
    which = Transfer.conversation == transfer.conversation
    found = await _relation(asking, who, Transfer, which)
    return _met(asking, "transfer", transfer.conversation, found)


async def join_relation(asking: Asking, who: Visitor, join: Join) -> Relation:
    """
    Say what a proposal to join two threads is to somebody: through whose they are.

    While one of them is nobody's, it is also whose case was named, and of who proposed it or
    took part; after that their persons decide.
    """
    return _met(asking, "join", join.id, await _relation(asking, who, Join, Join.id == join.id))


def joins_for(asking: Asking, who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the proposals to join threads that this action is allowed on."""
    return _kept(asking, who, action, Join)


def transfers_for(asking: Asking, who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the lines of the transfer log that this action is allowed on."""
    return _kept(asking, who, action, Transfer)


def notes_for(asking: Asking, who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the notes of the cases that this action is allowed on."""
    return Note.case.in_(select(Case.id).where(cases_for(asking, who, action)))


def running_shares(asking: Asking) -> ColumnElement[bool]:
    """Keep the shares that hold today: from their first day to the end of their last, in Oslo."""
    today = day_of(asking.now)
    return and_(Share.ended_at.is_(None), Share.from_day <= today, Share.until_day >= today)


Owned = type[Case] | type[Person] | type[Entry] | type[Transfer] | type[Join]


def _kept(asking: Asking, who: Visitor, action: Action, table: Owned) -> ColumnElement[bool]:
    allowed = seen(who.role, action)
    own, shared = _own(asking, who, table), _shared(asking, who, table)
    parts: list[ColumnElement[bool]] = []
    if Relation.NOT_SHARED in allowed:
        parts.append(true() if Relation.RESTRICTED in allowed else not_(_restricted(table)))
    if Relation.OWN in allowed:
        parts.append(own)
    if Relation.SHARED in allowed:
        parts.append(shared)
    return and_(table.team == who.team, or_(false(), *parts))


async def _relation(
    asking: Asking, who: Visitor, table: Owned, which: ColumnElement[bool]
) -> Relation:
    row = (
        await asking.session.execute(
            select(
                table.team,
                _own(asking, who, table),
                _shared(asking, who, table),
                _restricted(table),
            ).where(which)
        )
    ).one()
    team, own, shared, restricted = row
    if team != who.team:
        return Relation.OTHER_TEAM
    if restricted:
        return Relation.RESTRICTED
    if own:
        return Relation.OWN
    return Relation.SHARED if shared else Relation.NOT_SHARED


def _met(asking: Asking, kind: str, its_id: str, found: Relation) -> Relation:
    """Note in a writing request what it has asked about (`casestore.repeats`)."""
    if isinstance(asking, Writing):
        asking.met[kind, its_id] = found
    return found


def _own(asking: Asking, who: Visitor, table: Owned) -> ColumnElement[bool]:
    if table is Case:
        return and_(Case.responsible == who.id, not_(_restricted(Case)))
    if table is Person:
        part = aliased(Person)
        about = exists().where(
            or_(part.id == Person.id, part.merged_into == Person.id), Case.person == part.id
        )
        registered = and_(Person.created_by == who.id, ~about)
        mine = Person.id.in_(_with_cases(Case.responsible == who.id))
        return and_(or_(mine, registered), not_(_restricted(Person)))
    took_part = select(TransferCaseworker.conversation).where(
        TransferCaseworker.caseworker == who.id
    )
    if table is Transfer:
        return Transfer.conversation.in_(took_part)
    if table is Join:
        loose = select(Thread.id).where(Thread.person.is_(None))
        theirs = select(Transfer.thread).where(Transfer.conversation.in_(took_part))
        untied = or_(
            Join.proposed_by == who.id,
            Join.case.in_(select(Case.id).where(_own(asking, who, Case))),
            _either(loose.where(Thread.id.in_(theirs))),
        )
        persons = _either(_threads(_own(asking, who, Person)))
        return and_(or_(persons, and_(_either(loose), untied)), not_(_restricted(Join)))
    untied = and_(Entry.case.is_(None), Entry.conversation.in_(took_part))
    mine_too = select(Case.id).where(_own(asking, who, Case))
    return and_(or_(untied, Entry.case.in_(mine_too)), not_(_restricted(Entry)))


def _shared(asking: Asking, who: Visitor, table: Owned) -> ColumnElement[bool]:
    with_me = select(Share.case).where(running_shares(asking), Share.user == who.id)
    if table is Case:
        return and_(Case.id.in_(with_me), not_(_restricted(Case)))
    if table is Transfer:
        return false()
    if table is Person:
        read = _with_cases(_shared(asking, who, Case))
        return and_(Person.id.in_(read), not_(_restricted(Person)))
    if table is Join:
        loose = select(Thread.id).where(Thread.person.is_(None))
        named = Join.case.in_(select(Case.id).where(_shared(asking, who, Case)))
        persons = _either(_threads(_shared(asking, who, Person)))
        return and_(or_(persons, and_(_either(loose), named)), not_(_restricted(Join)))
    return and_(
        Entry.case.in_(select(Case.id).where(_shared(asking, who, Case))),
        not_(_restricted(Entry)),
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
    """Keep the proposals that one of these threads has a part in."""
    return or_(Join.thread.in_(threads), Join.into.in_(threads))


def _restricted(table: Owned) -> ColumnElement[bool]:
    """Keep what is of a restricted person. A line of the transfer log is kept from nobody."""
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


def _restricted_persons() -> CompoundSelect[str]:
    root, part = aliased(Person), aliased(Person)
    held = root.restricted_at.is_not(None)
    return union_all(
        select(root.id).where(held),
        select(part.id).join(root, root.id == part.merged_into).where(held),
    )
