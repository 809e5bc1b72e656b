"""Time as we keep it: UTC, with exactly three decimals when written; shown as in Oslo."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from casestore.texts.phrases import Phrase, _
from casestore.texts.speaking import Language

Clock = Callable[[], datetime]

OSLO: Final = ZoneInfo("Europe/Oslo")
WRITTEN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
_WRITTEN: Final = re.compile(WRITTEN)


def utc_now() -> datetime:
    """Give the time of this machine, cut to whole milliseconds, as it will be written."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def read_time(text: str) -> datetime:
    """Read `YYYY-MM-DDTHH:MM:SS.mmmZ`; anything else raises `ValueError`."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError("not a time in UTC with three decimals")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def write_time(moment: datetime) -> str:
    """Write `YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    moment = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='milliseconds')}Z"


def in_oslo(moment: datetime) -> str:
    """Write a moment as the team reads it, to the minute."""
    there = moment.astimezone(OSLO)
    return Phrase(
        f"{there:%d.%m.%Y kl. %H:%M}",
        lambda language: f"{_dated(there.date(), language)}{_AT[language]}{there:%H:%M}",
    )


def as_utc(moment: datetime) -> datetime:
    """Give a moment its zone back, where the database has kept only the time."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def day_of(moment: datetime) -> date:
    """Give the day it is in Oslo at a moment."""
    return moment.astimezone(OSLO).date()


def day_in_oslo(moment: datetime) -> str:
    """Write the day of a moment as the team reads it."""
    return written(day_of(moment))


def written(day: date | str) -> str:
    """Write a day, also one that is stored as `YYYY-MM-DD`."""
    known = date.fromisoformat(day) if isinstance(day, str) else day
    return Phrase(f"{known:%d.%m.%Y}", lambda language: _dated(known, language))


def grouped(number: int) -> str:
    """Write a number with its thousands apart."""
    said = f"{number:,}"
    return Phrase(
        said.replace(",", "\u00a0"),
        lambda language: said if language is Language.ENGLISH else said.replace(",", "\u00a0"),
    )


def length(span: timedelta) -> str:
    """Write how long something took, in the largest units that still say something."""
    seconds = span.total_seconds()
    if seconds < 1:
        return _("under 1 s")
    if seconds < 120:
        return _("{n} s").format(n=round(seconds))
    if seconds < 2 * 3600:
        return _("{n} min").format(n=round(seconds / 60))
    if seconds < 48 * 3600:
        return _("{n} t").format(n=round(seconds / 3600))
    return _("{n} døgn").format(n=round(seconds / 86400))


def _dated(day: date, language: Language) -> str:
    if language is not Language.ENGLISH:
        return f"{day:%d.%m.%Y}"
    # The names are written here: strftime gives those of the machine's own language.
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_AT: Final = {Language.BOKMAL: " kl. ", Language.NYNORSK: " kl. ", Language.ENGLISH: ", "}
_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
