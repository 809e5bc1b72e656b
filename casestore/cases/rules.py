"""What holds for cases, shares and parties, as tables and without any reading."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from casestore.texts.phrases import _

SHARED_AT_MOST: Final = timedelta(days=180)
"""From the first day to the last, both counted; a longer need is shared anew (R52)."""

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

PAGE: Final = 50
TITLE: Final = 200  # characters
REASON: Final = 2000
PARTY: Final = 200  # a name, or how to reach them

ROLES: Final[Mapping[str, str]] = {
    "guardian": _("Foresatt"),
    "family": _("Familie"),
    "school": _("Skole"),
    "child_welfare": _("Barnevern"),
    "health": _("Helse"),
    "police": _("Politi"),
    "nav": "NAV",
    "friend": _("Venn"),
    "other": _("Annen"),
}
STATUS: Final[Mapping[str, str]] = {"open": _("Åpen"), "closed": _("Avsluttet")}


def number_of(year: int, running: int) -> str:
    """Write a case number as the team writes it: the year, and at least four digits."""
    return f"{year}/{running:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days a share holds, in Oslo; both are included."""

    from_day: date
    until_day: date


def read_day(typed: str) -> date | None:
    """Read `YYYY-MM-DD` of a year anybody could mean, or None."""
    try:
        day = date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 2999 else None


def period_mistake(period: Period, today: date) -> str | None:
    """Say what is wrong with a share's days, in bokmål, or `None`."""
    if period.until_day < period.from_day:
        return _("Den siste dagen kan ikke være før den første.")
    if period.from_day < today:
        return _("Delingen kan tidligst begynne i dag.")
    if period.until_day - period.from_day >= SHARED_AT_MOST:
        return _("En sak kan deles i høyst {days} dager om gangen.").format(
            days=SHARED_AT_MOST.days
        )
    return None


def holds(period: Period, *, ended: bool, today: date) -> str:
    """Say where a share stands today: coming, running, over or ended early."""
    if ended:
        return "ended"
    if today < period.from_day:
        return "coming"
    return "running" if today <= period.until_day else "over"


def overlaps(one: Period, other: Period) -> bool:
    """Say whether two periods have a day in common."""
    return one.from_day <= other.until_day and other.from_day <= one.until_day
