"""Decisions as they are listed: what kind, on what basis, how much, who and when. No content."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true

from casestore.access.gate import may
from casestore.access.rules import Action
from casestore.deletions.proposing import standing
from casestore.deletions.rules import Block, Kind, before_confirming
from casestore.deletions.subjects import Subject, subject_of
from casestore.deletions.tables import Decision, Deletion
from casestore.edge import Reading, Writing
from casestore.places import Place
from casestore.problems import Problem
from casestore.users.sessions import Visitor

Asking = Reading | Writing
PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """
    One decision. `home` is where the team leader decides on it, while it stands.

    `seen` is the digest of what would go today; `bridge` how many of what the bridge was told of
    it has confirmed, and how many there are.
    """

    id: str
    kind: str
    target_kind: str
    target: str
    basis: str
    status: str
    counts: Mapping[str, int]
    proposed_at: datetime
    proposed_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    carried_out_at: datetime | None
    carried_out_by: str | None
    cancelled_at: datetime | None
    home: str | None
    seen: str | None
    blocks: Sequence[Block]
    may_confirm: bool
    bridge: tuple[int, int]
    certificate: Mapping[str, Any] | None


async def decisions_page(
    asking: Asking,
    who: Visitor,
    which: ColumnElement[bool] | None = None,
    *,
    before: Place | None = None,
) -> tuple[list[DecisionLine], Place | None]:
    """Give a page of the team's decisions, the newest first, and where the next one begins."""
    wanted = (
        select(Decision)
        .where(Decision.team == who.team, true() if which is None else which)
        .order_by(Decision.proposed_at.desc(), Decision.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(before.before(Decision.proposed_at, Decision.id))
    rows = list(await asking.session.scalars(wanted))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    lines = [await decision_line(asking, who, row) for row in rows[:PAGE]]
    return lines, Place(at=last.proposed_at, id=last.id) if last else None


async def to_confirm(asking: Asking, who: Visitor) -> list[DecisionLine]:
    """Give the disposals that wait for this employee to be the second person."""
    waits = and_(
        Decision.kind == Kind.DISPOSE,
        Decision.carried_out_at.is_(None),
        Decision.cancelled_at.is_(None),
    )
    newest, _ = await decisions_page(asking, who, waits)
    return [line for line in newest if line.may_confirm]


async def get_decision(asking: Asking, who: Visitor, its_id: str) -> Decision:
    """Give one of the team's decisions, or a 404."""
    row = await asking.session.get(Decision, its_id)
    if row is None or row.team != who.team:
        raise Problem(404, "not-found")
    return row


async def decision_line(asking: Asking, who: Visitor, row: Decision) -> DecisionLine:
    """Put together what is told of one decision."""
    certificate = None if row.certificate is None else json.loads(row.certificate)
    stands = row.carried_out_at is None and row.cancelled_at is None
    subject = await subject_of(asking, row) if stands else None
    found = [] if subject is None else (await standing(asking, row, subject)).blocks
    return DecisionLine(
        id=row.id,
        kind=row.kind,
        target_kind=row.target_kind,
        target=row.target,
        basis=row.basis,
        status=_status(row, found),
        counts=_counts(certificate, subject),
        proposed_at=row.proposed_at,
        proposed_by=row.proposed_by,
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by,
        carried_out_at=row.carried_out_at,
        carried_out_by=row.carried_out_by,
        cancelled_at=row.cancelled_at,
        home=None if subject is None else subject.home,
        seen=None if subject is None else subject.extent.digest,
        blocks=found,
        may_confirm=_waits(row, found) and not before_confirming(found) and _other(who, row),
        bridge=await _bridge(asking, certificate),
        certificate=certificate,
    )


def key_left(asking: Asking, certificate: Mapping[str, Any]) -> bool:
    """Say whether the key file still holds the key that older backups can be opened with."""
    return certificate["ring_key"] in asking.store.ring.keys


def until(certificate: Mapping[str, Any]) -> date:
    """Give the day until which backups may hold what was deleted."""
    return date.fromisoformat(certificate["backups_until"])


def _status(row: Decision, found: Sequence[Block]) -> str:
    if row.cancelled_at is not None:
        return "cancelled"
    if row.carried_out_at is not None:
        return "carried_out"
    if _waits(row, found):
        return "waits"
    return "blocked" if found else "ready"


def _waits(row: Decision, found: Sequence[Block]) -> bool:
    return row.kind == Kind.DISPOSE and bool({Block.NOT_CONFIRMED, Block.CHANGED_SINCE} & {*found})


def _other(who: Visitor, row: Decision) -> bool:
    return row.proposed_by != who.id and may(who, Action.DELETION_CONFIRM)


def _counts(certificate: Mapping[str, Any] | None, subject: Subject | None) -> dict[str, int]:
    if certificate is not None:
        return dict(certificate["counts"])
    return {} if subject is None else subject.extent.counts()


async def _bridge(asking: Asking, certificate: Mapping[str, Any] | None) -> tuple[int, int]:
    told = [] if certificate is None else certificate["bridge"]
    confirmed = select(func.count()).where(
        Deletion.id.in_(told), Deletion.confirmed_at.is_not(None)
    )
    return int(await asking.session.scalar(confirmed) or 0), len(told)
