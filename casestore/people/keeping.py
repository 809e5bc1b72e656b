"""Registering a person and changing what is known of them; each noted, never with the words."""

from typing import Final

from casestore.access.rules import Action
from casestore.audit.chain import AUDIT, note
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.people.details import details_of, put_details
from casestore.people.finding import get_person
from casestore.people.rules import Typed, changed
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.users.sessions import Visitor

CREATED: Final = "person.created"
CHANGED: Final = "person.changed"
READ: Final = "person.read"
LISTED: Final = "person.listed"


def person_id() -> str:
    """Mint the id of a person, when the form is shown."""
    return new_id("p")


async def register(
    writing: Writing, who: Visitor, typed: Typed, *, its_id: str | None = None
) -> Person:
    """
    Register a person, once for an id: the form sent again gives the same person.

    An id that is somebody else's is a 409. Mistakes in what was typed are found before
    (`casestore.people.rules`), and whether `who` may, too (`Action.PERSON_CREATE`).
    """
    await AUDIT.hold(writing)
    if its_id is not None and (known := await writing.session.get(Person, its_id)) is not None:
        if (known.created_by, known.deleted_at, known.version) != (who.id, None, 1):
            raise Problem(409, "id-taken")
        return known
    person = Person(
        id=its_id or person_id(),
        team=writing.team,
        version=0,
        created_at=writing.now,
        created_by=who.id,
    )
    await put_details(writing, person, typed.details)
    writing.session.add(person)
    await writing.session.flush()
    await note(writing, CREATED, by=who.id, of=person.id)
    return person


async def change(
    writing: Writing, who: Visitor, its_id: str, typed: Typed, *, version: int
) -> Person | None:
    """Write what is known anew; `None` when it has become something else since that version."""
    await AUDIT.hold(writing)
    person = await get_person(writing, who, its_id, Action.PERSON_EDIT)
    # As it is now that nobody else can change it, not as it was when the request came.
    await writing.session.refresh(person)
    fields = changed(await details_of(writing, person), typed.details)
    if person.id != its_id or (fields and person.version != version):
        return None
    if fields:
        await put_details(writing, person, typed.details)
        await note(writing, CHANGED, by=who.id, of=person.id, fields=fields)
    return person
