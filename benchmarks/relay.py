"""
Relay: from a youth's webhook to Slack having taken the post, and from Slack's event to Telegram.

The naive script, the least that keeps anything, and Utebru, against the same stand-ins. A message
is said to have come when its number stands in a post; everything is counted, also what comes twice.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks import bodies, durability
from benchmarks.databases import database
from benchmarks.load import Request, Told, flood, steady
from benchmarks.process import Before, Program, Side, running
from benchmarks.result import Row, ratio
from benchmarks.standins import ROOM, WORKER, Slack, Standin, Telegram
from bridge.serving import listening
from tests.support.postgres import Server

NAIVE: Final = Side(module="benchmarks.contestants.naive")
BARE: Final = Side(module="benchmarks.contestants.bare", keeps=True)
OURS: Final = Side(module="benchmarks.contestants.ours", keeps=True)
YOUTHS: Final = 200
BOTH: Final = ("inbound", "outbound")
SIDES: Final = (("naive", NAIVE, BOTH), ("bare", BARE, BOTH[:1]), ("utebru", OURS, BOTH))
RATES: Final = (20, 500)
"""Messages a second, at which it is looked at how long one takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """What became of one run; `late` came after something that was said later."""

    rate: float
    cpu: float
    delay: float
    """Seconds from when it was sent, half of them at most."""
    lost: int
    doubled: int
    late: int
    memory: float


@dataclass(slots=True)
class Rig:
    """A program between its stand-ins."""

    program: Program
    slack: Slack
    telegram: Telegram

    def target(self, way: str) -> Standin:
        return self.slack if way == "inbound" else self.telegram

    def requests(self, way: str, count: int, start: int) -> list[Request]:
        if way == "inbound":
            return bodies.updates(count, youths=YOUTHS, start=start)
        threads = [(ROOM, root) for root in self.slack.roots[:YOUTHS]]
        return list(bodies.replies(threads, count=count, start=start, user=WORKER))

    async def meet(self, youths: int, *, start: int = 0) -> None:
        """Each youth writes once, and what that brings with it is over."""
        await flood(self.program.port, bodies.updates(youths, youths=youths, start=start))
        await self.slack.arrived.count(youths + start, quiet=20)
        await self.still()

    async def still(self) -> None:
        """Nothing has been asked of the program's platforms for longer than a room's pause."""
        seen, now = -1, 0
        while seen != now:
            await asyncio.sleep(1.5)
            seen, now = now, self.slack.asked + self.telegram.asked


@asynccontextmanager
async def rig(
    side: Side,
    kind: str,
    server: Server | None,
    *,
    limits: str = "",
    youths: int = YOUTHS,
    before: Before | None = None,
) -> AsyncIterator[Rig]:
    """`limits`: the platforms whose limits Utebru keeps, as in production. All have met it."""
    slack, telegram = Slack(), Telegram()
    async with AsyncExitStack() as stack:
        env = {
            "BENCH_SLACK": await stack.enter_async_context(listening(slack, "127.0.0.1", 0)),
            "BENCH_TELEGRAM": await stack.enter_async_context(listening(telegram, "127.0.0.1", 0)),
            "BENCH_DATABASE": await stack.enter_async_context(
                database(server if kind == "postgresql" else None)
            ),
            "BENCH_LIMITS": limits,
        }
        program = await stack.enter_async_context(running(side, env, before=before))
        if side.keeps:
            durability.demand(program.said, kind)
        made = Rig(program, slack, telegram)
        await made.meet(youths)
        yield made


async def saturated(at: Rig, way: str, count: int, start: int) -> Relayed:
    """As many as it takes, as fast as it takes them."""
    return await _measured(at, way, count, start, None)


async def _measured(at: Rig, way: str, count: int, start: int, rate: float | None) -> Relayed:
    requests, target = at.requests(way, count, start), at.target(way)
    target.arrived.each.clear()
    cpu, began = at.program.cpu, time.monotonic()
    send = (
        flood(at.program.port, requests)
        if rate is None
        else steady(at.program.port, requests, rate=rate)
    )
    told, _ = await asyncio.gather(send, target.arrived.count(count))
    each = [row for row in target.arrived.each if row[0] >= start]
    took = max(at_ for _, _, at_ in each) - began if each else float("inf")
    return Relayed(
        rate=len(each) / took,
        cpu=(at.program.cpu - cpu) / max(1, len(each)),
        delay=_delay(told, each),
        lost=len(told.acknowledged - target.arrived.numbers.keys()),
        doubled=sum(n - 1 for n in target.arrived.numbers.values()),
        late=target.arrived.out_of_order(lambda about: (about - start) % YOUTHS),
        memory=at.program.memory,
    )


def _delay(told: Told, each: list[tuple[int, str, float]]) -> float:
    came = {about: at for about, _, at in reversed(each)}
    return median(
        [came[about] - sent for about, sent in told.sent.items() if about in came] or [float("inf")]
    )


async def measure(
    kind: str, server: Server | None, *, runs: int, count: int
) -> dict[tuple[str, str, float], list[Relayed]]:
    """By program, way and rate (0: as fast as it goes)."""
    found: dict[tuple[str, str, float], list[Relayed]] = {}
    for _ in range(runs):
        for name, side, ways in SIDES:
            async with rig(side, kind, server) as at:
                for way in ways:
                    start = 1_000_000 if way == "inbound" else 5_000_000
                    got = await saturated(at, way, count, start)
                    found.setdefault((name, way, 0), []).append(got)
                    await at.still()
                for rate in RATES:
                    start = 2_000_000 + int(rate) * 1000
                    got = await _measured(at, "inbound", int(min(count, rate * 5)), start, rate)
                    found.setdefault((name, "inbound", rate), []).append(got)
                    await at.still()
    return found


def rows(kind: str, found: dict[tuple[str, str, float], list[Relayed]]) -> Sequence[Row]:
    def of(name: str, way: str, rate: float, what: str) -> float:
        return float(median(getattr(each, what) for each in found[name, way, rate]))

    made = []
    for way, wanted in (("inbound", 3.0), ("outbound", 5.0)):
        fast = of("utebru", way, 0, "rate") / of("naive", way, 0, "rate")
        spent = of("utebru", way, 0, "cpu") / of("naive", way, 0, "cpu")
        made.append(ratio(f"2 relay {way}, {kind}: × naive script's rate", fast, at_least=wanted))
        made.append(ratio(f"2 relay {way}, {kind}: CPU ÷ naive script's", spent, at_most=0.5))
    for rate in RATES:
        slow = of("utebru", "inbound", rate, "delay") / of("naive", "inbound", rate, "delay")
        made.append(ratio(f"2 relay {kind}, {rate}/s: delay ÷ naive script's", slow, at_most=1.0))
    wrong = sum(
        each.lost + each.doubled + each.late
        for key, all_ in found.items()
        if key[0] == "utebru"
        for each in all_
    )
    made.append(ratio(f"2 relay {kind}: lost, doubled or out of order", wrong, at_most=0))
    return made


def table(kind: str, found: dict[tuple[str, str, float], list[Relayed]]) -> list[str]:
    lines = [
        f"| relay, {kind} | messages/s | CPU µs each | delay ms | lost | doubled | late | MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for (name, way, rate), each in found.items():
        mid = {w: median(getattr(r, w) for r in each) for w in ("rate", "cpu", "delay", "memory")}
        wrong = [sum(getattr(r, w) for r in each) for w in ("lost", "doubled", "late")]
        at = f"at {rate:.0f}/s" if rate else "as fast as it goes"
        lines.append(
            f"| {name}, {way}, {at} | {mid['rate']:.0f} | {mid['cpu'] * 1e6:.0f} "
            f"| {mid['delay'] * 1e3:.1f} | {wrong[0]} | {wrong[1]} | {wrong[2]} "
            f"| {mid['memory']:.0f} |"
        )
    return lines
