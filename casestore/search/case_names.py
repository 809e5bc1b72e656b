"""What the visible cases are called: their titles, and the parties that are in them now."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    allowed = (cases_for(reading, who, Action.CASE_READ), Person.deleted_at.is_(None))
    rows = (
        await reading.session.execute(
            select(Case, Person.merged_into)
            .join(Person, Person.id == Case.person)
            .where(*allowed)
            .order_by(Case.opened_at.desc(), Case.id)
        )
    ).all()
    owners = {key_owner(part) for case, into in rows for part in (case.person, into) if part}
    keys = await known_keys(reading, sorted(owners))
    parties = await _parties(reading, [case.id for case, _ in rows])
    return [
        NamedCase(
            id=case.id,
            number=case.number,
            open=case.status == "open",
            root=into or case.person,
            named=_named(case, into, parties.get(case.id, ()), keys),
        )
        for case, into in rows
    ]


async def _parties(reading: Reading, cases: Sequence[str]) -> Mapping[str, Sequence[Party]]:
    found: dict[str, list[Party]] = defaultdict(list)
    wanted = set(cases)
    order = (Party.added_at, Party.id)
    rows = select(Party).where(Party.removed_at.is_(None)).order_by(*order)
    for party in await reading.session.scalars(rows):
        if party.case in wanted:
            found[party.case].append(party)
    return found


def _named(
    case: Case, into: str | None, parties: Sequence[Party], keys: Mapping[str, bytes]
) -> list[str]:
    owners = [key_owner(part) for part in (case.person, into) if part]
    named = []
    if case.title is not None:
        named.append(_opened(keys, owners, case.title, TITLE_PLACE.format(case.id)))
    for party in parties:
        told = _opened(keys, owners, party.details, PLACE.format(party.id, party.version))
        if told:
            said = json.loads(told)
            named.append(" · ".join(part for part in (said["name"], said["contact"]) if part))
    return [text for text in named if text]


def _opened(keys: Mapping[str, bytes], owners: Sequence[str], sealed: bytes, place: str) -> str:
    for owner in owners:
        try:
            if owner in keys:
                return unseal(keys[owner], sealed, bound_to=place).decode()
        except Unreadable:
            continue
    return ""
