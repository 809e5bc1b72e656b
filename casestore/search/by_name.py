"""Searching by what persons and cases are called: decrypted in memory, kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import or_, select

from casestore.access.relations import persons_for
from casestore.access.rules import Action
from casestore.edge import Reading
from casestore.journal.rules import case_number
from casestore.people.details import Details, details_of_all
from casestore.people.tables import Person
from casestore.search.case_names import cases_named
from casestore.search.words import begins
from casestore.users.sessions import Visitor

SHOWN: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHit:
    """A person who is called so."""

    id: str
    alias: str = field(repr=False)
    name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHit:
    """
    A case with that number, of a person who is called so, or with such a title or party.

    `named` is what was found in the case itself, and counts as read; of the others it is empty.
    """

    id: str
    number: str
    open: bool
    alias: str = field(repr=False)
    named: Sequence[str] = field(default=(), repr=False)


async def by_name(
    reading: Reading, who: Visitor, query: str, words: Sequence[str]
) -> tuple[list[PersonHit], list[CaseHit]]:
    """Find the visible persons and cases; every word must begin a word of the name or alias."""
    known = await _known(reading, who)
    called = {
        root: told[0]
        for root, told in known.items()
        if begins([text for each in told for text in (each.alias, each.name or "")], words)
    }
    persons = [PersonHit(id=root, alias=d.alias, name=d.name) for root, d in called.items()]
    persons.sort(key=lambda hit: (hit.name or hit.alias).casefold())
    return persons[:SHOWN], await _cases(reading, who, query, known, words)


async def _known(reading: Reading, who: Visitor) -> dict[str, list[Details]]:
    """Give what visible persons are called: their own details first, then their parts'."""
    visible = persons_for(reading, who, Action.PERSON_READ)
    roots = (Person.merged_into.is_(None), Person.deleted_at.is_(None), visible)
    ids = select(Person.id).where(*roots)
    found = await reading.session.scalars(
        select(Person).where(or_(Person.id.in_(ids), Person.merged_into.in_(ids)))
    )
    persons = sorted(found, key=lambda person: person.merged_into is not None)
    details = await details_of_all(reading, persons)
    known: dict[str, list[Details]] = {}
    for person in persons:
        known.setdefault(person.merged_into or person.id, []).append(details[person.id])
    return known


async def _cases(
    reading: Reading,
    who: Visitor,
    query: str,
    known: Mapping[str, Sequence[Details]],
    words: Sequence[str],
) -> list[CaseHit]:
    """Every word begins one of the person's names, of the title, or of what a party is called."""
    wanted = _number(query)
    hits = []
    for case in await cases_named(reading, who):
        told = known.get(case.root, ())
        names = [text for each in told for text in (each.alias, each.name or "")]
        by_number = wanted is not None and _number(case.number) == wanted
        by_person = begins(names, words)
        if by_number or by_person or begins([*names, *case.named], words):
            own = [] if by_number or by_person else case.named
            hits.append(
                CaseHit(
                    id=case.id,
                    number=case.number,
                    open=case.open,
                    alias=told[0].alias if told else "",
                    named=[text for text in own if any(begins([text], (word,)) for word in words)],
                )
            )
    return hits[:SHOWN]


def _number(text: str) -> tuple[int, int] | None:
    """Read a case number; leading zeros in it count for nothing."""
    number = case_number(text)
    if number is None:
        return None
    year, running = number.split("/")
    return int(year), int(running)
