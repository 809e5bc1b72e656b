"""
Growth: what a message costs, and how long a list takes, where there is little and where there is
much: open conversations and forgotten ones in the bridge, archived transcripts in the case store.

Both programs run at once and are measured in turn, so that what disturbs one disturbs both.
"""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.databases import database
from benchmarks.filling import fill
from benchmarks.process import ROOT
from benchmarks.relay import BOTH, OURS, Relayed, rig, saturated
from benchmarks.result import Row, ratio
from benchmarks.vaults import vault_of
from tests.casestore import pages_at_scale
from tests.casestore.big_logs import fill as fill_record
from tests.casestore.big_world import Filling, Size
from tests.support.postgres import Server

FEW: Final = 10
OPEN: Final = 100_000
ARCHIVED: Final = 1_000_000
LITTLE: Final = 1_000
"""Transcripts in the smaller case store."""
SIDES: Final = ("few", "many")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """How long one list takes for somebody, in seconds."""

    path: str
    login: str
    took: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What was measured on each side; `size` is a part of what was asked for."""

    size: float
    relayed: dict[tuple[str, str], list[Relayed]]
    """By side and way."""
    listed: dict[str, list[Listed]]


async def measure(kind: str, server: Server | None, *, runs: int, count: int, size: float) -> Grown:
    return Grown(
        size=size,
        relayed=await _relayed(kind, server, runs=runs, count=count, size=size),
        listed={
            "few": await _listed(server, LITTLE),
            "many": await _listed(server, int(ARCHIVED * size)),
        },
    )


async def _relayed(
    kind: str, server: Server | None, *, runs: int, count: int, size: float
) -> dict[tuple[str, str], list[Relayed]]:
    found: dict[tuple[str, str], list[Relayed]] = {}
    much = partial(_fill, still_open=int(OPEN * size), forgotten=int(ARCHIVED * size))
    little = partial(_fill, still_open=FEW, forgotten=0)
    async with AsyncExitStack() as stack:
        rigs = {
            side: await stack.enter_async_context(rig(OURS, kind, server, before=before))
            for side, before in (("few", little), ("many", much))
        }
        for run in range(runs):
            for place, way in enumerate(BOTH):
                for side, at in rigs.items():
                    start = 1_000_000 * (1 + run * len(BOTH) + place)
                    got = await saturated(at, way, count, start)
                    found.setdefault((side, way), []).append(got)
                    await at.still()
    return found


async def _fill(env: Mapping[str, str], *, still_open: int, forgotten: int) -> None:
    async with vault_of(env) as vault:
        await fill(vault, still_open=still_open, forgotten=forgotten, now=datetime.now(UTC))


async def _listed(server: Server | None, transcripts: int) -> list[Listed]:
    """Every list of a case store with so many transcripts, for both who have one."""
    found = []
    with tempfile.TemporaryDirectory(prefix="utebru-bench-", dir=ROOT / "build") as home:
        async with database(server) as url:
            settings = pages_at_scale.settings_in(Path(home), url)
            async with pages_at_scale.serving(settings) as app:
                store = app.state.store
                await fill_record(Filling(store=store, size=size_of(transcripts)))
                await pages_at_scale.counted(store)
                for login in ("berit", "tove"):
                    async with pages_at_scale.logged_in(app, login) as http:
                        for path in pages_at_scale.LISTS:
                            answer, times, _ = await pages_at_scale.timed(http, path)
                            if answer.status_code == 200:
                                took = median(times) / 1000
                                found.append(Listed(path=path, login=login, took=took))
    return found


def size_of(transcripts: int) -> Size:
    """As much of everything as goes with so many transcripts."""
    return Size.for_persons(max(60, transcripts * Size().persons // Size().transcripts))


def slower(found: Grown) -> list[tuple[float, Listed, Listed]]:
    """How much longer each list takes where there is much, the one that grows most first."""
    few = {(each.path, each.login): each for each in found.listed["few"]}
    both = [(few[each.path, each.login], each) for each in found.listed["many"]]
    return sorted(((m.took / f.took, f, m) for f, m in both), key=lambda row: -row[0])


def rows(kind: str, found: Grown) -> Sequence[Row]:
    def of(side: str, way: str, what: str) -> float:
        return float(median(getattr(each, what) for each in found.relayed[side, way]))

    made = []
    for way in BOTH:
        time = of("few", way, "rate") / of("many", way, "rate")
        spent = of("many", way, "cpu") / of("few", way, "cpu")
        made.append(ratio(f"5 growth {way}, {kind}: time, many ÷ few", time, at_most=1.2))
        made.append(ratio(f"5 growth {way}, {kind}: CPU, many ÷ few", spent, at_most=1.2))
    worst = slower(found)[0][0]
    made.append(ratio(f"5 growth lists, {kind}: the one that grows most", worst, at_most=1.5))
    return made


def table(kind: str, found: Grown) -> list[str]:
    lines = [
        f"| growth, {kind} | messages/s | CPU µs each |",
        "|---|---:|---:|",
    ]
    for (side, way), each in found.relayed.items():
        held = FEW if side == "few" else int(OPEN * found.size)
        gone = 0 if side == "few" else int(ARCHIVED * found.size)
        rate, cpu = (median(getattr(r, what) for r in each) for what in ("rate", "cpu"))
        lines.append(f"| {way}, {held} open, {gone} forgotten | {rate:.0f} | {cpu * 1e6:.0f} |")
    much = int(ARCHIVED * found.size)
    lines += [
        "",
        f"| lists that grow most, {kind} | with {LITTLE} ms | with {much} ms | ratio |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| `{f.path}` for {f.login} | {f.took * 1e3:.1f} | {m.took * 1e3:.1f} | {times:.2f} |"
        for times, f, m in slower(found)[:8]
    ]
    return lines
