"""Making accounts, and helping whoever cannot get into theirs."""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select

from casestore.access.changing import By, changed, check_period, locked_team, one_of
from casestore.audit.chain import AUDIT
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.texts.phrases import _
from casestore.users import second_factor
from casestore.users.passwords import hashed
from casestore.users.rules import (
    OWN_ROLES,
    AccountRefused,
    Role,
    as_login,
    name_mistake,
    password_mistake,
)
from casestore.users.sessions import end_all
from casestore.users.tables import User

# Without letters and digits that look alike when read aloud or copied by hand.
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An account to be made. No password given is a temporary one of ours."""

    login: str
    name: str
    role: str
    begins: date | None
    ends: date | None = None
    password: str | None = field(default=None, repr=False)
    id: str | None = None


def temporary_password() -> str:
    """Make a password for one log-in: 79 bits, in groups that can be copied by hand."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


async def make(writing: Writing, by: By, wanted: Wanted, *, first: bool = False) -> tuple[str, str]:
    """
    Make an account and give its id and its password.

    `first` is refused when the team has a team leader. The same `wanted.id` again gives no
    password: the account is there already.
    """
    await locked_team(writing, by)
    # In an empty team there was no account to lock; and one that was made while we waited for
    # the locks is only seen by asking again.
    await AUDIT.hold(writing)
    if wanted.id is not None and await writing.session.get(User, wanted.id) is not None:
        return wanted.id, ""
    login, name = _checked(wanted)
    if first and await _has_leader(writing):
        raise AccountRefused(_("Teamet har en teamleder fra før."))
    taken = await writing.session.scalar(select(User.id).where(User.login == login))
    if taken is not None:
        raise AccountRefused(_("Brukernavnet er i bruk, eller har vært det."), "login")
    password = wanted.password or temporary_password()
    user = User(
        id=wanted.id or new_id("e"),
        team=writing.team,
        login=login,
        name=name,
        role=wanted.role,
        password=await hashed(password),
        password_temporary=wanted.password is None,
        active=True,
        failures=0,
        totp_step=0,
        employed_from=wanted.begins,
        employed_until=wanted.ends,
        created_at=writing.now,
    )
    writing.session.add(user)
    await writing.session.flush()
    await changed(writing, by, user, "account.made", role=wanted.role)
    return user.id, password


async def new_password(writing: Writing, by: By, user: str, *, password: str | None = None) -> str:
    """Give an account a new password, open its lock, and log it out everywhere."""
    account = one_of(await locked_team(writing, by), user)
    if not account.active:
        raise AccountRefused(_("Kontoen er lukket."))
    if password is not None and (mistake := password_mistake(password, login=account.login)):
        raise AccountRefused(mistake)
    given = password or temporary_password()
    account.password, account.password_temporary = await hashed(given), password is None
    account.failures, account.locked_until = 0, None
    await end_all(writing, account.id)
    await changed(writing, by, account, "account.password_reset")
    return given


async def unlock(writing: Writing, by: By, user: str) -> None:
    """Let an account try again at once, that had too many wrong guesses."""
    account = one_of(await locked_team(writing, by), user)
    if account.locked_until is None or account.locked_until <= writing.now:
        return
    account.failures, account.locked_until = 0, None
    await changed(writing, by, account, "account.unlocked")


async def reset_second_factor(writing: Writing, by: By, user: str) -> None:
    """Take away a second factor whose telephone is lost, and log the account out everywhere."""
    account = one_of(await locked_team(writing, by), user)
    if account.totp is None:
        return
    second_factor.forget(account)
    await end_all(writing, account.id)
    await changed(writing, by, account, "account.second_factor_reset")


def _checked(wanted: Wanted) -> tuple[str, str]:
    login, name = as_login(wanted.login), wanted.name.strip()
    if login is None:
        raise AccountRefused(
            _("Brukernavnet må være små bokstaver, tall, punktum, @ eller strek."), "login"
        )
    if mistake := name_mistake(name):
        raise AccountRefused(mistake, "name")
    if wanted.role not in OWN_ROLES:
        raise AccountRefused(_("Velg en rolle."), "role")
    check_period(wanted.begins, wanted.ends)
    if wanted.password is not None and (mistake := password_mistake(wanted.password, login=login)):
        raise AccountRefused(mistake)
    return login, name


async def _has_leader(writing: Writing) -> bool:
    found = await writing.session.scalar(
        select(User.id)
        .where(User.team == writing.team, User.role == Role.TEAM_LEADER, User.active)
        .limit(1)
    )
    return found is not None
