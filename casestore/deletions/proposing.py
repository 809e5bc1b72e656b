"""Step one: a proposal, which shows what will go; and the second person, who confirms it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.deletions.holds import on_hold
from casestore.deletions.reasons import Reason, put_reason, reason_of
from casestore.deletions.retention import Retention, retention_on
from casestore.deletions.rules import Block, Facts, Kind, Target, before_confirming, blocks
from casestore.deletions.subjects import Subject, get_subject, subject_of
from casestore.deletions.tables import Decision
from casestore.edge import Reading, Writing
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.times import day_of
from casestore.users.sessions import Visitor

Asking = Reading | Writing

PROPOSED: Final = "deletion.proposed"
CONFIRMED: Final = "deletion.confirmed"
CANCELLED: Final = "deletion.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How a proposal stands today, and the value for how long records are kept that decides it."""

    blocks: list[Block]
    retention: Retention
    today: date


async def propose(
    writing: Writing,
    who: Visitor,
    target: Target,
    target_id: str,
    *,
    its_id: str,
    kind: Kind,
    basis: str,
    reason: Reason,
) -> Decision:
    """Propose a disposal or the deletion of a mistake; once for an id, and one at a time."""
    await hold(writing)
    subject = await get_subject(writing, who, target, target_id)
    if known := await writing.session.get(Decision, its_id):
        if (known.target, known.kind, known.proposed_by) != (subject.id, kind, who.id):
            raise Problem(409, "different-body")
        return known
    if await proposal_on(writing, subject) is not None:
        raise Problem(409, "proposed-already", "There is a proposal already.")
    decision = Decision(
        id=its_id,
        team=writing.team,
        kind=kind,
        target_kind=subject.kind,
        target=subject.id,
        basis=basis,
        proposed_at=writing.now,
        proposed_by=who.id,
    )
    await put_reason(writing, decision, reason, subject.owner)
    writing.session.add(decision)
    await writing.session.flush()
    await note(writing, PROPOSED, by=who.id, of=subject.id, decision=its_id, kind=kind, basis=basis)
    return decision


async def confirm(writing: Writing, who: Visitor, its_id: str, *, seen: str) -> Decision:
    """
    Be the second person of a disposal, having seen how much will go.

    Raises a 409 when one is oneself the first, or when it is no longer what one has seen.
    """
    decision, subject = await open_decision(writing, its_id)
    if decision.kind != Kind.DISPOSE or decision.proposed_by == who.id:
        raise Problem(409, "not-yours-to-confirm", "The second person must be another.")
    if subject.extent.digest != seen:
        raise Problem(409, "changed", "It is not what was shown any longer.")
    if before_confirming((await standing(writing, decision, subject)).blocks):
        raise Problem(409, "blocked", "Something stands in the way.")
    if decision.confirmed_by == who.id and decision.confirmed_extent == seen:
        return decision
    decision.confirmed_at, decision.confirmed_by = writing.now, who.id
    decision.confirmed_extent = seen
    await note(writing, CONFIRMED, by=who.id, of=decision.target, decision=its_id)
    return decision


async def cancel(writing: Writing, who: Visitor, its_id: str) -> tuple[Decision, Subject]:
    """Take a proposal back, once; nothing has happened, and it stays in the list."""
    await hold(writing)
    decision = await held_decision(writing, its_id)
    subject = await subject_of(writing, decision)
    if decision.carried_out_at or subject is None:
        raise decided_already()
    await get_subject(writing, who, subject.kind, subject.id)
    if decision.cancelled_at is not None:
        return decision, subject
    decision.cancelled_at = writing.now
    await note(writing, CANCELLED, by=who.id, of=decision.target, decision=its_id)
    return decision, subject


async def open_decision(writing: Writing, its_id: str) -> tuple[Decision, Subject]:
    """Give a proposal that still stands, with both chains held; a 404 or a 409 otherwise."""
    await hold(writing)
    decision = await held_decision(writing, its_id)
    subject = await subject_of(writing, decision)
    if decision.cancelled_at or decision.carried_out_at or subject is None:
        raise decided_already()
    return decision, subject


def decided_already() -> Problem:
    """Say that nothing can be done with a proposal any more."""
    return Problem(409, "decided-already", "It is carried out, or taken back.")


async def held_decision(writing: Writing, its_id: str) -> Decision:
    """Give a decision of this team's, locked until the commit."""
    found = await writing.session.execute(
        select(Decision)
        .where(Decision.id == its_id, Decision.team == writing.team)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    decision = found.scalar_one_or_none()
    if decision is None:
        raise Problem(404, "not-found")
    return decision


async def proposal_on(asking: Asking, subject: Subject) -> Decision | None:
    """Give the proposal that stands about something, if there is one."""
    about = (subject.id, *subject.extent.persons)
    found = await asking.session.scalars(
        select(Decision).where(
            Decision.target.in_(about),
            Decision.target_kind == subject.kind,
            Decision.kind.in_((Kind.DISPOSE, Kind.DELETE_MISTAKE)),
            Decision.cancelled_at.is_(None),
            Decision.carried_out_at.is_(None),
        )
    )
    return found.first()


async def standing(asking: Asking, decision: Decision, subject: Subject) -> Stand:
    """Say what stands in the way of a proposal today."""
    today, extent = day_of(asking.now), subject.extent
    retention = retention_on(today)
    reason = await reason_of(asking, decision, subject.owner)
    facts = Facts(
        kind=Kind(decision.kind),
        on_hold=await on_hold(asking, subject.person),
        has_journal=extent.has_journal,
        last_closed=extent.last_closed,
        reference=bool(reason.reference.strip()),
        unproved=extent.unproved,
        entangled=extent.entangled,
        confirmed=decision.confirmed_by is not None,
        confirmed_extent=decision.confirmed_extent,
        extent=extent.digest,
    )
    return Stand(blocks=blocks(facts, retention, today), retention=retention, today=today)
