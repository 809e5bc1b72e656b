"""One thing that the doctor has found, and how bad it is."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    WELL = "✓"
    NOTE = "!"
    RED = "✗"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    area: str
    level: Level
    says: str
    do: str = ""


def well(area: str, says: str) -> Finding:
    return Finding(area=area, level=Level.WELL, says=says)


def note(area: str, says: str, do: str = "") -> Finding:
    return Finding(area=area, level=Level.NOTE, says=says, do=do)


def red(area: str, says: str, do: str) -> Finding:
    return Finding(area=area, level=Level.RED, says=says, do=do)
