"""Standing in for the team leader (R51): for a period, with a reason, and over by itself."""

from datetime import date

from sqlalchemy import select

from casestore.access.changing import By, changed, check_period, locked_team, one_of, sealed_reason
from casestore.access.tables import Grant
from casestore.edge import Writing
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.times import day_of
from casestore.users.rules import AccountRefused, Role


async def grant_deputy(
    writing: Writing, by: By, user: str, *, its_id: str, begins: date | None, ends: date | None
) -> None:
    """Let a caseworker stand in, both days included; the same `its_id` again changes nothing."""
    account = one_of(await locked_team(writing, by), user)
    if await writing.session.get(Grant, its_id) is not None:
        return
    if not account.active or account.role != Role.CASEWORKER:
        raise AccountRefused(_("Bare en saksbehandler kan være stedfortreder."))
    check_period(begins, ends)
    if begins is None or ends is None:
        raise AccountRefused(_("Skriv til og med hvilken dag."), "ends")
    if ends < day_of(writing.now):
        raise AccountRefused(_("Perioden er alt over."), "ends")
    if await _overlapping(writing, user, begins, ends):
        raise AccountRefused(_("Er alt stedfortreder i noe av denne perioden."), "begins")
    reason = await sealed_reason(writing, by, f"grants/{its_id}")
    if by.id is None or reason is None:
        raise AccountRefused(_("Skriv hvorfor."), "reason")
    writing.session.add(
        Grant(
            id=its_id,
            team=writing.team,
            user=account.id,
            role=Role.DEPUTY,
            from_day=begins,
            until_day=ends,
            reason=reason,
            made_at=writing.now,
            made_by=by.id,
        )
    )
    await changed(
        writing, by, account, "deputy.granted",
        grant=its_id, from_day=begins.isoformat(), until_day=ends.isoformat(),
    )  # fmt: skip


async def end_deputy(writing: Writing, by: By, user: str, *, grant: str) -> None:
    """End a period at once; one that is over already is left as it is."""
    account = one_of(await locked_team(writing, by), user)
    standing = await writing.session.get(Grant, grant, populate_existing=True)
    if standing is None or standing.user != account.id:
        raise Problem(404, "not-found")
    if standing.ended_at is not None or standing.until_day < day_of(writing.now):
        return
    standing.ended_at, standing.ended_by = writing.now, by.id
    await changed(writing, by, account, "deputy.ended", grant=standing.id)


async def _overlapping(writing: Writing, user: str, begins: date, ends: date) -> bool:
    found = await writing.session.scalar(
        select(Grant.id)
        .where(
            Grant.user == user,
            Grant.ended_at.is_(None),
            Grant.from_day <= ends,
            Grant.until_day >= begins,
        )
        .limit(1)
    )
    return found is not None
