"""What a decision is about: found, as far as the access table lets somebody decide on it."""

from dataclasses import dataclass, field

from casestore.access.gate import permit
from casestore.access.relations import entry_relation
from casestore.access.rules import Action
from casestore.cases.finding import get_case
from casestore.cases.tables import Case
from casestore.deletions.extent import Extent, extent_of_entry, extent_of_note, extent_of_person
from casestore.deletions.rules import Target
from casestore.deletions.tables import Decision
from casestore.edge import Reading, Writing
from casestore.journal.tables import Entry, Note
from casestore.people.details import key_owner
from casestore.people.finding import get_person, person_of_case, person_of_entry, root_of
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.users.sessions import Visitor

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    A person, a transcript or a note, and all that would go with it.

    `person` is whose it is, if anybody has said; `owner` the data key that reasons about it lie
    under.
    """

    kind: Target
    id: str
    person: Person | None = field(repr=False)
    owner: str
    extent: Extent

    @property
    def home(self) -> str:
        """The page where it is decided on."""
        return {
            Target.PERSON: f"/people/{self.id}/deletion",
            Target.ENTRY: f"/journal/{self.id}/deletion",
            Target.NOTE: f"/notes/{self.id}/deletion",
        }[self.kind]


async def get_subject(asking: Asking, who: Visitor, kind: Target, its_id: str) -> Subject:
    """Give what this employee may decide to delete, or the refusal of the access table."""
    match kind:
        case Target.PERSON:
            person = await get_person(asking, who, its_id, Action.PERSON_DELETE)
            found = await _found(asking, kind, person.id)
        case Target.ENTRY:
            entry = await asking.session.get(Entry, its_id)
            if entry is None:
                raise Problem(404, "not-found")
            permit(who, Action.PERSON_DELETE, await entry_relation(asking, who, entry))
            found = await _found(asking, kind, its_id)
        case Target.NOTE:
            note = await asking.session.get(Note, its_id)
            if note is None:
                raise Problem(404, "not-found")
            await get_case(asking, who, note.case, Action.PERSON_DELETE)
            # A draft is there for nobody but its author, who can delete it.
            found = None if note.finished_at is None else await _found(asking, kind, its_id)
    if found is None:
        raise Problem(404, "not-found")
    return found


async def subject_of(asking: Asking, decision: Decision) -> Subject | None:
    """Give what a decision is about; None when it is gone. For counts only: nobody is asked."""
    return await _found(asking, Target(decision.target_kind), decision.target)


async def _found(asking: Asking, kind: Target, its_id: str) -> Subject | None:
    match kind:
        case Target.PERSON:
            person = await root_of(asking, its_id)
            if person is None or person.deleted_at is not None:
                return None
            owner, extent = key_owner(person.id), await extent_of_person(asking, person)
            return Subject(kind=kind, id=person.id, person=person, owner=owner, extent=extent)
        case Target.ENTRY:
            entry = await asking.session.get(Entry, its_id)
            if entry is None:
                return None
            return Subject(
                kind=kind,
                id=its_id,
                person=await person_of_entry(asking, entry),
                owner=entry.key_owner,
                extent=await extent_of_entry(asking, entry),
            )
        case Target.NOTE:
            note = await asking.session.get(Note, its_id)
            case = None if note is None else await asking.session.get(Case, note.case)
            if note is None or case is None:
                return None
            return Subject(
                kind=kind,
                id=its_id,
                person=await person_of_case(asking, case),
                owner=key_owner(case.person),
                extent=await extent_of_note(asking, note),
            )
