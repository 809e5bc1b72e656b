"""Who may log in, for how long, and what a password must be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from casestore.texts.phrases import _

IDLE: Final = timedelta(minutes=30)
AT_MOST: Final = timedelta(hours=10)  # a working day and a bit
SEEN_AGAIN: Final = timedelta(minutes=1)  # how often being seen is worth a write
FAILURES: Final = 5
LOCKED: Final = timedelta(minutes=15)
SHORTEST_PASSWORD: Final = 12


LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}", re.ASCII)


class Role(StrEnum):
    """What an employee is to the team today; what each may do, `casestore.access.rules` says."""

    CASEWORKER = "caseworker"
    TEAM_LEADER = "team_leader"
    DEPUTY = "deputy"
    """A caseworker who stands in for the team leader, for a period; never an account's own role."""
    DEPARTMENT_HEAD = "department_head"


OWN_ROLES: Final = (Role.CASEWORKER, Role.TEAM_LEADER, Role.DEPARTMENT_HEAD)
LEADING: Final = frozenset({Role.TEAM_LEADER, Role.DEPUTY})
MUST_HAVE_TWO: Final = frozenset({Role.TEAM_LEADER, Role.DEPUTY, Role.DEPARTMENT_HEAD})
"""The roles that a password alone never lets in: they see the whole team's, or who sees it."""


class Step(StrEnum):
    """What somebody who is logged in must do before anything else is shown to them."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105  (the name of a step)
    ENROL = "enrol"


class Way(StrEnum):
    """By what somebody has logged in."""

    PASSWORD = "password"  # noqa: S105  (the name of a way)
    PROVIDER = "provider"
    """The municipality's log-in, as one factor."""
    PROVIDER_STRONG = "provider_strong"
    """The same, where it has asked for two factors itself: ours is not asked for too."""


class AccountRefused(Exception):
    """Not done; the message says why, in bokmål, and `where` which field it is about."""

    def __init__(self, message: str, where: str = "form") -> None:
        super().__init__(message)
        self.where = where


def next_step(
    *,
    role: Role,
    enrolled: bool,
    code_given: bool,
    password_temporary: bool,
    required: bool,
    way: Way = Way.PASSWORD,
) -> Step | None:
    """Say what comes first. The code before all else: a password may be somebody else's guess."""
    two_given = way is Way.PROVIDER_STRONG
    if enrolled and not code_given and not two_given:
        return Step.CODE
    if password_temporary:
        return Step.PASSWORD
    must = required and not enrolled and role in MUST_HAVE_TWO
    return Step.ENROL if must and not two_given else None


def employed(from_day: date | None, until_day: date | None, today: date) -> bool:
    """Say whether today is within the employment; both days are, and none is no limit (R50)."""
    begun = from_day is None or from_day <= today
    return begun and (until_day is None or today <= until_day)


def session_holds(*, begun_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Say whether a session is still somebody's: neither left idle nor older than a day's work."""
    return now - seen_at < IDLE and now - begun_at < AT_MOST


def as_login(typed: str) -> str | None:
    """Give the login name that was meant, or `None` when nobody can be called that."""
    login = typed.strip().casefold()
    return login if LOGIN.fullmatch(login) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """What an account remembers of failed log-ins."""

    failures: int = 0
    locked_until: datetime | None = None


def locked(attempts: Attempts, now: datetime) -> bool:
    """Say whether the account takes no password at all just now."""
    return attempts.locked_until is not None and now < attempts.locked_until


def failed(attempts: Attempts, now: datetime) -> Attempts:
    """Count one more wrong password; every fifth locks the account for a while."""
    failures = attempts.failures + 1
    if failures < FAILURES:
        return Attempts(failures=failures)
    return Attempts(failures=0, locked_until=now + LOCKED)


def password_mistake(password: str, *, login: str) -> str | None:
    """Say what is wrong with a password, in bokmål, or `None`."""
    if len(password) < SHORTEST_PASSWORD:
        return _("Passordet må ha minst {shortest_password} tegn.").format(
            shortest_password=SHORTEST_PASSWORD
        )
    if len(password) > 200:
        return _("Passordet kan ikke ha mer enn 200 tegn.")
    if login.casefold() in password.casefold() or len(set(password)) < 5:
        return _("Passordet er for lett å gjette.")
    return None


Period = tuple[date | None, date | None]


def always_led(leaders: Iterable[Period], today: date) -> bool:
    """
    Say whether the team has a team leader today and on every day to come (R51).

    `leaders` are the periods of employment of the active ones, both days included.
    """
    covered = today - timedelta(days=1)
    for begins, ends in sorted(leaders, key=lambda period: period[0] or date.min):
        if ((begins or date.min) - covered).days > 1:
            return False
        if ends is None:
            return True
        covered = max(covered, ends)
    return False


def name_mistake(name: str) -> str | None:
    """Say what is wrong with the name of an employee, in bokmål, or `None`."""
    if not 1 <= len(name) <= 120 or not name.isprintable():
        return _("Navnet må ha mellom 1 og 120 synlige tegn.")
    return None
