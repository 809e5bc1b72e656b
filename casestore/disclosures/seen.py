"""What an employee may see of what has been handed out, noted as read."""

from sqlalchemy import or_, select

from casestore.access.relations import cases_for
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.cases.tables import Case
from casestore.disclosures.reading import DisclosureLine, disclosures_of
from casestore.disclosures.tables import Disclosure
from casestore.edge import Writing
from casestore.people.tables import Person
from casestore.users.sessions import Visitor


async def seen_disclosures(writing: Writing, who: Visitor, person: Person) -> list[DisclosureLine]:
    """
    Give the disclosures about a person, except those in a case that the employee may not read.

    That somebody may read of the person in one case does not open another.
    """
    seen = select(Case.id).where(cases_for(writing, who, Action.DISCLOSURE_READ))
    which = or_(Disclosure.case.is_(None), Disclosure.case.in_(seen))
    lines = await disclosures_of(writing, person, which=which)
    await note(writing, "disclosure.read", by=who.id, of=person.id, count=len(lines))
    return lines
