"""Restricting a person: kept, and read by nobody in daily use; and lifting it again (art. 18)."""

from typing import Final

from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.deletions.reasons import Reason, put_reason
from casestore.deletions.rules import Kind, Target
from casestore.deletions.tables import Decision
from casestore.edge import Writing
from casestore.people.details import key_owner
from casestore.people.finding import get_person
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.users.sessions import Visitor

DEED: Final = {Kind.RESTRICT: "person.restricted", Kind.UNRESTRICT: "person.unrestricted"}


async def restrict(
    writing: Writing,
    who: Visitor,
    person_id: str,
    *,
    its_id: str,
    kind: Kind,
    basis: str,
    reason: str,
) -> Decision:
    """Restrict a person, or lift it: at once, since it can be undone; once for an id."""
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.PERSON_DELETE)
    if known := await writing.session.get(Decision, its_id):
        if (known.target, known.kind) != (person.id, kind):
            raise Problem(409, "different-body")
        return known
    if (person.restricted_at is not None) == (kind is Kind.RESTRICT):
        raise Problem(409, "already", "It is so already.")
    person.restricted_at = writing.now if kind is Kind.RESTRICT else None
    decision = Decision(
        id=its_id,
        team=writing.team,
        kind=kind,
        target_kind=Target.PERSON,
        target=person.id,
        basis=basis,
        proposed_at=writing.now,
        proposed_by=who.id,
        carried_out_at=writing.now,
        carried_out_by=who.id,
    )
    await put_reason(writing, decision, Reason(why=reason), key_owner(person.id))
    writing.session.add(decision)
    await writing.session.flush()
    await note(writing, DEED[kind], by=who.id, of=person.id, decision=its_id, basis=basis)
    return decision
