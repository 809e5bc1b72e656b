"""`python -m benchmarks`: measure, and say what was found, also where it is worse than asked."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import product

import uvloop

from benchmarks import accept, relay
from benchmarks.process import ROOT
from benchmarks.result import Row
from tests.support.postgres import Server, postgres

BUILD = ROOT / "build"

Part = tuple[list[str], Sequence[Row]]
"""The lines of a table, and its rows of the result."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def measured(parts: Sequence[str], kinds: Sequence[str], runs: int, size: float) -> list[Row]:
    found: list[Row] = []
    with postgres(on_disk=True) as server:
        for part, kind in product(parts, kinds):
            on = server if kind == "postgresql" else None
            lines, rows = await PARTS[part](kind, on, runs, size)
            say("\n".join(lines))
            found += rows
    return found


async def _accept(kind: str, server: Server | None, runs: int, size: float) -> Part:
    found = await accept.measure(kind, server, runs=runs, seconds=4 * size)
    return accept.table(kind, found), accept.rows(kind, found)


async def _relay(kind: str, server: Server | None, runs: int, size: float) -> Part:
    found = await relay.measure(kind, server, runs=runs, count=int(3000 * size))
    return relay.table(kind, found), relay.rows(kind, found)


PARTS = {"accept": _accept, "relay": _relay}
KINDS = ("sqlite", "postgresql")


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--only", choices=list(PARTS), action="append")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--on", choices=KINDS, action="append")
    asked.add_argument("--size", type=float, default=1, help="of each run; smaller is quicker")
    told = asked.parse_args()
    BUILD.mkdir(exist_ok=True)
    rows = uvloop.run(measured(told.only or list(PARTS), told.on or KINDS, told.runs, told.size))
    for row in rows:
        met = "met    " if row.met else "NOT MET"
        say(f"{met}  {row.ratio:7.2f}  {row.target:>7}  {row.name}")
    (BUILD / "bench.json").write_text(
        json.dumps([asdict(r) for r in rows], ensure_ascii=False, indent=1)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
