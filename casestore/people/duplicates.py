"""
Persons who may be one, among those that the employee who asks may see, and no others.

They are found beforehand (`casestore.people.comparing`). Of each pair both must be somebody that
may be seen; a merged one or a stub is nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select

from casestore.access.gate import may
from casestore.access.rules import Action, Relation
from casestore.database import Unsought
from casestore.edge import Reading, Writing
from casestore.people.details import Details, details_of_all
from casestore.people.likeness import Why
from casestore.people.showing import visible_persons
from casestore.people.tables import Compared, Person, PersonPair
from casestore.users.sessions import Visitor

SHOWN_AT_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two persons who may be one; the one that was registered first comes first."""

    one: Person
    other: Person
    why: frozenset[Why]
    details: tuple[Details, Details] = field(repr=False)


async def pairs(asking: Reading | Writing, who: Visitor) -> Sequence[Pair]:
    """Give the pairs, those with most in common first."""
    rows = await asking.session.execute(
        select(PersonPair.one, PersonPair.other, PersonPair.why)
        .where(*_both_seen(asking, who))
        .order_by(PersonPair.strength.desc(), PersonPair.one.desc(), PersonPair.other.desc())
        .limit(SHOWN_AT_MOST)
    )
    told = rows.all()
    ids = {its_id for one, other, _ in told for its_id in (one, other)}
    found = await asking.session.scalars(select(Person).where(Person.id.in_(ids)))
    persons = {person.id: person for person in found}
    known = await details_of_all(asking, list(persons.values()))
    return [_pair(persons[one], persons[other], why, known) for one, other, why in told]


async def compared_at(asking: Reading | Writing) -> datetime | None:
    """Say when all had last been compared; None when they have not been yet."""
    return await asking.session.scalar(select(Compared.at).where(Compared.id == 1))


def _both_seen(asking: Reading | Writing, who: Visitor) -> Sequence[ColumnElement[bool]]:
    seen, both = (
        visible_persons(asking, who, Action.PERSON_READ),
        (PersonPair.one, PersonPair.other),
    )
    if may(who, Action.PERSON_READ, Relation.NOT_SHARED):
        # Nearly everybody: asked of each pair in turn, until there are enough.
        person = select(Person.id).where(seen)
        return [person.where(Person.id == part).correlate(PersonPair).exists() for part in both]
    # A few: found once, then their pairs, each by the one; or each would be looked for with each.
    theirs = select(select(Person.id).where(seen).cte("seen").c.id)
    return [PersonPair.one.in_(theirs), Unsought(PersonPair.other).in_(theirs)]


def _pair(one: Person, other: Person, why: str, known: dict[str, Details]) -> Pair:
    first, second = sorted((one, other), key=lambda person: (person.created_at, person.id))
    return Pair(
        one=first,
        other=second,
        why=frozenset(map(Why, why.split(","))),
        details=(known[first.id], known[second.id]),
    )
