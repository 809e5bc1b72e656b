"""Who has access, as the team leader and the department head see it; reasons only for one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from casestore.access.changing import version_of
from casestore.access.tables import AccessChange, Grant
from casestore.audit.tables import AuditEvent
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, unseal
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.threads.keys import TEAM, known_key
from casestore.times import day_of, read_time
from casestore.users.rules import MUST_HAVE_TWO, Role, employed
from casestore.users.second_factor import enrolled
from casestore.users.sessions import acting_role
from casestore.users.tables import User

UNREADABLE = _("(kan ikke leses)")
Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """An account today. `role` is its own, `today` the one it acts in."""

    id: str
    login: str
    name: str
    role: Role
    today: Role
    active: bool
    employed: bool
    employed_from: date | None
    employed_until: date | None
    closed_at: datetime | None
    locked_until: datetime | None
    second_factor: datetime | None
    tied: datetime | None
    lacks_second_factor: bool
    password_temporary: bool
    last_log_in: datetime | None
    deputies: Sequence["DeputyLine"]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyLine:
    """A period as deputy; `open` until it is over or ended, `begun` once it counts."""

    id: str
    from_day: date
    until_day: date
    by: str
    to_themselves: bool
    ended_at: datetime | None
    open: bool
    begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """What was changed of somebody's access; `by` is None for a command on the server."""

    at: datetime
    user: str
    name: str
    what: str
    by: str | None
    to_themselves: bool
    reason: str | None = field(repr=False)


async def accounts(asking: Asking, team: str) -> list[AccountLine]:
    """List every account of the team, those that are closed last."""
    rows = await asking.session.scalars(
        select(User).where(User.team == team).order_by(User.active.desc(), User.name, User.id)
    )
    users = list(rows)
    names = {user.id: user.name for user in users}
    logged_in, today = await _last_log_ins(asking), day_of(asking.now)
    granted = await _granted(asking, [user.id for user in users])
    return [
        _line(asking, user, names, granted.get(user.id, ()), logged_in, today) for user in users
    ]


async def account(asking: Asking, team: str, user: str) -> AccountLine:
    """Give one account of the team, or raise a 404."""
    found = next((line for line in await accounts(asking, team) if line.id == user), None)
    if found is None:
        raise Problem(404, "not-found")
    return found


async def changes(
    asking: Asking, team: str, *, of: str | None = None, at_most: int = 20
) -> list[ChangeLine]:
    """List what was changed, newest first. Of one account: with the reasons."""
    people = {
        row.id: row.name
        for row in await asking.session.execute(select(User.id, User.name).where(User.team == team))
    }
    rows = await asking.session.scalars(
        select(AccessChange)
        .where(AccessChange.team == team, *([AccessChange.user == of] if of else []))
        .order_by(AccessChange.made_at.desc(), AccessChange.id)
        .limit(at_most)
    )
    return [
        ChangeLine(
            at=row.made_at,
            user=row.user,
            name=people.get(row.user, row.user),
            what=row.what,
            by=people.get(row.made_by, row.made_by) if row.made_by else None,
            to_themselves=row.user == row.made_by,
            reason=await _reason(asking, row) if of else None,
        )
        for row in rows.all()
    ]


def _line(
    asking: Asking,
    user: User,
    names: Mapping[str, str],
    granted: Sequence[Grant],
    logged_in: Mapping[str, datetime],
    today: date,
) -> AccountLine:
    role = acting_role(user, granted, today)
    locked = user.locked_until if user.locked_until and asking.now < user.locked_until else None
    return AccountLine(
        id=user.id,
        login=user.login,
        name=user.name,
        role=Role(user.role),
        today=role,
        active=user.active,
        employed=employed(user.employed_from, user.employed_until, today),
        employed_from=user.employed_from,
        employed_until=user.employed_until,
        closed_at=user.closed_at,
        locked_until=locked,
        second_factor=user.totp_since,
        tied=user.oidc_since,
        lacks_second_factor=user.active and role in MUST_HAVE_TWO and not enrolled(user),
        password_temporary=user.password_temporary,
        last_log_in=logged_in.get(user.id),
        deputies=[_deputy(row, names, today) for row in granted],
        version=version_of(user),
    )


def _deputy(row: Grant, names: Mapping[str, str], today: date) -> DeputyLine:
    return DeputyLine(
        id=row.id,
        from_day=row.from_day,
        until_day=row.until_day,
        by=names.get(row.made_by, row.made_by),
        to_themselves=row.user == row.made_by,
        ended_at=row.ended_at,
        open=row.ended_at is None and row.until_day >= today,
        begun=row.from_day <= today,
    )


async def _granted(asking: Asking, users: Sequence[str]) -> dict[str, list[Grant]]:
    rows = await asking.session.scalars(
        select(Grant).where(Grant.user.in_(users)).order_by(Grant.from_day.desc(), Grant.id)
    )
    found: dict[str, list[Grant]] = defaultdict(list)
    for row in rows:
        found[row.user].append(row)
    return found


async def _last_log_ins(asking: Asking) -> dict[str, datetime]:
    """One look in the index for each account, however often each has logged in."""
    last = (
        select(func.max(AuditEvent.at))
        .where(AuditEvent.user == User.id, AuditEvent.what == "account.log_in")
        .scalar_subquery()
    )
    rows = await asking.session.execute(select(User.id, last))
    return {user: read_time(at) for user, at in rows if at is not None}


async def _reason(asking: Asking, row: AccessChange) -> str | None:
    if row.reason is None:
        return None
    try:
        key = await known_key(asking, TEAM)
        return unseal(key, row.reason, bound_to=f"access_changes/{row.id}/reason").decode()
    except Unreadable:
        return UNREADABLE
