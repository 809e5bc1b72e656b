"""Periods of the statistics: days as in Oslo, both included, and the parts they are shown in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self

from casestore.texts.phrases import _, joined
from casestore.times import OSLO, written
from casestore.typed import day_typed

DAY: Final = timedelta(days=1)
FIRST, LAST = date(1990, 1, 1), date(2200, 1, 1)
MONTHS: Final = (
    _("jan."),
    _("feb."),
    _("mars"),
    _("april"),
    _("mai"),
    _("juni"),
    _("juli"),
    _("aug."),
    _("sep."),
    _("okt."),
    _("nov."),
    _("des."),
)
MOST_PARTS: Final = 37
"""More months than this are shown as quarters, more quarters as years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From and with one day to and with another."""

    since: date
    until: date

    @classmethod
    def month(cls, day: date) -> Self:
        """Give the month that a day is in."""
        return cls._months(day.replace(day=1), 1)

    @classmethod
    def quarter(cls, day: date) -> Self:
        """Give the quarter that a day is in."""
        return cls._months(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), 3)

    @classmethod
    def year(cls, day: date) -> Self:
        """Give the year that a day is in."""
        return cls._months(day.replace(month=1, day=1), 12)

    @classmethod
    def _months(cls, first: date, count: int) -> Self:
        return cls(since=first, until=_later(first, count) - DAY)

    @classmethod
    def asked(cls, query: Mapping[str, str], today: date) -> Self:
        """Read a period from an address; what is not understood is the month that is now."""
        since, until = _day(query.get("since", "")), _day(query.get("until", ""))
        if since is None and until is None:
            return cls.month(today)
        since = since or FIRST
        until = until or max(today, since)
        return cls(since=min(since, until), until=max(since, until))

    @property
    def begins(self) -> datetime:
        """The moment it begins."""
        return datetime.combine(self.since, time(), OSLO).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The moment after it."""
        return datetime.combine(self.until + DAY, time(), OSLO).astimezone(UTC)

    @property
    def whole_months(self) -> bool:
        """Whether it begins with a month and ends with one."""
        return self.since.day == 1 and (self.until + DAY).day == 1

    @property
    def said(self) -> str:
        """The period in words."""
        return joined("–", (written(self.since), written(self.until)))

    def parts(self) -> list["Part"]:
        """Cut it into months, quarters or years, so that there are not too many to read."""
        for count in (1, 3, 12):
            parts = self._cut(count)
            if len(parts) <= MOST_PARTS:
                return parts
        return self._cut(120)

    def _cut(self, count: int) -> list["Part"]:
        month = 1 if count >= 12 else (self.since.month - 1) // count * count + 1
        first, parts = self.since.replace(month=month, day=1), []
        while first <= self.until:
            after = _later(first, count)
            own = Period(since=max(first, self.since), until=min(after - DAY, self.until))
            parts.append(Part(label=_label(first, count), period=own))
            first = after
        return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One month, quarter or year within a period, or what of it is within."""

    label: str
    period: Period


def usual(today: date) -> list[tuple[str, Period]]:
    """Give the periods that are asked for again and again."""
    month, quarter, year = Period.month(today), Period.quarter(today), Period.year(today)
    return [
        (_("Denne måneden"), month),
        (_("Forrige måned"), Period.month(month.since - DAY)),
        (_("Dette kvartalet"), quarter),
        (_("Forrige kvartal"), Period.quarter(quarter.since - DAY)),
        (_("I år"), year),
        (_("I fjor"), Period.year(year.since - DAY)),
    ]


def _later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _label(first: date, count: int) -> str:
    if count == 1:
        return joined(" ", (MONTHS[first.month - 1], str(first.year)))
    if count == 3:
        return _("{n}. kvartal {year}").format(n=(first.month + 2) // 3, year=first.year)
    return str(first.year) if count == 12 else f"{first.year}–{first.year + count // 12 - 1}"


def _day(text: str) -> date | None:
    day = day_typed(text)
    return day if day is not None and FIRST <= day < LAST else None
