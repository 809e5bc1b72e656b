"""What is said to be measured was, and it is said when."""

from datetime import date
from pathlib import Path

from benchmarks.measured import Measured, keep, kept
from benchmarks.result import ratio

PARTS = ("accept", "relay")
KINDS = ("sqlite", "postgresql")


def found(part: str, kind: str, share: float, day: date) -> Measured:
    rows = [ratio(f"{part} on {kind}", share, at_least=3)]
    return Measured(
        part=part, kind=kind, day=day, runs=5, size=0.5, lines=[f"| {share} |"], rows=rows
    )


def test_one_part_is_measured_again_and_the_others_stand(tmp_path: Path) -> None:
    """Whoever looks at the page sees which figure is of which day."""
    old, new = date(2026, 11, 26), date(2026, 11, 28)
    for each in (
        found("relay", "sqlite", 1.0, old),
        found("accept", "sqlite", 2.0, old),
        found("relay", "sqlite", 3.5, new),
    ):
        keep(each, tmp_path / "measured")

    every = kept(tmp_path / "measured", PARTS, KINDS)

    assert every == [found("accept", "sqlite", 2.0, old), found("relay", "sqlite", 3.5, new)]
    assert [row.met for each in every for row in each.rows] == [False, True]
    assert every[1].table == "| 3.5 |\n\n*2026-11-28, sqlite: 5 runs, 0.5 of full size.*"


def test_where_nothing_was_measured_nothing_is_said(tmp_path: Path) -> None:
    assert kept(tmp_path / "measured", PARTS, KINDS) == []
