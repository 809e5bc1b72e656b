"""Persons as a list and as a page: only those that the employee who asks may see."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from casestore.access.relations import cases_for, person_relation, persons_for
from casestore.access.rules import Action, Relation
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.people.details import Details, details_of, details_of_all
from casestore.people.finding import parts_of, threads_of
from casestore.people.rules import FOUND_AT_MOST, PAGE, matches
from casestore.people.tables import Person
from casestore.people.tying import TieLine, ties_of
from casestore.times import read_time, write_time
from casestore.transfers.tables import Transfer
from casestore.transfers.view import alias_of, names
from casestore.users.sessions import Visitor

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person in a list, with the numbers of those of their cases that may be seen."""

    id: str
    details: Details = field(repr=False)
    cases: Sequence[tuple[str, str]]
    restricted: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLine:
    """A thread that is tied to a person."""

    id: str
    alias: str | None = field(repr=False)
    channel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """All that a person's page shows."""

    person: Person
    details: Details = field(repr=False)
    relation: Relation
    threads: Sequence[ThreadLine]
    ties: Sequence[TieLine]
    cases: Sequence[Case]
    employees: Mapping[str, str] = field(repr=False)


async def listed(
    asking: Asking, who: Visitor, *, after: str | None = None
) -> tuple[Sequence[PersonLine], str | None]:
    """Give a page of persons, the newest first, and the cursor of the next page if there is one."""
    wanted = (
        select(Person)
        .where(visible_persons(asking, who, Action.PERSON_READ))
        .order_by(Person.created_at.desc(), Person.id.desc())
        .limit(PAGE + 1)
    )
    if (place := place_of(after)) is not None:
        at, its_id = place
        wanted = wanted.where(tuple_(Person.created_at, Person.id) < (at, its_id))
    rows = list(await asking.session.scalars(wanted))
    shown, more = rows[:PAGE], len(rows) > PAGE
    last = shown[-1] if more else None
    cursor = f"{write_time(last.created_at)}~{last.id}" if last else None
    return await _lines(asking, who, shown, await details_of_all(asking, shown)), cursor


async def found(asking: Asking, who: Visitor, sought: str) -> Sequence[PersonLine]:
    """Give the persons whose alias or name matches; looked for in memory: nothing is indexed."""
    rows = await visible(asking, who, Action.PERSON_READ)
    known = await details_of_all(asking, rows)
    hits = [row for row in rows if matches(known[row.id], sought)][:FOUND_AT_MOST]
    return await _lines(asking, who, hits, known)


async def visible(
    asking: Asking, who: Visitor, action: Action, *which: ColumnElement[bool]
) -> list[Person]:
    """Give the persons that this action is allowed on; never a merged one or a stub."""
    rows = await asking.session.scalars(
        select(Person)
        .where(visible_persons(asking, who, action), *which)
        .order_by(Person.created_at.desc(), Person.id.desc())
    )
    return list(rows)


async def shown_page(asking: Asking, who: Visitor, person: Person) -> PersonPage:
    """Put together what the page of a person shows."""
    parts = await parts_of(asking, person)
    cases = await asking.session.scalars(
        select(Case)
        .where(Case.person.in_(parts), cases_for(asking, who, Action.CASE_READ))
        .order_by(Case.opened_at.desc(), Case.id)
    )
    return PersonPage(
        person=person,
        details=await details_of(asking, person),
        relation=await person_relation(asking, who, person),
        threads=[await _thread(asking, its_id) for its_id in await threads_of(asking, person)],
        ties=await ties_of(asking, person),
        cases=list(cases),
        employees=await names(asking),
    )


def visible_persons(asking: Asking, who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the persons that this action is allowed on; never a merged one or a stub."""
    return and_(
        persons_for(asking, who, action),
        Person.merged_into.is_(None),
        Person.deleted_at.is_(None),
    )


async def _lines(
    asking: Asking, who: Visitor, rows: Sequence[Person], known: Mapping[str, Details]
) -> list[PersonLine]:
    cases = await _cases(asking, who, [row.id for row in rows])
    return [
        PersonLine(
            id=row.id,
            details=known[row.id],
            cases=cases.get(row.id, []),
            restricted=row.restricted_at is not None,
            created_at=row.created_at,
        )
        for row in rows
    ]


async def _cases(
    asking: Asking, who: Visitor, persons: Sequence[str]
) -> Mapping[str, list[tuple[str, str]]]:
    root = func.coalesce(Person.merged_into, Person.id)
    rows = await asking.session.execute(
        select(root, Case.id, Case.number)
        .join(Person, Person.id == Case.person)
        .where(
            or_(Person.id.in_(persons), Person.merged_into.in_(persons)),
            cases_for(asking, who, Action.CASE_READ),
        )
        .order_by(Case.opened_at, Case.id)
    )
    by_person: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for person, its_id, number in rows:
        by_person[person].append((its_id, number))
    return by_person


async def _thread(asking: Asking, its_id: str) -> ThreadLine:
    transfer = await asking.session.scalar(
        select(Transfer)
        .where(Transfer.thread == its_id, Transfer.alias.is_not(None))
        .order_by(Transfer.first_at.desc(), Transfer.conversation)
        .limit(1)
    )
    if transfer is None:
        return ThreadLine(id=its_id, alias=None, channel=None)
    alias = await alias_of(asking, transfer)
    return ThreadLine(id=its_id, alias=alias, channel=transfer.channel)


def place_of(cursor: str | None) -> tuple[datetime, str] | None:
    """Read the cursor of the list; None when there is none, or it is not one of ours."""
    if cursor is None:
        return None
    at, _, its_id = cursor.partition("~")
    try:
        return read_time(at), its_id
    except ValueError:
        return None
