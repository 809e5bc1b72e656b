"""Who an incident touched: chosen among those the writer may read, shown to who may read them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, and_, select, true

from casestore.access.relations import persons_for
from casestore.access.rules import Action, Relation, seen
from casestore.edge import Reading, Writing
from casestore.incidents.tables import Affected
from casestore.people.details import details_of
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.transfers.tables import Transfer, TransferCaseworker
from casestore.transfers.view import alias_of
from casestore.users.sessions import Visitor

Asking = Reading | Writing

MOST_SHOWN: Final = 200
MOST_CHOSEN: Final = 2000
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A person, or a thread that is nobody's yet. Alias and name as far as they may be read."""

    id: str
    kind: str
    alias: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)


async def choices(asking: Asking, who: Visitor) -> list[Touched]:
    """Give whom this employee may say was touched, the newest first."""
    persons = await asking.session.scalars(
        select(Person)
        .where(_persons(asking, who))
        .order_by(Person.created_at.desc(), Person.id)
        .limit(MOST_SHOWN)
    )
    threads = await asking.session.scalars(
        select(Thread.id)
        .where(_threads(who))
        .order_by(Thread.created_at.desc(), Thread.id)
        .limit(MOST_SHOWN)
    )
    shown = [await _person(asking, person) for person in persons]
    return [*shown, *[await _thread(asking, thread) for thread in threads]]


def ids_in(pasted: str) -> list[str]:
    """Find the ids in lines that are ids, or addresses of pages that end with one."""
    last = (line.strip().rstrip("/").rsplit("/", 1)[-1] for line in pasted.splitlines())
    return [part for part in last if part]


async def unknown(asking: Asking, who: Visitor, ids: Collection[str]) -> bool:
    """Say whether any of the ids is nobody that this employee may read of."""
    if not ids:
        return False
    if len(ids) > MOST_CHOSEN or not all(_ID.fullmatch(its_id) for its_id in ids):
        return True
    persons = await asking.session.scalars(
        select(Person.id).where(Person.id.in_(ids), _persons(asking, who))
    )
    threads = await asking.session.scalars(
        select(Thread.id).where(Thread.id.in_(ids), _threads(who))
    )
    return set(ids) != {*persons, *threads}


async def touched_by(asking: Asking, who: Visitor, incident: str) -> list[Touched]:
    """Give all that an incident touched; of those who may not be read, only the id."""
    ids = list(
        await asking.session.scalars(
            select(Affected.id).where(Affected.incident == incident).order_by(Affected.id)
        )
    )
    readable = {
        person.id: person
        for person in await asking.session.scalars(
            select(Person).where(Person.id.in_(ids), persons_for(asking, who, Action.PERSON_READ))
        )
    }
    threads = set(
        await asking.session.scalars(select(Thread.id).where(Thread.id.in_(ids), _threads(who)))
    )
    return [await _told(asking, its_id, readable.get(its_id), threads) for its_id in ids]


async def touch(writing: Writing, incident: str, ids: Sequence[str]) -> int:
    """Note who was touched, and give how many of them are new."""
    before = set(
        await writing.session.scalars(select(Affected.id).where(Affected.incident == incident))
    )
    new = sorted(set(ids) - before)
    writing.session.add_all(
        Affected(incident=incident, id=its_id, team=writing.team) for its_id in new
    )
    return len(new)


def _persons(asking: Asking, who: Visitor) -> ColumnElement[bool]:
    return and_(
        persons_for(asking, who, Action.PERSON_READ),
        Person.merged_into.is_(None),
        Person.deleted_at.is_(None),
    )


def _threads(who: Visitor) -> ColumnElement[bool]:
    """Threads that are tied to nobody, of conversations that this employee may read of."""
    own = select(Transfer.thread).join(
        TransferCaseworker, TransferCaseworker.conversation == Transfer.conversation
    )
    everybodys = Relation.NOT_SHARED in seen(who.role, Action.TRANSFER_READ)
    return and_(
        Thread.team == who.team,
        Thread.person.is_(None),
        true() if everybodys else Thread.id.in_(own.where(TransferCaseworker.caseworker == who.id)),
    )


async def _told(
    asking: Asking, its_id: str, person: Person | None, threads: Collection[str]
) -> Touched:
    if person is not None and person.deleted_at is None:
        return await _person(asking, person)
    if its_id in threads:
        return await _thread(asking, its_id)
    thread = await asking.session.get(Thread, its_id)
    return Touched(id=its_id, kind="person" if thread is None else "thread")


async def _person(asking: Asking, person: Person) -> Touched:
    details = await details_of(asking, person)
    return Touched(id=person.id, kind="person", alias=details.alias, name=details.name)


async def _thread(asking: Asking, thread: str) -> Touched:
    last = await asking.session.scalar(
        select(Transfer)
        .where(Transfer.thread == thread)
        .order_by(Transfer.first_at.desc())
        .limit(1)
    )
    alias = None if last is None else await alias_of(asking, last)
    return Touched(id=thread, kind="thread", alias=alias)
