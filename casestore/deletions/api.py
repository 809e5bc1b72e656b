"""Restricting, disposing and deleting as JSON, for the team's own tools; the forms' own rules."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.background import BackgroundTask

from casestore.access.asking import DeletionConfirm, DeletionList, PersonDelete
from casestore.answers import Created, Given
from casestore.deletions.answers import Decisions, DecisionTold, DecisionWhole, Heard, HoldState
from casestore.deletions.carrying_out import carry_out
from casestore.deletions.holds import lift_hold, set_hold
from casestore.deletions.proposing import cancel, confirm, propose
from casestore.deletions.reasons import Reason
from casestore.deletions.restricting import restrict
from casestore.deletions.rules import Kind, Target, mistakes
from casestore.deletions.showing import DecisionLine, decision_line, decisions_page, get_decision
from casestore.deletions.tables import Decision
from casestore.edge import ReadingNow, Writing, WritingNow
from casestore.ids import Id, PathId
from casestore.keys_rotating import keep_quietly
from casestore.paging import After, place_after
from casestore.problems import Problem
from casestore.received import Agreed, Code, Hex64, Received, received
from casestore.repeats.route import Once
from casestore.times import write_time
from casestore.users.sessions import Visitor, same_site

router = APIRouter(prefix="/api/deletions", route_class=Once)
OURS = [Depends(same_site)]

ITS_ID = r"^[A-Za-z0-9_-]{8,64}$"


class Proposal(Agreed):
    """What is proposed, for what, and why."""

    id: Id = Field(pattern=ITS_ID)
    kind: Code
    target_kind: Code
    target: Id
    basis: Code
    reason: str = Field(max_length=4000, repr=False)
    reference: str = Field(max_length=200, repr=False)


class Seen(Agreed):
    """The digest of what was shown."""

    seen: Hex64


class Restriction(Agreed):
    """A restriction, or that it is lifted."""

    id: Id = Field(pattern=ITS_ID)
    person: Id
    kind: Code
    basis: Code
    reason: str = Field(max_length=4000, repr=False)


class HoldBack(Agreed):
    """That a person's record is held back."""

    id: Id = Field(pattern=ITS_ID)
    person: Id
    reason: str = Field(min_length=1, max_length=4000, repr=False)


@router.get("")
async def listed(who: DeletionList, reading: ReadingNow, after: After = None) -> Given[Decisions]:
    """List the team's decisions, without content."""
    ours = Decision.team == who.team
    place = await place_after(reading, after, Decision.proposed_at, Decision.id, ours)
    lines, older = await decisions_page(reading, who, before=place)
    told = [DecisionTold(**_told(line)) for line in lines]
    return Given(Decisions(decisions=told, next=older.id if older else None))


@router.get("/{decision_id}")
async def one(decision_id: PathId, who: DeletionList, reading: ReadingNow) -> Given[DecisionWhole]:
    """Give one decision, with its certificate."""
    line = await decision_line(reading, who, await get_decision(reading, who, decision_id))
    certificate = None if line.certificate is None else dict(line.certificate)
    return Given(DecisionWhole(**_told(line), certificate=certificate))


@router.post("", dependencies=OURS)
async def proposed(
    who: PersonDelete,
    body: Annotated[Received[Proposal], Depends(received(Proposal))],
    writing: WritingNow,
) -> Created[DecisionTold]:
    """Propose a disposal, or the deletion of what was a mistake."""
    said = body.said
    if said.target_kind not in set(Target) or mistakes(
        kind=said.kind,
        target=said.target_kind,
        basis=said.basis,
        reason=said.reason,
        reference=said.reference,
    ):
        raise Problem(422, "malformed", "The kind, the target, the basis or the reason.")
    if said.kind not in {Kind.DISPOSE, Kind.DELETE_MISTAKE}:
        raise Problem(422, "malformed", "A restriction is not proposed: it is put at once.")
    decision = await propose(
        writing,
        who,
        Target(said.target_kind),
        said.target,
        its_id=said.id,
        kind=Kind(said.kind),
        basis=said.basis,
        reason=Reason(why=said.reason, reference=said.reference),
    )
    return Created(await _decision(writing, who, decision.id))


@router.post("/{decision_id}/confirm", dependencies=OURS)
async def confirmed_by_another(
    decision_id: PathId,
    who: DeletionConfirm,
    body: Annotated[Received[Seen], Depends(received(Seen))],
    writing: WritingNow,
) -> Given[DecisionTold]:
    """Be the second person of a disposal."""
    await confirm(writing, who, decision_id, seen=body.said.seen)
    return Given(await _decision(writing, who, decision_id))


@router.post("/{decision_id}/cancel", dependencies=OURS)
async def cancelled(
    decision_id: PathId, who: PersonDelete, writing: WritingNow
) -> Given[DecisionTold]:
    """Take a proposal back."""
    await cancel(writing, who, decision_id)
    return Given(await _decision(writing, who, decision_id))


@router.post("/{decision_id}/carry-out", dependencies=OURS)
async def carried_out(
    decision_id: PathId,
    who: PersonDelete,
    body: Annotated[Received[Seen], Depends(received(Seen))],
    writing: WritingNow,
) -> Given[DecisionTold]:
    """Carry a proposal out, as it was shown."""
    await carry_out(writing, who, decision_id, seen=body.said.seen)
    answer = Given(await _decision(writing, who, decision_id))
    answer.background = BackgroundTask(keep_quietly, writing.store)
    return answer


@router.post("/restrictions", dependencies=OURS)
async def restricted(
    who: PersonDelete,
    body: Annotated[Received[Restriction], Depends(received(Restriction))],
    writing: WritingNow,
) -> Created[DecisionTold]:
    """Restrict a person, or lift it."""
    said = body.said
    wrong = mistakes(
        kind=said.kind, target=Target.PERSON, basis=said.basis, reason=said.reason, reference="-"
    )
    if wrong or said.kind not in {Kind.RESTRICT, Kind.UNRESTRICT}:
        raise Problem(422, "malformed", "The kind, the basis or the reason.")
    decision = await restrict(
        writing,
        who,
        said.person,
        its_id=said.id,
        kind=Kind(said.kind),
        basis=said.basis,
        reason=said.reason,
    )
    return Created(await _decision(writing, who, decision.id))


@router.post("/holds", dependencies=OURS)
async def held(
    who: PersonDelete,
    body: Annotated[Received[HoldBack], Depends(received(HoldBack))],
    writing: WritingNow,
) -> Created[HoldState]:
    """Hold everything of a person back."""
    said = body.said
    row = await set_hold(writing, who, said.person, its_id=said.id, reason=said.reason)
    return Created(HoldState(id=row.id, person=row.person))


@router.post("/holds/{hold_id}/lift", dependencies=OURS)
async def lifted(hold_id: PathId, who: PersonDelete, writing: WritingNow) -> Given[HoldState]:
    """Lift a hold."""
    row = await lift_hold(writing, who, hold_id)
    return Given(HoldState(id=row.id, person=row.person))


async def _decision(writing: Writing, who: Visitor, decision_id: str) -> DecisionTold:
    row = await get_decision(writing, who, decision_id)
    return DecisionTold(**_told(await decision_line(writing, who, row)))


def _told(line: DecisionLine) -> dict[str, Any]:
    def at(moment: datetime | None) -> str | None:
        return None if moment is None else write_time(moment)

    return {
        "id": line.id,
        "kind": line.kind,
        "target_kind": line.target_kind,
        "target": line.target,
        "basis": line.basis,
        "status": line.status,
        "counts": dict(line.counts),
        "seen": line.seen,
        "blocks": [str(block) for block in line.blocks],
        "proposed_by": line.proposed_by,
        "proposed_at": at(line.proposed_at),
        "confirmed_by": line.confirmed_by,
        "confirmed_at": at(line.confirmed_at),
        "carried_out_by": line.carried_out_by,
        "carried_out_at": at(line.carried_out_at),
        "cancelled_at": at(line.cancelled_at),
        "bridge": Heard(confirmed=line.bridge[0], told=line.bridge[1]),
    }
