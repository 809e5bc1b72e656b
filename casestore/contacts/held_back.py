"""
What a cross table may show, so that nobody in a small town is recognised in it.

Every cell under five, zero too, is shown as «<5»: a zero would tell where the others are. When
only one cell of a row is held back, it could be found by subtraction from the row's own total,
so the smallest of the others is held back with it. Only whole months are crossed: two periods a
day apart would tell what happened on that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SMALL: Final = 5
FEW: Final = "<5"
HIDDEN: Final = "skjult"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """A cross table as it is shown: codes of columns, and rows of code and cells."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def crossed(
    counts: Mapping[tuple[str, str], int], *, rows: Iterable[str], columns: Iterable[str]
) -> Crossed | None:
    """Make the table, or give None when it has one column: then it tells what a total told."""
    shown = list(columns)
    if len(shown) < 2:
        return None
    return Crossed(
        columns=shown,
        rows=[(row, held_back([counts.get((row, column), 0) for column in shown])) for row in rows],
    )


def held_back(cells: Sequence[int]) -> list[str]:
    """Give a row with what is small held back, and never only one cell of it."""
    shown = [FEW if cell < SMALL else str(cell) for cell in cells]
    if shown.count(FEW) == 1 and len(cells) > 1:
        smallest = min((cell, n) for n, cell in enumerate(cells) if cell >= SMALL)[1]
        shown[smallest] = HIDDEN
    return shown
