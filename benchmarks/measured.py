"""
What was last measured of each part, so that one can be measured again without all the others.

It lies in `build/measured`, a file for each part and database, and the page says of which day.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from benchmarks.result import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`size`: a part of what the whole takes. `lines`: of its table."""

    part: str
    kind: str
    day: date
    runs: int
    size: float
    lines: Sequence[str]
    rows: Sequence[Row]

    @property
    def table(self) -> str:
        how = (
            f"*{self.day.isoformat()}, {self.kind}: {self.runs} runs, {self.size:g} of full size.*"
        )
        return "\n".join([*self.lines, "", how])


def keep(found: Measured, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    told = {**asdict(found), "day": found.day.isoformat()}
    its = place / f"{found.part}-{found.kind}.json"
    its.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def kept(place: Path, parts: Iterable[str], kinds: Sequence[str]) -> list[Measured]:
    """In the order of `parts`, and of each in the order of `kinds`; what was never is left out."""
    every = (place / f"{part}-{kind}.json" for part in parts for kind in kinds)
    return [_read(its) for its in every if its.is_file()]


def _read(its: Path) -> Measured:
    told = json.loads(its.read_text())
    rows = [Row(**row) for row in told.pop("rows")]
    return Measured(**{**told, "day": date.fromisoformat(told["day"]), "rows": rows})
