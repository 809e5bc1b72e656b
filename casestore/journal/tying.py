"""
Tying a transcript to a case; its thread is tied to the person of that case in the same act.

A transcript can be in no case but its own person's. Whoever calls holds both chains
(`casestore.people.tying.hold`) before anything is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select

from casestore.access.gate import permit
from casestore.access.relations import cases_for, entry_relation
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.cases.finding import get_case
from casestore.cases.opening import open_case
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.journal.tables import Entry
from casestore.people.details import Details, details_of_all
from casestore.people.finding import get_person, person_of_case, person_of_entry
from casestore.people.keeping import register
from casestore.people.rules import Typed
from casestore.people.showing import visible
from casestore.people.tables import Person
from casestore.people.tying import tie_thread
from casestore.problems import Problem
from casestore.transfers import chain
from casestore.users.sessions import Visitor

TIED: Final = "entry.tied"
NEW_CASE: Final = "new:"
"""What the choice of a new case for a known person begins with; the person's id follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A person that may be chosen, with their open cases: (id, number)."""

    person: str
    details: Details = field(repr=False)
    cases: Sequence[tuple[str, str]]


async def choices(
    asking: Reading | Writing, who: Visitor, action: Action, *, only: Person | None = None
) -> list[Choice]:
    """Give the persons, and the cases of theirs, that this action is allowed on."""
    persons = [
        person
        for person in await visible(asking, who, action)
        if only is None or person.id == only.id
    ]
    known = await details_of_all(asking, persons)
    root = func.coalesce(Person.merged_into, Person.id)
    rows = await asking.session.execute(
        select(root, Case.id, Case.number)
        .join(Person, Person.id == Case.person)
        .where(Case.status == "open", cases_for(asking, who, Action.ENTRY_TIE))
        .order_by(Case.opened_at.desc(), Case.id)
    )
    cases: dict[str, list[tuple[str, str]]] = {}
    for person, its_id, number in rows:
        cases.setdefault(person, []).append((its_id, number))
    found = [
        Choice(person=person.id, details=known[person.id], cases=cases.get(person.id, []))
        for person in persons
    ]
    return sorted(found, key=lambda choice: (choice.details.alias.casefold(), choice.person))


async def tie_to_case(
    writing: Writing, who: Visitor, entry: Entry, case_id: str, *, reason: str
) -> Case:
    """Tie a transcript to an open case that this employee may tie to; the reason is the tie's."""
    case = await get_case(writing, who, case_id, Action.ENTRY_TIE)
    if case.status != "open":
        raise Problem(409, "case-closed", "The case is closed.")
    await _tie(writing, who, entry, case, await person_of_case(writing, case), reason)
    return case


async def tie_to_new_case(
    writing: Writing, who: Visitor, entry: Entry, person_id: str, *, case_id: str, reason: str
) -> Case:
    """Open a case for a known person and tie a transcript to it, once for a `case_id`."""
    person = await get_person(writing, who, person_id, Action.CASE_OPEN)
    return await _tie_to_opened(writing, who, entry, person, case_id, reason)


async def tie_to_new_person(
    writing: Writing,
    who: Visitor,
    entry: Entry,
    typed: Typed,
    *,
    person_id: str,
    case_id: str,
    reason: str,
) -> Case:
    """Register a person, open their first case and tie a transcript to it, once for the ids."""
    permit(who, Action.PERSON_CREATE)
    person = await register(writing, who, typed, its_id=person_id)
    return await _tie_to_opened(writing, who, entry, person, case_id, reason)


async def may_tie(writing: Writing, who: Visitor, entry: Entry) -> None:
    """Let through who may tie this transcript; raise a 403 or a 404 otherwise."""
    permit(who, Action.ENTRY_TIE, await entry_relation(writing, who, entry))


async def _tie_to_opened(
    writing: Writing, who: Visitor, entry: Entry, person: Person, case_id: str, reason: str
) -> Case:
    # Before a case number is spent on it.
    await _same_person(writing, entry, person)
    case = await open_case(writing, who, person, its_id=case_id)
    await _tie(writing, who, entry, case, person, reason)
    return case


async def _tie(
    writing: Writing, who: Visitor, entry: Entry, case: Case, person: Person, reason: str
) -> None:
    await may_tie(writing, who, entry)
    if await _same_person(writing, entry, person) is None:
        await tie_thread(writing, who, entry.thread, person, reason=reason)
    if entry.case == case.id:
        return
    entry.case, entry.tied_at, entry.tied_by = case.id, writing.now, who.id
    event = {"kind": "tied", "conversation": entry.conversation, "by": who.id}
    # The transfer log's head is held already: it comes before the audit's in every request.
    await chain.append(writing, event)
    await note(writing, TIED, by=who.id, of=entry.conversation, case=case.id, person=person.id)


async def _same_person(writing: Writing, entry: Entry, person: Person) -> Person | None:
    owner = await person_of_entry(writing, entry)
    if owner is not None and owner.id != person.id:
        raise Problem(409, "another-person", "The transcript belongs to another person.")
    return owner
