"""
What something is to somebody, found in the database: the other half of the access table.

For one thing there is a `…_relation`; for lists, counts and search there is a condition that
keeps exactly the rows whose relation the table allows.
"""

from sqlalchemy import (
    ColumnElement,
    and_,
    false,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from casestore.access.conditions import Asking, Owned, is_own, is_restricted, is_shared
from casestore.access.rules import Action, Relation, seen
from casestore.cases.tables import Case
from casestore.database import of_team
from casestore.edge import Writing
from casestore.joins.tables import Join
from casestore.journal.tables import Entry, Note
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.transfers.tables import Transfer, TransferCaseworker
from casestore.users.sessions import Visitor


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


def _kept(asking: Asking, who: Visitor, action: Action, table: Owned) -> ColumnElement[bool]:
    allowed = seen(who.role, action)
    own, shared = is_own(asking, who, table), is_shared(asking, who, table)
    parts: list[ColumnElement[bool]] = []
    if Relation.NOT_SHARED in allowed:
        parts.append(true() if Relation.RESTRICTED in allowed else not_(is_restricted(table)))
    if Relation.OWN in allowed:
        parts.append(own)
    if Relation.SHARED in allowed:
        parts.append(shared)
    return and_(of_team(table, who.team), or_(false(), *parts))


async def _relation(
    asking: Asking, who: Visitor, table: Owned, which: ColumnElement[bool]
) -> Relation:
    row = (
        await asking.session.execute(
            select(
                table.team,
                is_own(asking, who, table),
                is_shared(asking, who, table),
                is_restricted(table),
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
