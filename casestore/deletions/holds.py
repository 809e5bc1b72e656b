"""Holding back: while a court, an inspection or a claim needs it, nothing of a person goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select

from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.deletions.tables import Hold
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import get_person, parts_of
from casestore.people.tables import Person
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.threads.keys import known_key, owned_key
from casestore.users.sessions import Visitor

Asking = Reading | Writing

SET: Final = "hold.set"
LIFTED: Final = "hold.lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """A hold as it is shown."""

    id: str
    made_at: datetime
    made_by: str
    reason: str = field(repr=False)
    lifted_at: datetime | None
    lifted_by: str | None


async def set_hold(
    writing: Writing, who: Visitor, person_id: str, *, its_id: str, reason: str
) -> Hold:
    """Hold everything of a person back; once for an id."""
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.PERSON_DELETE)
    if known := await writing.session.get(Hold, its_id):
        if known.person != person.id:
            raise Problem(409, "different-body")
        return known
    key = await owned_key(writing, key_owner(person.id))
    row = Hold(
        id=its_id,
        team=writing.team,
        person=person.id,
        reason=seal(key, reason.encode(), bound_to=_place(its_id)),
        made_at=writing.now,
        made_by=who.id,
    )
    writing.session.add(row)
    await writing.session.flush()
    await note(writing, SET, by=who.id, of=person.id, hold=its_id)
    return row


async def lift_hold(writing: Writing, who: Visitor, its_id: str) -> Hold:
    """Lift a hold; one that is lifted already stays as it is."""
    await hold(writing)
    row = await writing.session.get(Hold, its_id, populate_existing=True)
    if row is None:
        raise Problem(404, "not-found")
    person = await get_person(writing, who, row.person, Action.PERSON_DELETE)
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = writing.now, who.id
        await note(writing, LIFTED, by=who.id, of=person.id, hold=its_id)
    return row


async def on_hold(asking: Asking, person: Person | None) -> bool:
    """Say whether anything of a person is held back, or of one merged into them."""
    if person is None:
        return False
    found = await asking.session.scalar(
        select(Hold.id)
        .where(Hold.person.in_(await parts_of(asking, person)), Hold.lifted_at.is_(None))
        .limit(1)
    )
    return found is not None


async def holds_of(asking: Asking, person: Person) -> Sequence[HoldLine]:
    """Give every hold of a person, the newest first, with the reasons."""
    rows = await asking.session.scalars(
        select(Hold)
        .where(Hold.person.in_(await parts_of(asking, person)))
        .order_by(Hold.made_at.desc(), Hold.id)
    )
    return [
        HoldLine(
            id=row.id,
            made_at=row.made_at,
            made_by=row.made_by,
            reason=await _reason(asking, row),
            lifted_at=row.lifted_at,
            lifted_by=row.lifted_by,
        )
        for row in rows
    ]


async def _reason(asking: Asking, row: Hold) -> str:
    try:
        key = await known_key(asking, key_owner(row.person))
        return unseal(key, row.reason, bound_to=_place(row.id)).decode()
    except Unreadable:
        return UNREADABLE


def _place(its_id: str) -> str:
    return f"holds/{its_id}/reason"
