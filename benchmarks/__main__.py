"""`python -m benchmarks`: measure, and say what was found, also where it is worse than asked."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import uvloop

from benchmarks import accept
from benchmarks.process import ROOT
from benchmarks.result import Row
from tests.support.postgres import postgres

BUILD = ROOT / "build"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _accept(runs: int, seconds: float) -> Sequence[Row]:
    found: list[Row] = []
    with postgres(on_disk=True) as server:
        for kind in ("sqlite", "postgresql") if server else ("sqlite",):
            each = await accept.measure(
                kind, server if kind == "postgresql" else None, runs=runs, seconds=seconds
            )
            for line in accept.table(kind, each):
                say(line)
            found += accept.rows(kind, each)
    return found


PARTS = {"accept": _accept}


async def measured(parts: Sequence[str], runs: int, seconds: float) -> list[Row]:
    return [row for part in parts for row in await PARTS[part](runs, seconds)]


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--only", choices=list(PARTS), action="append")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=4)
    told = asked.parse_args()
    BUILD.mkdir(exist_ok=True)
    rows = uvloop.run(measured(told.only or list(PARTS), told.runs, told.seconds))
    for row in rows:
        met = "met    " if row.met else "NOT MET"
        say(f"{met}  {row.ratio:7.2f}  {row.target:>7}  {row.name}")
    (BUILD / "bench.json").write_text(
        json.dumps([asdict(r) for r in rows], ensure_ascii=False, indent=1)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
