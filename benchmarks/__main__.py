"""`python -m benchmarks`: measure, and say what was found, also where it is worse than asked."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import product

import uvloop

from benchmarks import accept, growth, handover, limits, lists, loss, relay, report, several, small
from benchmarks.measured import Measured, keep, kept
from benchmarks.process import ROOT
from benchmarks.result import Row
from tests.support.postgres import Server, postgres

BUILD = ROOT / "build"

Part = tuple[list[str], Sequence[Row]]
"""The lines of a table, and its rows of the result."""

Measure = Callable[[str, Server | None, int, float], Awaitable[Part]]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One part, and how much of it: `size` is a part of what the whole takes."""

    part: str
    measure: Measure
    runs: int
    size: float


async def measure(parts: Sequence[Asked], kinds: Sequence[str]) -> None:
    """Each is kept as soon as it has been measured, for what comes after may take an hour."""
    with postgres(on_disk=True) as server:
        for asked, kind in product(parts, kinds):
            on = server if kind == "postgresql" else None
            lines, rows = await asked.measure(kind, on, asked.runs, asked.size)
            if not lines:
                continue
            found = Measured(
                part=asked.part, kind=kind, day=datetime.now(UTC).date(),
                runs=asked.runs, size=asked.size, lines=lines, rows=rows,
            )  # fmt: skip
            keep(found, BUILD / "measured")
            say("\n".join([*lines, "", *map(_told, rows)]))


def _told(row: Row) -> str:
    met = "met    " if row.met else "NOT MET"
    return f"{met}  {row.ratio:7.2f}  {row.target:>7}  {row.name}"


async def _accept(kind: str, server: Server | None, runs: int, size: float) -> Part:
    found = await accept.measure(kind, server, runs=runs, seconds=4 * size)
    return accept.table(kind, found), accept.rows(kind, found)


async def _relay(kind: str, server: Server | None, runs: int, size: float) -> Part:
    found = await relay.measure(kind, server, runs=runs, count=int(3000 * size))
    return relay.table(kind, found), relay.rows(kind, found)


async def _loss(kind: str, server: Server | None, _runs: int, _size: float) -> Part:
    found = await loss.measure(kind, server)
    return loss.table(kind, found), loss.rows(kind, found)


async def _limits(kind: str, server: Server | None, _runs: int, size: float) -> Part:
    found = await limits.measure(kind, server, size=size)
    return limits.table(kind, found), limits.rows(kind, found)


async def _small(kind: str, _server: Server | None, runs: int, size: float) -> Part:
    """On SQLite, where the whole of it is one process."""
    if kind != "sqlite":
        return [], []
    found = await small.measure(runs=runs, seconds=60 * size)
    return small.table(found), small.rows(found)


async def _handover(kind: str, server: Server | None, runs: int, size: float) -> Part:
    found = await handover.measure(kind, server, runs=runs, size=size)
    return handover.table(kind, found), handover.rows(kind, found)


async def _growth(kind: str, server: Server | None, runs: int, size: float) -> Part:
    count = max(500, int(3000 * size))
    found = await growth.measure(kind, server, runs=runs, count=count, size=size)
    return growth.table(kind, found), growth.rows(kind, found)


async def _lists(kind: str, server: Server | None, _runs: int, size: float) -> Part:
    found = await lists.measure(server, size=size)
    return lists.table(kind, found), lists.rows(kind, found)


async def _several(
    _kind: str, server: Server | None, runs: int, _size: float, *, minutes: float = 10
) -> Part:
    """A file has one writer: only on a server can several share."""
    if server is None:
        return [], []
    found = await several.measure(server, runs=runs, minutes=minutes)
    return several.table(*found), several.rows(*found)


PARTS: Mapping[str, Measure] = {
    "accept": _accept,
    "relay": _relay,
    "loss": _loss,
    "handover": _handover,
    "growth": _growth,
    "lists": _lists,
    "several": _several,
    "limits": _limits,
    "small": _small,
}
KINDS = ("sqlite", "postgresql")

HOUR: Mapping[str, tuple[int, float]] = {
    "accept": (5, 0.5),
    "relay": (3, 0.2),
    "loss": (1, 1),
    "handover": (3, 0.2),
    "growth": (2, 0.05),
    "lists": (1, 0.05),
    "several": (2, 1),
    "limits": (1, 0.5),
    "small": (3, 0.4),
}
"""How many runs of each, and of what size, where all of it is to take about an hour."""
STORM_OF_AN_HOUR = 3.0
"""Minutes."""


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--only", choices=list(PARTS), action="append")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--on", choices=KINDS, action="append")
    asked.add_argument("--size", type=float, default=1, help="of each run; smaller is quicker")
    asked.add_argument("--minutes", type=float, default=10, help="of the storm over several")
    asked.add_argument("--hour", action="store_true", help="less of each, in about an hour")
    asked.add_argument(
        "--page", action="store_true", help="renew docs/performance.md with what was last measured"
    )
    told = asked.parse_args()
    BUILD.mkdir(exist_ok=True)
    minutes = STORM_OF_AN_HOUR if told.hour else told.minutes
    how: dict[str, Measure] = {**PARTS, "several": partial(_several, minutes=minutes)}
    much = HOUR if told.hour else dict.fromkeys(PARTS, (told.runs, told.size))
    parts = [
        Asked(part=name, measure=how[name], runs=much[name][0], size=much[name][1])
        for name in told.only or PARTS
    ]
    uvloop.run(measure(parts, told.on or KINDS))
    every = kept(BUILD / "measured", PARTS, KINDS)
    rows = [row for each in every for row in each.rows]
    report.as_list(rows, BUILD / "bench.json")
    if told.page:
        report.as_page([each.table for each in every], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
