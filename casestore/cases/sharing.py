"""
Sharing a case (R52): a named colleague may read it, for a period, for a reason.

A share ends by itself at the end of its last day in Oslo: nothing has to run for that, since
what holds today is asked for each time (`casestore.access.conditions`). Its end is noted then
only when somebody ended it early.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.cases.colleagues import Team, team_of
from casestore.cases.mistakes import Mistake, within
from casestore.cases.rules import REASON, Period, holds, overlaps, period_mistake, read_day
from casestore.cases.tables import Case, Share
from casestore.cases.words import seal_words, shown
from casestore.edge import Reading, Writing
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.times import day_of
from casestore.users.sessions import Visitor

Asking = Reading | Writing

REASON_PLACE: Final = "shares/{}/reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """A share as it is shown; `reason` only to who may share the case themselves."""

    id: str
    user: str
    name: str
    from_day: date
    until_day: date
    state: str
    by: str
    reason: str | None = field(repr=False)


async def share_case(
    writing: Writing,
    who: Visitor,
    case: Case,
    *,
    its_id: str,
    user: str,
    days: tuple[str, str],
    reason: str,
) -> Share:
    """
    Share a case, once for each `its_id`; `Mistake` says what cannot be taken.

    `days` are the first and the last, as YYYY-MM-DD; both are included, in Oslo.

    Whether `who` may, the caller has asked (`Action.CASE_SHARE`), after the audit's head was held.
    """
    if (known := await writing.session.get(Share, its_id)) is not None:
        if (known.case, known.user, known.made_by) != (case.id, user, who.id):
            raise Problem(409, "id-taken")
        return known
    period = _period_typed(days, day_of(writing.now))
    told = within(
        "reason", reason, REASON, missing=_("Skriv hvorfor kollegaen trenger å lese saken.")
    )
    await _may_be_shared_with(writing, who, case, user, period)
    place = REASON_PLACE.format(its_id)
    share = Share(
        id=its_id,
        team=writing.team,
        case=case.id,
        user=user,
        from_day=period.from_day,
        until_day=period.until_day,
        reason=await seal_words(writing, case, told, place),
        made_at=writing.now,
        made_by=who.id,
    )
    writing.session.add(share)
    await writing.session.flush()
    await note(
        writing,
        "case.shared",
        by=who.id,
        of=case.id,
        share=share.id,
        to=user,
        from_day=period.from_day.isoformat(),
        until_day=period.until_day.isoformat(),
    )
    return share


async def end_share(writing: Writing, who: Visitor, case: Case, its_id: str) -> Share:
    """End a share before its time; one that is over or ended already is left as it is."""
    share = await writing.session.get(Share, its_id)
    if share is None or share.case != case.id:
        raise Problem(404, "not-found")
    if share.ended_at is None and share.until_day >= day_of(writing.now):
        await _end(writing, who, share)
    return share


async def end_shares_with(writing: Writing, who: Visitor, case: Case, user: str) -> None:
    """End what a colleague still could read of a case by being shared with."""
    found = await writing.session.scalars(
        select(Share).where(
            Share.case == case.id,
            Share.user == user,
            Share.ended_at.is_(None),
            Share.until_day >= day_of(writing.now),
        )
    )
    for share in found:
        await _end(writing, who, share)


async def shares_of(
    asking: Asking, case: Case, team: Team, *, with_reasons: bool
) -> Sequence[ShareLine]:
    """Give every share there is and was, the newest first."""
    found = await asking.session.scalars(
        select(Share).where(Share.case == case.id).order_by(Share.made_at.desc(), Share.id)
    )
    today = day_of(asking.now)
    return [
        ShareLine(
            id=share.id,
            user=share.user,
            name=team.name(share.user),
            from_day=share.from_day,
            until_day=share.until_day,
            state=holds(_period(share), ended=share.ended_at is not None, today=today),
            by=team.name(share.made_by),
            reason=await shown(asking, case, share.reason, REASON_PLACE.format(share.id))
            if with_reasons
            else None,
        )
        for share in found
    ]


async def _end(writing: Writing, who: Visitor, share: Share) -> None:
    share.ended_at, share.ended_by = writing.now, who.id
    await note(writing, "case.unshared", by=who.id, of=share.case, share=share.id, to=share.user)


async def _may_be_shared_with(
    writing: Writing, who: Visitor, case: Case, user: str, period: Period
) -> None:
    team = await team_of(writing, who.team)
    if user not in {found.id for found in team.can_read(case.responsible, period.from_day)}:
        raise Mistake("user", _("Velg en kollega som er på jobb den første dagen."))
    others = await writing.session.scalars(
        select(Share).where(Share.case == case.id, Share.user == user, Share.ended_at.is_(None))
    )
    if any(overlaps(period, _period(share)) for share in others):
        raise Mistake(
            "user",
            _("Saken er alt delt med denne kollegaen i perioden. Avslutt den delingen først."),
        )


def _period_typed(days: tuple[str, str], today: date) -> Period:
    first, last = (read_day(typed) for typed in days)
    if first is None:
        raise Mistake("from_day", _("Velg den første dagen kollegaen skal kunne lese saken."))
    if last is None:
        raise Mistake("until_day", _("Velg den siste dagen. En deling må ha en slutt."))
    period = Period(from_day=first, until_day=last)
    if mistake := period_mistake(period, today):
        raise Mistake("until_day" if first >= today else "from_day", mistake)
    return period


def _period(share: Share) -> Period:
    return Period(from_day=share.from_day, until_day=share.until_day)
