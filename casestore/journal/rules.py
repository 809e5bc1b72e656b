"""What a case number is, and when an untied entry is old."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

CASE_NUMBER: Final = re.compile(r"\d{4}/\d{1,6}", re.ASCII)
WARN: Final = timedelta(days=3)
LATE: Final = timedelta(days=7)


class Age(StrEnum):
    """How long an entry has been without a case."""

    NEW = "new"
    OLD = "old"
    LATE = "late"


def case_number(text: str) -> str | None:
    """Give a case number as it is written, or `None` when it is none."""
    text = text.strip()
    return text if CASE_NUMBER.fullmatch(text) else None


def age(filed_at: datetime, now: datetime) -> Age:
    """Say how long an entry has been without a case."""
    waited = now - filed_at
    if waited >= LATE:
        return Age.LATE
    return Age.OLD if waited >= WARN else Age.NEW
