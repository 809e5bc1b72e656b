"""
Accept: from a webhook to its 200, when the message is verified, known as new, and on disk.

Three sides on each database: the textbook stack, the framework with group commit alone, and
Utebru, which besides encrypts each message under a key of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks import bodies, durability
from benchmarks.databases import database
from benchmarks.load import flood
from benchmarks.process import running
from benchmarks.result import Row, ratio
from tests.support.postgres import Server

SIDES = {
    "textbook": "benchmarks.contestants.textbook",
    "framework": "benchmarks.contestants.plain",
    "utebru": "benchmarks.contestants.ours",
}
YOUTHS = 2_000
NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Measured:
    rate: float
    p99: float
    cpu: float
    """Seconds of the processor for each message, without the database's own."""


async def measure(
    kind: str,
    server: Server | None,
    *,
    runs: int,
    seconds: float,
    sides: Sequence[str] = tuple(SIDES),
) -> dict[str, list[Measured]]:
    """Each side in turn, so many times over, so that what disturbs one disturbs all."""
    found: dict[str, list[Measured]] = {side: [] for side in sides}
    guess = dict.fromkeys(SIDES, 500.0)
    for _ in range(runs):
        for side in sides:
            measured = await _once(SIDES[side], kind, server, int(guess[side] * seconds))
            guess[side] = measured.rate
            found[side].append(measured)
    return found


async def _once(module: str, kind: str, server: Server | None, count: int) -> Measured:
    async with database(server) as url:
        env = {"BENCH_DATABASE": url, "BENCH_ONLY_ACCEPT": "1",
               "BENCH_TELEGRAM": NOBODY, "BENCH_SLACK": NOBODY}  # fmt: skip
        async with running(module, env) as program:
            durability.demand(program.said, kind)
            await flood(program.port, bodies.updates(max(count // 4, 200), youths=YOUTHS))
            requests = bodies.updates(max(count, 500), youths=YOUTHS, start=1_000_000)
            before = program.cpu
            told = await flood(program.port, requests)
            spent = program.cpu - before
    if told.refused:
        raise RuntimeError(f"{module} refused {told.refused} of {len(requests)}")
    return Measured(told.rate, quantiles(told.took, n=100)[98], spent / len(requests))


def rows(kind: str, found: dict[str, list[Measured]]) -> Sequence[Row]:
    """Targets 1: the ratios of the medians."""

    def of(side: str, what: str) -> float:
        return float(median(getattr(each, what) for each in found[side]))

    textbook, framework, ours = (of(side, "rate") for side in SIDES)
    return [
        ratio(f"1 accept, {kind}: × textbook", ours / textbook, at_least=15),
        ratio(f"1 accept, {kind}: × framework with group commit", ours / framework, at_least=0.70),
        ratio(
            f"1 accept, {kind}: p99 ÷ textbook's",
            of("utebru", "p99") / of("textbook", "p99"),
            at_most=1 / 3,
        ),
    ]


def table(kind: str, found: dict[str, list[Measured]]) -> list[str]:
    lines = [f"| accept, {kind} | messages/s | p99 ms | CPU µs each |", "|---|---:|---:|---:|"]
    for side, each in found.items():
        rate, p99, cpu = (median(getattr(m, w) for m in each) for w in ("rate", "p99", "cpu"))
        lines.append(f"| {side} | {rate:.0f} | {p99 * 1e3:.1f} | {cpu * 1e6:.0f} |")
    return lines
