"""
How long a record of a person is kept before it may be disposed of: versioned, and local.

No law gives one answer (domain.md Q7): the municipality decides in its plan, and until it has
decided the value is «Vurderes senere». Then nothing is disposed of without the reference of a
decision made for that very case.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from casestore.texts.phrases import _


class Keeping(StrEnum):
    """What is done with the record when nobody needs it any longer."""

    LATER = "later"  # «Vurderes senere»: only on a decision of its own
    PRESERVE = "preserve"  # «Bevares»: never disposed of
    YEARS = "years"  # «Kasseres» so many years after the last case was closed


KEEPING: Final = {
    Keeping.LATER: _("Vurderes senere"),
    Keeping.PRESERVE: _("Bevares"),
    Keeping.YEARS: _("Kasseres når tiden er ute"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What holds from a day on. `years` only where the value is `YEARS`."""

    version: str
    from_day: date
    keeping: Keeping
    years: int | None = None
    source: str


RETENTION: Final = (
    Retention(
        version="2026-1",
        from_day=date(2000, 1, 1),
        keeping=Keeping.LATER,
        source=_("Ikke fastsatt i kommunens bevarings- og kassasjonsplan ennå (arkivlova § 13)"),
    ),
)


def retention_on(day: date, versions: tuple[Retention, ...] = RETENTION) -> Retention:
    """Give the value that holds on a day: the one that took effect last."""
    return max((v for v in versions if v.from_day <= day), key=lambda v: v.from_day)


def years_over(retention: Retention, last_closed: date | None, today: date) -> bool:
    """Say whether the record has been kept for its years; an open case has no last day."""
    if retention.keeping is not Keeping.YEARS or retention.years is None or last_closed is None:
        return False
    year = last_closed.year + retention.years
    try:
        return today >= last_closed.replace(year=year)
    except ValueError:
        # A case closed on a leap day is a year older on the first of March.
        return today >= date(year, 3, 1)
