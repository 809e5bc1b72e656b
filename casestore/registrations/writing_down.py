"""Sending in what was written down, mending it, and taking it back before anybody has it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from casestore.access.gate import permit
from casestore.access.rules import Action, Relation, seen
from casestore.audit.chain import note
from casestore.edge import Reading, Writing
from casestore.problems import Problem
from casestore.registrations.rules import GRACE, HERE, MENDABLE, Status, Written
from casestore.registrations.tables import Registration
from casestore.registrations.words import EMPTY, forget, put_pictures, put_words, stands_so
from casestore.uploads import Scan
from casestore.upserts import insert_into
from casestore.users.sessions import Visitor

Asking = Reading | Writing


async def send_in(
    writing: Writing,
    who: Visitor,
    its_id: str,
    said: Written,
    *,
    pictures: Sequence[Scan],
    keep: Sequence[str],
) -> Registration:
    """
    Keep it until the bridge asks; the same form sent again says what it is to be now.

    When the bridge has it already, or it was withdrawn, it is a 409.
    """
    row = await _held(writing, who, its_id, said)
    if row.status not in MENDABLE:
        raise Problem(409, "taken-already")
    if row.status == Status.WAITING and await stands_so(writing, row, said, pictures, keep):
        return row
    await put_words(writing, row, said)
    await put_pictures(writing, row, pictures, keep=keep)
    row.channel, row.status, row.why = said.channel, Status.WAITING, None
    row.due_at, row.asked_at = writing.now + GRACE, None
    await note(writing, "registration.sent_in", by=who.id, of=row.id)
    return row


async def withdraw(writing: Writing, who: Visitor, its_id: str) -> Registration:
    """Leave nothing of it; what the bridge may have is a 409."""
    row = await held(writing, its_id)
    if row is None:
        raise Problem(404, "not-found")
    permit(who, Action.REGISTRATION_READ, relation(who, row))
    if row.status == Status.WITHDRAWN:
        return row
    if row.status not in MENDABLE:
        raise Problem(409, "taken-already")
    await forget(writing, row)
    row.status, row.why, row.ended_at = Status.WITHDRAWN, None, writing.now
    await note(writing, "registration.withdrawn", by=who.id, of=row.id)
    return row


async def get_registration(asking: Asking, who: Visitor, its_id: str) -> Registration:
    """Give one; one that they may not read is a 404."""
    row = await asking.session.get(Registration, its_id)
    if row is None:
        raise Problem(404, "not-found")
    permit(who, Action.REGISTRATION_READ, relation(who, row))
    return row


async def listed(asking: Asking, who: Visitor, *, at_most: int) -> list[Registration]:
    """Give those that somebody may read: first what is still here, the newest first in each."""
    here = Registration.status.in_(HERE)
    found = await asking.session.scalars(
        select(Registration)
        .where(_kept(who))
        .order_by(here.desc(), Registration.written_at.desc(), Registration.id.desc())
        .limit(at_most)
    )
    return list(found)


async def unsettled(asking: Asking, who: Visitor) -> list[Registration]:
    """Give those that the bridge has not taken in, the oldest first."""
    found = await asking.session.scalars(
        select(Registration)
        .where(_kept(who), Registration.status.in_(HERE))
        .order_by(Registration.written_at, Registration.id)
    )
    return list(found)


async def held(writing: Writing, its_id: str) -> Registration | None:
    """Give one, and let nobody else change it before the commit."""
    return await writing.session.get(
        Registration, its_id, populate_existing=True, with_for_update=True
    )


def relation(who: Visitor, row: Registration) -> Relation:
    """Say what one is to somebody: their own when they wrote it down."""
    if row.team != who.team:
        return Relation.OTHER_TEAM
    return Relation.OWN if row.written_by == who.id else Relation.NOT_SHARED


async def _held(writing: Writing, who: Visitor, its_id: str, said: Written) -> Registration:
    """Two of the same form may come at once: whoever is second finds the first one's row."""
    await writing.session.execute(
        insert_into(writing.session, Registration)
        .values(
            id=its_id,
            team=writing.team,
            channel=said.channel,
            written_by=who.id,
            written_at=writing.now,
            due_at=writing.now + GRACE,
            status=Status.WAITING,
            words=EMPTY,
        )
        .on_conflict_do_nothing()
    )
    row = await held(writing, its_id)
    if row is None:
        raise Problem(404, "not-found")
    permit(who, Action.REGISTRATION_READ, relation(who, row))
    return row


def _kept(who: Visitor) -> ColumnElement[bool]:
    allowed = seen(who.role, Action.REGISTRATION_READ)
    return and_(
        Registration.team == who.team,
        or_(
            true() if Relation.NOT_SHARED in allowed else false(),
            Registration.written_by == who.id if Relation.OWN in allowed else false(),
        ),
    )
