"""Handing a case to a colleague, and back again (R28); and the cases that nobody at work has."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, select

from casestore.audit.chain import note
from casestore.cases.colleagues import Team, away, team_of
from casestore.cases.mistakes import Mistake, changed_meanwhile, within
from casestore.cases.rules import REASON
from casestore.cases.sharing import end_shares_with
from casestore.cases.tables import Case, CaseHandover
from casestore.cases.words import seal_words, shown
from casestore.edge import Reading, Writing
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.times import day_of
from casestore.users.sessions import Visitor
from casestore.users.tables import User

Asking = Reading | Writing

REASON_PLACE: Final = "case_handovers/{}/reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLine:
    """A hand-over as it is shown; `reason` only to who may hand the case over themselves."""

    at: datetime
    from_name: str
    to_name: str
    by: str
    reason: str | None = field(repr=False)


async def handed_already(writing: Writing, who: Visitor, its_id: str, case: str) -> bool:
    """
    Say whether this very form has been sent before.

    Asked before whether the case is still theirs: after the first time, it is not.
    """
    known = await writing.session.get(CaseHandover, its_id)
    return known is not None and (known.case, known.by) == (case, who.id)


async def hand_over(
    writing: Writing,
    who: Visitor,
    case: Case,
    *,
    its_id: str,
    to: str,
    reason: str,
    version: int,
) -> CaseHandover:
    """
    Make a colleague responsible; what was shared with them ends, since they need no share now.

    Whether `who` may, the caller has asked (`Action.CASE_HAND_OVER`), after the audit's head was
    held.
    """
    if await writing.session.get(CaseHandover, its_id) is not None:
        raise Problem(409, "id-taken")
    if case.version != version:
        raise changed_meanwhile()
    told = within("reason", reason, REASON, missing=_("Skriv hvorfor saken skifter hender."))
    team = await team_of(writing, who.team)
    if to not in {user.id for user in team.can_have(case.responsible, day_of(writing.now))}:
        raise Mistake("to", _("Velg en kollega som er på jobb i dag."))
    handover = CaseHandover(
        id=its_id,
        team=writing.team,
        case=case.id,
        from_user=case.responsible,
        to_user=to,
        reason=await seal_words(writing, case, told, REASON_PLACE.format(its_id)),
        at=writing.now,
        by=who.id,
        seen_at=writing.now if to == who.id else None,
    )
    writing.session.add(handover)
    case.responsible, case.version = to, case.version + 1
    await end_shares_with(writing, who, case, to)
    await writing.session.flush()
    await note(
        writing,
        "case.handed_over",
        by=who.id,
        of=case.id,
        handover=its_id,
        from_user=handover.from_user,
        to=to,
    )
    return handover


async def hand_back(
    writing: Writing, who: Visitor, case: Case, *, its_id: str, reason: str, version: int
) -> CaseHandover:
    """Give a case back to who gave it; a 409 when nobody did, or they are not at work."""
    to = await giver_of(writing, case)
    team = await team_of(writing, who.team)
    if to is None or case.responsible != who.id or not team.at_work(to, day_of(writing.now)):
        raise Mistake(
            "to",
            _("Saken kan ikke gis tilbake. Gi den til en annen kollega."),
            status=409,
            code="nobody-to-give-back-to",
        )
    return await hand_over(writing, who, case, its_id=its_id, to=to, reason=reason, version=version)


async def giver_of(asking: Asking, case: Case) -> str | None:
    """Give who gave the case to the one who has it now; None when they have not been given it."""
    last = await _last(asking, case)
    if last is None or last.to_user != case.responsible or last.by == last.to_user:
        return None
    return last.by


async def seen_by(writing: Writing, who: Visitor, case: Case) -> None:
    """Take away the mark «Du har fått saken» when the receiver has opened it."""
    last = await _last(writing, case)
    if last is not None and last.to_user == who.id and last.seen_at is None:
        last.seen_at = writing.now


async def new_to(asking: Asking, who: Visitor) -> dict[str, CaseHandover]:
    """Give the cases somebody has been given and not opened yet, with how they came."""
    found = await asking.session.scalars(
        select(CaseHandover)
        .join(Case, Case.id == CaseHandover.case)
        .where(
            CaseHandover.to_user == who.id,
            CaseHandover.seen_at.is_(None),
            Case.responsible == who.id,
        )
        .order_by(CaseHandover.at)
    )
    return {handover.case: handover for handover in found}


async def handovers_of(
    asking: Asking, case: Case, team: Team, *, with_reasons: bool
) -> Sequence[HandoverLine]:
    """Give every hand-over of a case, the newest first."""
    found = await asking.session.scalars(
        select(CaseHandover)
        .where(CaseHandover.case == case.id)
        .order_by(CaseHandover.at.desc(), CaseHandover.id)
    )
    return [
        HandoverLine(
            at=row.at,
            from_name=team.name(row.from_user),
            to_name=team.name(row.to_user),
            by=team.name(row.by),
            reason=await shown(asking, case, row.reason, REASON_PLACE.format(row.id))
            if with_reasons
            else None,
        )
        for row in found
    ]


def without_responsible(asking: Asking) -> ColumnElement[bool]:
    """Keep the open cases whose responsible is not at work: closed account, or employment over."""
    gone = select(User.id).where(away(day_of(asking.now)))
    return and_(Case.status == "open", Case.responsible.in_(gone))


async def _last(asking: Asking, case: Case) -> CaseHandover | None:
    found = await asking.session.scalars(
        select(CaseHandover)
        .where(CaseHandover.case == case.id)
        .order_by(CaseHandover.at.desc(), CaseHandover.id.desc())
        .limit(1)
    )
    return found.first()
