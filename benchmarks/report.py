"""What was measured: `docs/performance.md` and its picture for people, a list for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.process import ROOT
from benchmarks.result import Row

BEGIN: Final = "<!-- measured: written by `make bench` -->"
END: Final = "<!-- /measured -->"
PAGE: Final = ROOT / "docs" / "performance.md"
PICTURE: Final = ROOT / "docs" / "pictures" / "performance.svg"
WIDTH, LINE, LEFT = 900, 26, 430
ROOM: Final = 0.25
"""Of the width: a bar that is longer has room for what it says."""
FULL: Final = 2.0
"""How many times what was asked fills the width."""


def as_list(rows: Sequence[Row], to: Path) -> None:
    to.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n")


def as_page(tables: Sequence[str], rows: Sequence[Row]) -> None:
    """Replace what was measured last time; the rest of the page is written by people."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    result = ["| what | measured | asked | met |", "|---|---:|---:|---|"]
    result += [f"| {r.name} | {r.ratio:.2f} | {r.target} | {_met(r)} |" for r in rows]
    measured = "\n\n".join([BEGIN, "\n".join(result), *tables, END])
    PAGE.write_text(before + measured + after)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(rows))


def _met(row: Row) -> str:
    return "yes" if row.met else "**no**"


def picture(rows: Sequence[Row]) -> str:
    """Each ratio as a bar, as a part of what was asked; the line is what was asked."""
    asked = LEFT + (WIDTH - LEFT) / FULL
    bars = "\n".join(_bar(place, row) for place, row in enumerate(rows))
    height = LINE * len(rows) + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="13">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{bars}\n'
        f'<line x1="{asked}" x2="{asked}" y1="0" y2="{height}" stroke="#222"/>\n</svg>\n'
    )


def _bar(place: int, row: Row) -> str:
    top = 5 + place * LINE
    share = min(row.of_asked, FULL) / FULL
    colour = "#1b6e53" if row.met else "#b3541e"
    width = (WIDTH - LEFT) * share
    inside = share > ROOM
    at, ink = (LEFT + 6, "#fff") if inside else (LEFT + width + 6, "#222")
    return (
        f'<text x="{LEFT - 8}" y="{top + 16}" text-anchor="end">{row.name}</text>'
        f'<rect x="{LEFT}" y="{top + 3}" width="{width:.0f}" height="{LINE - 8}" '
        f'fill="{colour}"/><text x="{at:.0f}" y="{top + 17}" fill="{ink}">'
        f"{row.ratio:.2f} ({row.target})</text>"
    )
