"""Parties: who else is in a case. A name, a role and how to reach them, all of it encrypted."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.cases.closing import still_open
from casestore.cases.mistakes import Mistake, changed_meanwhile, within
from casestore.cases.rules import PARTY, ROLES
from casestore.cases.tables import Case, Party
from casestore.cases.words import seal_words, words_of
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable
from casestore.people.details import UNREADABLE
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.users.sessions import Visitor

Asking = Reading | Writing

PLACE: Final = "case_parties/{}/{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a party. `role` is a code of `casestore.cases.rules.ROLES`."""

    name: str = field(repr=False)
    role: str = field(repr=False)
    contact: str = field(default="", repr=False)

    def checked(self) -> "Told":
        """Give it as it is kept, or raise `Mistake`."""
        name = within("name", self.name, PARTY, missing=_("Skriv hvem det er."))
        if self.role not in ROLES:
            raise Mistake("role", _("Velg en rolle fra listen."))
        contact = self.contact.strip()
        if contact:
            within("contact", contact, PARTY, missing="")
        return Told(name=name, role=self.role, contact=contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLine:
    """A party as it is shown."""

    id: str
    version: int
    told: Told

    @property
    def role(self) -> str:
        """Give the role in words."""
        return ROLES.get(self.told.role, ROLES["other"])


async def add_party(
    writing: Writing, who: Visitor, case: Case, *, its_id: str, told: Told
) -> Party:
    """Add a party, once for each `its_id`. The caller has asked for `Action.CASE_WRITE`."""
    if (known := await writing.session.get(Party, its_id)) is not None:
        if (known.case, known.added_by) != (case.id, who.id):
            raise Problem(409, "id-taken")
        return known
    still_open(case)
    party = Party(
        id=its_id,
        team=writing.team,
        case=case.id,
        version=0,
        added_at=writing.now,
        added_by=who.id,
    )
    await _keep(writing, case, party, told.checked())
    writing.session.add(party)
    await writing.session.flush()
    await note(writing, "party.added", by=who.id, of=case.id, party=its_id)
    return party


async def change_party(
    writing: Writing, who: Visitor, case: Case, its_id: str, *, told: Told, version: int
) -> Party:
    """Change what is known of a party; a change in between to something else is a 409."""
    party, checked = await _party(writing, case, its_id), told.checked()
    still_open(case)
    if party.removed_at is not None:
        raise changed_meanwhile()
    if party.version != version:
        if await _told(writing, case, party) == checked:
            return party
        raise changed_meanwhile()
    await _keep(writing, case, party, checked)
    await note(writing, "party.changed", by=who.id, of=case.id, party=its_id)
    return party


async def remove_party(
    writing: Writing, who: Visitor, case: Case, its_id: str, *, version: int
) -> Party:
    """Take a party out of a case; one that is out already stays out."""
    party = await _party(writing, case, its_id)
    if party.removed_at is not None:
        return party
    still_open(case)
    if party.version != version:
        raise changed_meanwhile()
    party.removed_at = writing.now
    await note(writing, "party.removed", by=who.id, of=case.id, party=its_id)
    return party


async def parties_of(asking: Asking, case: Case) -> Sequence[PartyLine]:
    """Give the parties that are in a case now, as they came."""
    found = await asking.session.scalars(
        select(Party)
        .where(Party.case == case.id, Party.removed_at.is_(None))
        .order_by(Party.added_at, Party.id)
    )
    return [
        PartyLine(id=row.id, version=row.version, told=await _told(asking, case, row))
        for row in found
    ]


async def _keep(writing: Writing, case: Case, party: Party, told: Told) -> None:
    party.version += 1
    words = json.dumps(asdict(told), ensure_ascii=False)
    place = PLACE.format(party.id, party.version)
    party.details = await seal_words(writing, case, words, place)


async def _told(asking: Asking, case: Case, party: Party) -> Told:
    try:
        place = PLACE.format(party.id, party.version)
        return Told(**json.loads(await words_of(asking, case, party.details, place)))
    except Unreadable:
        return Told(name=UNREADABLE, role="other")


async def _party(writing: Writing, case: Case, its_id: str) -> Party:
    party = await writing.session.get(Party, its_id)
    if party is None or party.case != case.id:
        raise Problem(404, "not-found")
    return party
