"""
Several processes on one PostgreSQL, which share the work while any of them may die.

First side by side, in peace: one process and four of them, at the same pace, and what each
message costs. Then the storm: one of the four is killed every few seconds and started again. A
message has come when its number stands in a post, or in a youth's chat.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks import bodies
from benchmarks.databases import database
from benchmarks.load import Request
from benchmarks.process import Program, place, running
from benchmarks.remembering import RememberingSlack
from benchmarks.result import Row, ratio
from benchmarks.standins import ROOM, WORKER, Telegram
from benchmarks.storm import Storm, in_doubt
from benchmarks.ways import Way, Went
from bridge.serving import listening
from tests.support.postgres import Server

OURS: Final = "benchmarks.contestants.ours"
PROCESSES: Final = 4
YOUTHS: Final = 48
IN, OUT = 9.0, 3.0
"""Messages a second from the youths, and back: far more than a team hears, and one can do it."""
HEARD, SAID = 2_000_000, 5_000_000
"""The numbers of the first of each."""
IN_PEACE: Final = 20.0
"""Seconds of each run that is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """
    What became of one run, both ways; `cpu` for each message, 0 where processes died.

    `doubtful`: a reply that was being sent when its process died. It may not have come, and a
    person is asked. What has not come, and is in nobody's doubt, is lost.
    """

    processes: int
    each: Sequence[Went]
    cpu: float
    doubtful: int

    @property
    def sent(self) -> int:
        return sum(went.sent for went in self.each)

    @property
    def longest(self) -> float:
        return max(went.longest for went in self.each)

    @property
    def lost(self) -> int:
        heard, said = self.each
        return heard.missing + max(0, said.missing - self.doubtful)

    @property
    def doubled(self) -> int:
        return sum(went.doubled for went in self.each)

    @property
    def late(self) -> int:
        return sum(went.late for went in self.each)


@dataclass(slots=True)
class Team:
    """Processes that know of each other by the database alone."""

    programs: list[Program]
    slack: RememberingSlack
    telegram: Telegram
    database: str

    async def meet(self) -> None:
        """Each youth writes once, and what that brings with it is over."""
        requests = bodies.updates(YOUTHS, youths=YOUTHS)
        await Way(self.slack, requests, IN, YOUTHS).go(self._ports)
        await asyncio.sleep(3)

    async def relay(self, seconds: float, *, weighed: bool) -> Shared:
        threads = [(ROOM, root) for root in self.slack.talks]

        def written(about: Request) -> Request:
            """With the time at which it goes out: Slack's are good for five minutes."""
            thread = [threads[about.youth]]
            return next(bodies.replies(thread, count=1, start=about.about, user=WORKER))

        heard = bodies.updates(int(IN * seconds), youths=YOUTHS, start=HEARD)
        said = bodies.replies(threads, count=int(OUT * seconds), start=SAID, user=WORKER)
        ways = [
            Way(self.slack, heard, IN, YOUTHS),
            Way(self.telegram, list(said), OUT, len(threads), written),
        ]
        before = self._cpu if weighed else 0.0
        each = await asyncio.gather(*(way.go(self._ports) for way in ways))
        spent = self._cpu - before if weighed else 0.0
        return Shared(
            processes=len(self.programs),
            each=each,
            cpu=spent / max(1, sum(went.sent for went in each)),
            doubtful=await in_doubt(self.database),
        )

    @property
    def _ports(self) -> list[int]:
        return [each.port for each in self.programs]

    @property
    def _cpu(self) -> float:
        return sum(each.cpu for each in self.programs)


@asynccontextmanager
async def team(server: Server, processes: int) -> AsyncIterator[Team]:
    """Each youth has written once, and what that brings with it is over."""
    slack, telegram = RememberingSlack(), Telegram()
    async with AsyncExitStack() as stack:
        env = {
            "BENCH_SLACK": await stack.enter_async_context(listening(slack, "127.0.0.1", 0)),
            "BENCH_TELEGRAM": await stack.enter_async_context(listening(telegram, "127.0.0.1", 0)),
            "BENCH_DATABASE": await stack.enter_async_context(database(server)),
            "BENCH_PLACE": str(stack.enter_context(place())),
            "BENCH_SHARED": "1",
        }
        programs = [await stack.enter_async_context(running(OURS, env)) for _ in range(processes)]
        made = Team(programs, slack, telegram, env["BENCH_DATABASE"])
        await made.meet()
        yield made


async def measure(server: Server, *, runs: int, minutes: float) -> tuple[list[Shared], Storm]:
    """The runs in peace, and as the last the one through the storm."""
    found: list[Shared] = []
    for _ in range(runs):
        for processes in (1, PROCESSES):
            async with team(server, processes) as at:
                found.append(await at.relay(IN_PEACE, weighed=True))
    storm = Storm()
    async with team(server, PROCESSES) as at:
        weather = storm.blow(at.programs, at.database, seconds=minutes * 60)
        through, _ = await asyncio.gather(at.relay(minutes * 60, weighed=False), weather)
    return [*found, through], storm


def rows(found: Sequence[Shared], storm: Storm) -> Sequence[Row]:
    peace = found[:-1]
    cost = {n: median(e.cpu for e in peace if e.processes == n) for n in (1, PROCESSES)}
    wrong = sum(each.lost + each.doubled + each.late for each in found)
    slowest = max(storm.taken_over, default=0.0)
    named = f"6 {PROCESSES} processes"
    return [
        ratio(f"{named}: CPU ÷ one process's", cost[PROCESSES] / cost[1], at_most=1.2),
        ratio(f"{named}: lost, doubled or out of order", wrong, at_most=0),
        ratio(f"{named}, {storm.deaths} deaths: seconds to take over", slowest, at_most=10),
    ]


def table(found: Sequence[Shared], storm: Storm) -> list[str]:
    lines = [
        "| several, postgresql | messages | CPU µs each | slowest s | lost | doubled | late "
        "| in doubt, and shown so |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for place_, each in enumerate(found, start=1):
        weather = f", {storm.deaths} deaths" if place_ == len(found) else ""
        lines.append(
            f"| {each.processes} of them{weather} | {each.sent} | {each.cpu * 1e6:.0f} "
            f"| {each.longest:.1f} | {each.lost} | {each.doubled} | {each.late} "
            f"| {each.doubtful} |"
        )
    return lines
