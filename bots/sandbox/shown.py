"""Times as the page shows them: the team's own, in Oslo."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

OSLO: Final = ZoneInfo("Europe/Oslo")


def clock(at: datetime) -> str:
    return at.astimezone(OSLO).strftime("%H:%M")


def day(at: datetime) -> str:
    return at.astimezone(OSLO).strftime("%Y-%m-%d")
