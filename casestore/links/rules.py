"""The code that ties a Slack account to an employee: short-lived, used once, hard to guess."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Without 0/O and 1/I/L, which look alike when read aloud or copied by hand.
LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH: Final = 8
HOLDS: Final = timedelta(minutes=10)
WRONG_AT_MOST: Final = 10
WINDOW: Final = timedelta(minutes=10)


def new_code() -> str:
    """Make a code."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def as_typed(code: str) -> str:
    """Forgive case, spaces and dashes in what somebody has typed."""
    return code.replace(" ", "").replace("-", "").upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """How many wrong codes have come since the window began."""

    since: datetime | None = None
    wrong: int = 0


def too_many(guesses: Guesses, now: datetime) -> bool:
    """Say whether no code is taken just now, right or wrong."""
    if guesses.since is None or now - guesses.since >= WINDOW:
        return False
    return guesses.wrong >= WRONG_AT_MOST


def guessed_wrong(guesses: Guesses, now: datetime) -> Guesses:
    """Count one more wrong code."""
    if guesses.since is None or now - guesses.since >= WINDOW:
        return Guesses(since=now, wrong=1)
    return Guesses(since=guesses.since, wrong=guesses.wrong + 1)
