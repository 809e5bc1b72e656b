"""
Changing somebody's access (R49–R51): who may, why it was done, and that somebody always leads.

The accounts of the whole team are locked, in one order, before anything is looked at, and before
the audit's head. So two team leaders who close each other at the same moment come one after the
other, and the second is refused. Nothing is changed before everything has been checked: what is
refused may be answered with a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select

from casestore.access.rules import Action, Answer, decide
from casestore.access.tables import AccessChange, Grant
from casestore.audit.chain import Told, note
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.repeats.keeping import forget_account
from casestore.texts.phrases import _
from casestore.threads.keys import TEAM, owned_key
from casestore.times import day_of
from casestore.users.rules import (
    OWN_ROLES,
    AccountRefused,
    Period,
    Role,
    always_led,
    employed,
)
from casestore.users.sessions import Visitor, end_all, role_today
from casestore.users.tables import User

LAST: Final = _(
    "Dette er den siste teamlederen, i dag eller på en dag som kommer. Gi en annen rollen først, "
    "eller la ansettelsen til en annen teamleder vare lenger."
)


class ChangedMeanwhile(AccountRefused):
    """The account is no longer as it was when the form was made."""

    def __init__(self) -> None:
        super().__init__(_("Kontoen er endret siden du åpnet siden. Se over, og prøv igjen."))


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who changes somebody's access, and why; a command on the server is nobody, with no reason."""

    who: Visitor | None = None
    reason: str | None = field(default=None, repr=False)

    @property
    def id(self) -> str | None:
        """The employee's id."""
        return self.who.id if self.who else None


def version_of(user: User) -> str:
    """Give what a form carries, to tell whether the account has changed since it was made."""
    period = f"{user.employed_from or ''}/{user.employed_until or ''}"
    return f"{user.role}/{period}/{'open' if user.active else 'closed'}"


async def locked_team(writing: Writing, by: By) -> Mapping[str, User]:
    """Lock the team's accounts; who changes them must still be allowed to, and say why."""
    rows = await writing.session.scalars(
        select(User)
        .where(User.team == writing.team)
        .order_by(User.id)
        # Without the keys: what others write meanwhile may still point at the accounts.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    team = {user.id: user for user in rows}
    if by.who is not None:
        await _still_may(writing, team.get(by.who.id))
        if not by.reason:
            raise AccountRefused(_("Skriv hvorfor."), "reason")
    return team


async def _still_may(writing: Writing, user: User | None) -> None:
    today = day_of(writing.now)
    if user is not None and user.active and employed(*period_of(user), today):
        role = await role_today(writing.session, user, today)
        if decide(role, Action.ACCESS_GRANT) is Answer.ALLOWED:
            return
    raise Problem(403, "not-allowed")


def one_of(team: Mapping[str, User], user: str) -> User:
    """Give an account of the team, or raise a 404."""
    if user not in team:
        raise Problem(404, "not-found")
    return team[user]


async def set_role(writing: Writing, by: By, user: str, *, role: str, version: str) -> None:
    """Give an account another role of its own; as a deputy it stands in no longer."""
    team = await locked_team(writing, by)
    account = _open(one_of(team, user))
    if role not in OWN_ROLES:
        raise AccountRefused(_("Velg en rolle."), "role")
    if account.role == role:
        return
    _unchanged(account, version)
    if account.role == Role.TEAM_LEADER:
        _still_led(writing, team, account, None)
    account.role = role
    await end_grants(writing, by, account)
    await changed(writing, by, account, "account.role", role=role)


async def set_employment(
    writing: Writing, by: By, user: str, *, begins: date | None, ends: date | None, version: str
) -> None:
    """Say when somebody is employed (R50), both days included; no end is until further notice."""
    team = await locked_team(writing, by)
    account = _open(one_of(team, user))
    check_period(begins, ends)
    if period_of(account) == (begins, ends):
        return
    _unchanged(account, version)
    if account.role == Role.TEAM_LEADER:
        _still_led(writing, team, account, (begins, ends))
    account.employed_from, account.employed_until = begins, ends
    await changed(writing, by, account, "account.employment", **_days(begins, ends))


async def close(writing: Writing, by: By, user: str) -> None:
    """Close an account and log it out; it is kept, and its id is never used again."""
    team = await locked_team(writing, by)
    account = one_of(team, user)
    if not account.active:
        return
    if account.role == Role.TEAM_LEADER:
        _still_led(writing, team, account, None)
    account.active, account.closed_at = False, writing.now
    # Whoever comes back gets a new account, and may tie that one.
    account.oidc_subject, account.oidc_since = None, None
    await end_all(writing, account.id)
    await forget_account(writing, account.id)
    await end_grants(writing, by, account)
    await changed(writing, by, account, "account.closed")


async def changed(writing: Writing, by: By, user: User, what: str, **more: Told) -> None:
    """Keep that somebody's access was changed, and why, and note it in the audit without why."""
    its_id = new_id("change")
    reason = await sealed_reason(writing, by, f"access_changes/{its_id}")
    writing.session.add(
        AccessChange(
            id=its_id,
            team=writing.team,
            user=user.id,
            what=what,
            reason=reason,
            made_at=writing.now,
            made_by=by.id,
        )
    )
    await note(writing, what, by=by.id, of=user.id, **more)


async def sealed_reason(writing: Writing, by: By, place: str) -> bytes | None:
    """Encrypt the reason for its place."""
    if by.reason is None:
        return None
    return seal(await owned_key(writing, TEAM), by.reason.encode(), bound_to=f"{place}/reason")


async def end_grants(writing: Writing, by: By, user: User) -> None:
    """End every period in which somebody stands in, and that is not over."""
    standing = await writing.session.scalars(
        select(Grant).where(
            Grant.user == user.id,
            Grant.ended_at.is_(None),
            Grant.until_day >= day_of(writing.now),
        )
    )
    for grant in standing.all():
        grant.ended_at, grant.ended_by = writing.now, by.id
        await changed(writing, by, user, "deputy.ended", grant=grant.id)


def check_period(begins: date | None, ends: date | None) -> None:
    """Refuse a period that has no beginning, or ends before it."""
    if begins is None:
        raise AccountRefused(_("Skriv fra hvilken dag."), "begins")
    if ends is not None and ends < begins:
        raise AccountRefused(_("Siste dag kan ikke være før den første."), "ends")


def period_of(user: User) -> Period:
    """Give the days of employment, both included."""
    return (user.employed_from, user.employed_until)


def _open(user: User) -> User:
    if not user.active:
        raise AccountRefused(_("Kontoen er lukket."))
    return user


def _unchanged(user: User, version: str) -> None:
    if version_of(user) != version:
        raise ChangedMeanwhile


def _still_led(
    writing: Writing, team: Mapping[str, User], user: User, period: Period | None
) -> None:
    """Refuse what would leave the team without a team leader, today or on any day to come."""
    others = [
        period_of(each)
        for each in team.values()
        if each.active and each.role == Role.TEAM_LEADER and each.id != user.id
    ]
    if not always_led([*others, *([period] if period else [])], day_of(writing.now)):
        raise AccountRefused(LAST)


def _days(begins: date | None, ends: date | None) -> dict[str, Told]:
    return {
        "from_day": begins.isoformat() if begins else None,
        "until_day": ends.isoformat() if ends else None,
    }
