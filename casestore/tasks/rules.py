"""How long a task may wait before somebody must have answered."""

from datetime import datetime, timedelta
from typing import Final

from casestore.times import day_of

# GDPR art. 12(3): a request is answered within one month, and a month may be February; a
# withdrawal is followed up sooner.
WITHIN: Final = {
    "withdrawal": timedelta(days=7),
    "access": timedelta(days=28),
    "deletion": timedelta(days=28),
    "taken_back": timedelta(days=28),
    "age": timedelta(days=7),
}


def due(kind: str, asked_at: datetime) -> datetime:
    """Say when a task must be done."""
    return asked_at + WITHIN[kind]


def days_left(due_at: datetime, now: datetime) -> int:
    """Say how many whole days are left, in Oslo; less than none when the day has passed."""
    return (day_of(due_at) - day_of(now)).days
