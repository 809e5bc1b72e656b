"""What the visible cases are called: their titles, and the parties that are in them now."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import select

from casestore.access.relations import cases_for
from casestore.access.rules import Action
from casestore.cases.parties import PLACE
from casestore.cases.tables import Case, Party
from casestore.cases.words import TITLE_PLACE
from casestore.edge import Reading
from casestore.keyring import Unreadable, unseal
from casestore.people.details import key_owner
from casestore.people.tables import Person
from casestore.threads.keys import known_keys
from casestore.users.sessions import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCase:
    """A case, whose person it is (`root`), and what it and those in it are called."""

    id: str
    number: str
    open: bool
    root: str
    named: Sequence[str] = field(repr=False)


async def cases_named(reading: Reading, who: Visitor) -> list[NamedCase]:
    """Give the cases this employee may read, newest first. What cannot be read has no name."""
    rows = (
        await reading.session.execute(
            select(Case.id, Case.number, Case.status, Case.title, Case.person, Person.merged_into)
            .join(Person, Person.id == Case.person)
            .where(cases_for(reading, who, Action.CASE_READ), Person.deleted_at.is_(None))
            .order_by(Case.opened_at.desc(), Case.id)
        )
    ).all()
    parties = await _parties(reading, {row.id for row in rows})
    # Only of those who have something to open: most of the time goes to keys.
    named = [row for row in rows if row.title is not None or row.id in parties]
    owners = {key_owner(part) for row in named for part in (row.person, row.merged_into) if part}
    keys = await known_keys(reading, sorted(owners))
    return [
        NamedCase(
            id=its_id,
            number=number,
            open=status == "open",
            root=into or person,
            named=_named(
                its_id,
                title,
                parties.get(its_id, ()),
                [
                    keys[owner]
                    for part in (person, into)
                    if part and (owner := key_owner(part)) in keys
                ],
            ),
        )
        for its_id, number, status, title, person, into in rows
    ]


async def _parties(reading: Reading, cases: Set[str]) -> Mapping[str, Sequence[Party]]:
    found: dict[str, list[Party]] = defaultdict(list)
    order = (Party.added_at, Party.id)
    rows = select(Party).where(Party.removed_at.is_(None)).order_by(*order)
    for party in await reading.session.scalars(rows):
        if party.case in cases:
            found[party.case].append(party)
    return dict(found)


def _named(
    case: str, title: bytes | None, parties: Sequence[Party], keys: Sequence[bytes]
) -> list[str]:
    named = [] if title is None else [_opened(keys, title, TITLE_PLACE.format(case))]
    for party in parties:
        told = _opened(keys, party.details, PLACE.format(party.id, party.version))
        if told:
            said = json.loads(told)
            named.append(" · ".join(part for part in (said["name"], said["contact"]) if part))
    return [text for text in named if text]


def _opened(keys: Sequence[bytes], sealed: bytes, place: str) -> str:
    for key in keys:
        with suppress(Unreadable):
            return unseal(key, sealed, bound_to=place).decode()
    return ""
