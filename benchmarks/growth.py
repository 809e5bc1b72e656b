"""
Growth: what a message costs where there is little and where there is much: open conversations and
forgotten ones in the bridge. How long a list of the case store takes is in `benchmarks.lists`.

Both programs run at once and are measured in turn, so that what disturbs one disturbs both.
"""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Final

from benchmarks.filling import fill
from benchmarks.relay import BOTH, OURS, Relayed, rig, saturated
from benchmarks.result import Row, ratio
from benchmarks.vaults import vault_of
from tests.support.postgres import Server

FEW: Final = 10
OPEN: Final = 100_000
FORGOTTEN: Final = 1_000_000
SIDES: Final = ("few", "many")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What was measured on each side; `size` is a part of what was asked for."""

    size: float
    relayed: dict[tuple[str, str], list[Relayed]]
    """By side and way."""


async def measure(kind: str, server: Server | None, *, runs: int, count: int, size: float) -> Grown:
    found: dict[tuple[str, str], list[Relayed]] = {}
    much = partial(_fill, still_open=int(OPEN * size), forgotten=int(FORGOTTEN * size))
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
    return Grown(size=size, relayed=found)


async def _fill(env: Mapping[str, str], *, still_open: int, forgotten: int) -> None:
    async with vault_of(env) as vault:
        await fill(vault, still_open=still_open, forgotten=forgotten, now=datetime.now(UTC))


def rows(kind: str, found: Grown) -> Sequence[Row]:
    def of(side: str, way: str, what: str) -> float:
        return float(median(getattr(each, what) for each in found.relayed[side, way]))

    made = []
    for way in BOTH:
        time = of("few", way, "rate") / of("many", way, "rate")
        spent = of("many", way, "cpu") / of("few", way, "cpu")
        made.append(ratio(f"5 growth {way}, {kind}: time, many ÷ few", time, at_most=1.2))
        made.append(ratio(f"5 growth {way}, {kind}: CPU, many ÷ few", spent, at_most=1.2))
    return made


def table(kind: str, found: Grown) -> list[str]:
    lines = [
        f"| growth, {kind} | messages/s | CPU µs each |",
        "|---|---:|---:|",
    ]
    for (side, way), each in found.relayed.items():
        held = FEW if side == "few" else int(OPEN * found.size)
        gone = 0 if side == "few" else int(FORGOTTEN * found.size)
        rate, cpu = (median(getattr(r, what) for r in each) for what in ("rate", "cpu"))
        lines.append(f"| {way}, {held} open, {gone} forgotten | {rate:.0f} | {cpu * 1e6:.0f} |")
    return lines
