"""
Registering that something was handed out. What is registered is never edited.

What turns out wrong is put right by a new disclosure that points at the one it corrects; both
are shown, to the youth too.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from casestore.access.relations import cases_for
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.cases.tables import Case
from casestore.consents.rules import Given, TakenBack
from casestore.consents.standing import ConsentLine, consents_of
from casestore.disclosures.reading import Words, place, words_of
from casestore.disclosures.rules import BY_CODE, CONSENT, VERSION, held
from casestore.disclosures.tables import Disclosure
from casestore.edge import Reading, Writing
from casestore.keyring import seal
from casestore.people.details import key_owner
from casestore.people.finding import parts_of, threads_of
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.threads.keys import owned_key
from casestore.users.sessions import Visitor

LONGEST: Final = 4000
LONGEST_NAME: Final = 400
CLOCKS_APART: Final = timedelta(minutes=5)
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an employee has said of a disclosure. `at` is None when it was not a time."""

    id: str
    what: str = field(repr=False)
    to: str = field(repr=False)
    why: str = field(repr=False)
    basis: str
    consent: str | None
    case: str | None
    corrects: str | None
    at: datetime | None

    def words(self) -> Words:
        """Give what is encrypted of it."""
        return Words(
            what=self.what, to=self.to, why=self.why, corrects=self.corrects, rules=VERSION
        )


Asking = Reading | Writing
Mistakes = Mapping[str, str]
"""By field, in bokmål."""


async def disclose(writing: Writing, who: Visitor, person: Person, told: Told) -> Mistakes:
    """
    Register a disclosure, or say what is wrong. The audit's head is held.

    The same id with the same words is registered once; with others it is a 409.
    """
    if known := await writing.session.get(Disclosure, told.id):
        if known.written_by != who.id or not await _same(writing, known, person, told):
            raise Problem(409, "different-body")
        return {}
    mistakes = {**_left_out(told, writing.now), **await _pointing(writing, who, person, told)}
    if mistakes or told.at is None:
        return mistakes
    key = await owned_key(writing, key_owner(person.id))
    words = json.dumps(asdict(told.words()), ensure_ascii=False).encode()
    writing.session.add(
        Disclosure(
            id=told.id,
            team=person.team,
            person=person.id,
            case=told.case,
            basis=told.basis,
            consent=told.consent if told.basis == CONSENT else None,
            words=seal(key, words, bound_to=place(told.id)),
            at=told.at,
            written_at=writing.now,
            written_by=who.id,
        )
    )
    await note(
        writing,
        "disclosure.written",
        by=who.id,
        of=person.id,
        disclosure=told.id,
        basis=told.basis,
        corrects=told.corrects,
    )
    return {}


def _left_out(told: Told, now: datetime) -> dict[str, str]:
    mistakes: dict[str, str] = {}
    if not 0 < len(told.what) <= LONGEST:
        mistakes["what"] = _("Skriv hva som ble utlevert, med høyst {longest} tegn.").format(
            longest=LONGEST
        )
    if not 0 < len(told.to) <= LONGEST_NAME:
        mistakes["to"] = _("Skriv hvem som fikk det, med høyst {longest_name} tegn.").format(
            longest_name=LONGEST_NAME
        )
    basis = BY_CODE.get(told.basis)
    if basis is None:
        mistakes["basis"] = _("Velg hva utleveringen bygger på.")
    if len(told.why) > LONGEST:
        mistakes["why"] = _("Høyst {longest} tegn.").format(longest=LONGEST)
    elif basis is not None and basis.why_needed and not told.why:
        mistakes["why"] = _("Skriv hvilken bestemmelse det gjelder, og hvorfor den var oppfylt.")
    if told.at is None:
        mistakes["at"] = _("Skriv dag og klokkeslett.")
    elif told.at > now + CLOCKS_APART:
        mistakes["at"] = _("Tidspunktet har ikke vært ennå.")
    return mistakes


async def _pointing(writing: Writing, who: Visitor, person: Person, told: Told) -> dict[str, str]:
    """Say what is wrong with what the disclosure points at: a consent, a case, an earlier one."""
    mistakes: dict[str, str] = {}
    if told.basis == CONSENT:
        holding = await external_consents(writing, person, told.at or writing.now)
        if told.consent not in {consent.id for consent in holding}:
            mistakes["consent"] = _("Velg et samtykke til å dele med noen utenfor, som gjaldt da.")
    if told.case is not None and told.case not in dict(await cases_to_choose(writing, who, person)):
        mistakes["case"] = _("Velg en av sakene til ungdommen.")
    if told.corrects is not None:
        earlier = await writing.session.get(Disclosure, told.corrects)
        theirs = earlier is not None and earlier.person in await parts_of(writing, person)
        if earlier is None or not theirs or not await may_see(writing, who, earlier):
            mistakes["corrects"] = _("Velg en av utleveringene på denne siden.")
    return mistakes


async def external_consents(asking: Asking, person: Person, at: datetime) -> list[ConsentLine]:
    """
    Give the consents to tell somebody outside that held at a moment, newest first.

    The moment is the whole minute: people type no seconds.
    """
    at = at.replace(second=59, microsecond=999_999)
    threads = await threads_of(asking, person)
    lines = await consents_of(asking, person)
    answers = {line.id: _given(line) for line in lines if line.answer != WITHDRAWN}
    withdrawals = [
        TakenBack(thread=line.thread, purpose=line.purpose, answered_at=line.at)
        for line in lines
        if line.answer == WITHDRAWN
    ]
    return [
        line
        for line in lines
        if (given := answers.get(line.id))
        and held(given, answers=answers.values(), withdrawals=withdrawals, youth=threads, at=at)
    ]


async def cases_to_choose(asking: Asking, who: Visitor, person: Person) -> list[tuple[str, str]]:
    """Give id and number of the person's cases that this employee may read."""
    rows = await asking.session.execute(
        select(Case.id, Case.number)
        .where(
            Case.person.in_(await parts_of(asking, person)),
            cases_for(asking, who, Action.CASE_READ),
        )
        .order_by(Case.opened_at.desc())
    )
    return [(row.id, row.number) for row in rows]


async def may_see(asking: Asking, who: Visitor, row: Disclosure) -> bool:
    """Say whether an employee who may read of the person may read of this disclosure's case."""
    if row.case is None:
        return True
    seen = select(Case.id).where(
        Case.id == row.case, cases_for(asking, who, Action.DISCLOSURE_READ)
    )
    return await asking.session.scalar(seen) is not None


async def _same(writing: Writing, known: Disclosure, person: Person, told: Told) -> bool:
    pointed = (known.basis, known.case, known.at)
    return (
        known.person == person.id
        and pointed == (told.basis, told.case, told.at)
        and await words_of(writing, known) == told.words()
    )


def _given(line: ConsentLine) -> Given:
    return Given(thread=line.thread, purpose=line.purpose, answer=line.answer, answered_at=line.at)
