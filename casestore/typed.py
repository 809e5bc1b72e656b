"""What people type in forms: moments as they are in Oslo, and text as it was meant."""

from datetime import UTC, date, datetime
from typing import Final

from casestore.times import OSLO

YEARS: Final = range(1990, 2200)


def moment_typed(text: str) -> datetime | None:
    """Read `YYYY-MM-DDTHH:MM` as the time in Oslo; None when it is no such thing."""
    try:
        moment = datetime.strptime(text.strip()[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=OSLO)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.year in YEARS else None


def day_typed(text: str) -> date | None:
    """Read `YYYY-MM-DD`; None when it is no such thing."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def for_form(moment: datetime) -> str:
    """Write a moment as `moment_typed` reads it, to the minute."""
    return f"{moment.astimezone(OSLO):%Y-%m-%dT%H:%M}"


def text_typed(text: str) -> str:
    """Give a text without blanks around it, and with the line endings that it was counted in."""
    return text.replace("\r\n", "\n").strip()
