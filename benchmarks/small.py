"""
Small: what the whole of it needs where it stands, beside the naive script.

Utebru as `utebru serve` runs it, on SQLite and with the case store inside. Its memory is taken
after some youths have been met, so that nothing is counted as saved that work would bring in.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import cache_from_source
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.process import ROOT, Program, Side
from benchmarks.relay import NAIVE, rig
from benchmarks.result import Row, ratio

WHOLE: Final = Side(module="benchmarks.contestants.whole", ready="utebru: klar")
SIDES: Final = {"naive": NAIVE, "utebru": WHOLE}
YOUTHS: Final = 4
"""Each brings some posts, of which a room takes one a second."""
SHORTEST: Final = 20.0
"""Seconds of doing nothing, at the least."""
NAMED: Final = re.compile(r"^([A-Za-z0-9._-]+)==[^;\n]*(;?)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    start: float
    """Seconds from nothing to the first 200 from `/health`."""
    memory: float
    idle: float = 0.0
    """Per cent of a core while nothing happens."""


async def measure(*, runs: int, seconds: float) -> dict[str, list[Small]]:
    """Idle is looked at once, and for as long as it takes to see it; the rest in turn."""
    found: dict[str, list[Small]] = {side: [] for side in SIDES}
    for run in range(runs):
        for side in SIDES:
            rest = 0.0 if run else max(seconds, SHORTEST)
            found[side].append(await _once(side, rest))
    return found


async def _once(side: str, rest: float) -> Small:
    async with rig(SIDES[side], "sqlite", None, youths=YOUTHS) as at:
        small = Small(start=await _started(at.program), memory=0.0)
        await at.meet(YOUTHS, start=YOUTHS)
        small = replace(small, memory=at.program.memory)
        if not rest:
            return small
        before = at.program.cpu
        await asyncio.sleep(rest)
        return replace(small, idle=100 * (at.program.cpu - before) / rest)


async def _started(program: Program) -> float:
    """It has been started once already, so that all it reads is at hand for either side."""
    await program.end()
    await program.spawn()
    took = await program.healthy()
    await program.is_ready()
    return took


def installed() -> float:
    """Megabytes of everything that `requirements/run.txt` names, compiled, and of our own."""
    named = NAMED.findall((ROOT / "requirements" / "run.txt").read_text())
    files = [file for name, only in named for file in _files(name, on_some_only=bool(only))]
    for own in ("bots", "bridge", "casestore"):
        files += [file for file in (ROOT / own).rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def _files(name: str, *, on_some_only: bool) -> Sequence[Path]:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        if on_some_only:
            return ()  # for another system than this one
        raise
    return sorted({each for file in _listed(found) for each in (file, _compiled(file))})


def _listed(found: Distribution) -> Sequence[Path]:
    every = [Path(str(found.locate_file(file))) for file in found.files or ()]
    return [file for file in every if file.is_file()]


def _compiled(file: Path) -> Path:
    """What Python makes of a module when it is first imported; where there is none, itself."""
    made = Path(cache_from_source(str(file))) if file.suffix == ".py" else file
    return made if made.is_file() else file


def rows(found: dict[str, list[Small]]) -> Sequence[Row]:
    def of(side: str, what: str) -> float:
        return float(median(getattr(each, what) for each in found[side]))

    return [
        ratio("8 small: idle, % of a core", found["utebru"][0].idle, at_most=1.0),
        ratio(
            "8 small: memory ÷ naive script's",
            of("utebru", "memory") / of("naive", "memory"),
            at_most=1.5,
        ),
        ratio(
            "8 small: start ÷ naive script's",
            of("utebru", "start") / of("naive", "start"),
            at_most=2.0,
        ),
        ratio("8 small: installed ÷ 300 MB", installed() / 300, at_most=1.0),
    ]


def table(found: dict[str, list[Small]]) -> list[str]:
    lines = [
        "| small | start s | memory MiB | idle, % of a core |",
        "|---|---:|---:|---:|",
    ]
    for side, each in found.items():
        start, memory = (median(getattr(s, w) for s in each) for w in ("start", "memory"))
        lines.append(f"| {side} | {start:.2f} | {memory:.0f} | {each[0].idle:.2f} |")
    return lines
