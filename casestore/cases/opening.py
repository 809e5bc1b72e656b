"""Opening a case: its number, its title, and who is responsible from the first moment."""

from typing import Final

from casestore.audit.chain import AUDIT, note
from casestore.cases.rules import number_of
from casestore.cases.tables import Case, CaseNumber
from casestore.cases.words import seal_title
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.times import day_of
from casestore.upserts import insert_into
from casestore.users.sessions import Visitor

OPENED: Final = "case.opened"


async def open_case(
    writing: Writing,
    who: Visitor,
    person: Person,
    *,
    title: str | None = None,
    its_id: str | None = None,
) -> Case:
    """
    Open a case about a person; whoever opens it is responsible.

    `its_id` is minted with a form, so that sending it twice opens one case: the second time gives
    the first one back. An id that is something else's is a 409. Whether `who` may, the caller
    has asked (`Action.CASE_OPEN`).
    """
    # The audit's head first, as everywhere: no two requests then wait for each other.
    await AUDIT.hold(writing)
    if its_id is not None and (known := await writing.session.get(Case, its_id)) is not None:
        return _same(known, who, person)
    case = Case(
        id=its_id or new_id("case"),
        team=writing.team,
        number=await _next_number(writing),
        person=person.id,
        responsible=who.id,
        status="open",
        version=1,
        opened_at=writing.now,
        opened_by=who.id,
    )
    writing.session.add(case)
    await seal_title(writing, case, title)
    await writing.session.flush()
    await note(writing, OPENED, by=who.id, of=case.id, person=person.id, number=case.number)
    return case


def _same(known: Case, who: Visitor, person: Person) -> Case:
    if (known.person, known.opened_by) != (person.id, who.id):
        raise Problem(409, "id-taken")
    return known


async def _next_number(writing: Writing) -> str:
    """Count on by one within the year in Oslo; undone with the request, so that none is lost."""
    year = day_of(writing.now).year
    counted = (
        insert_into(writing.session, CaseNumber)
        .values(id=new_id("cn"), team=writing.team, year=year, last=1)
        .on_conflict_do_update(index_elements=["team", "year"], set_={"last": CaseNumber.last + 1})
        .returning(CaseNumber.last)
    )
    return number_of(year, (await writing.session.execute(counted)).scalar_one())
