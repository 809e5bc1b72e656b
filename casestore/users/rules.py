"""Who may log in, for how long, and what a password must be."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

IDLE: Final = timedelta(minutes=30)
AT_MOST: Final = timedelta(hours=10)  # a working day and a bit
SEEN_AGAIN: Final = timedelta(minutes=1)  # how often being seen is worth a write
FAILURES: Final = 5
LOCKED: Final = timedelta(minutes=15)
SHORTEST_PASSWORD: Final = 12


LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}", re.ASCII)


class Role(StrEnum):
    """What an employee may do."""

    CASEWORKER = "caseworker"
    TEAM_LEADER = "team_leader"


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
        return f"Passordet må ha minst {SHORTEST_PASSWORD} tegn."
    if len(password) > 200:
        return "Passordet kan ikke ha mer enn 200 tegn."
    if login.casefold() in password.casefold() or len(set(password)) < 5:
        return "Passordet er for lett å gjette."
    return None


def last_leader(*, role: str, other_leaders: int) -> bool:
    """Say whether closing this account would leave the team without a team leader (R51)."""
    return role == Role.TEAM_LEADER and other_leaders == 0
