"""
At the platforms' limits: how near to them, whether they are kept, and whether the turns are fair.

Telegram takes 30 messages a second and one a second into each chat (Bots FAQ, "My bot is hitting
limits"), Slack one a second into each room (chat.postMessage). And the end of it: SIGTERM in the
middle, with a platform that answers and with one that does not.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Final

from benchmarks import bodies
from benchmarks.load import Request, flood
from benchmarks.process import Side
from benchmarks.relay import OURS, Rig, rig
from benchmarks.result import Row, ratio
from benchmarks.standins import ROOM, WORKER, Behaviour, Limit, Standin
from tests.support.postgres import Server

WHOLE: Final = Side(module="benchmarks.contestants.whole", ready="utebru: klar")
QUIET: Final = 150.0
"""Seconds: longer than it takes to find out, after an end, what became of a call that was cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLimit:
    """
    `share`: of what the platform takes. `fair`: the least served youth's turns, of the most's.

    `together`: messages in one post, in the mean.
    """

    what: str
    share: float
    limited: int
    fair: float
    together: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    what: str
    took: float
    lost: int
    doubled: int


@dataclass(slots=True)
class Found:
    at_limit: list[AtLimit] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)


async def measure(kind: str, server: Server | None, *, size: float) -> Found:
    found = Found()
    async with rig(OURS, kind, server, limits="slack", youths=6) as at:
        found.at_limit.append(await _room(at, int(60 * size)))
    async with rig(OURS, kind, server, limits="telegram", youths=60) as at:
        found.at_limit.append(await _chats(at, "5 chats, 1/s each", 5, int(20 * size)))
        found.at_limit.append(await _chats(at, "60 chats, 30/s in all", 60, int(10 * size)))
    for what, takes in (("Slack answers in 0.1 s", 0.1), ("Slack answers nothing", 3600.0)):
        async with rig(WHOLE, kind, server, youths=3) as at:
            found.ended.append(await _ended(at, what, takes))
    return found


async def _room(at: Rig, each: int) -> AtLimit:
    """
    Six youths, and one of them writes three times as much as the others; in one room.

    So much that each has several turns, with ten messages in a post.
    """
    at.slack.behaviour = Behaviour(limits=[(str, Limit(1, 1.0))])
    requests = bodies.said_by([*range(6), 0, 0] * each, start=1_000_000)
    return await _at_limit(at, at.slack, "a room, 1/s", requests, per=1)


async def _chats(at: Rig, what: str, chats: int, each: int) -> AtLimit:
    """A caseworker's answers to so many youths in turn."""
    at.telegram.behaviour = Behaviour(
        limits=[(lambda _: "all", Limit(30, 1.0)), (str, Limit(1, 1.0))]
    )
    threads = [(ROOM, root) for root in at.slack.roots[:chats]]
    start = 5_000_000 + chats * 10_000
    requests = list(bodies.replies(threads, count=chats * each, start=start, user=WORKER))
    return await _at_limit(at, at.telegram, what, requests, per=min(chats, 30))


async def _at_limit(
    at: Rig, target: Standin, what: str, requests: Sequence[Request], *, per: int
) -> AtLimit:
    """`per`: how many the platform takes in a second, of these."""
    target.arrived.each.clear()
    target.arrived.limited = 0
    target.taken.clear()
    await asyncio.gather(
        flood(at.program.port, requests), target.arrived.count(len(requests), quiet=20)
    )
    youth = {request.about: request.youth for request in requests}
    # What came in the same moment to the same place has come in one turn.
    turns = {(to, when): youth[n] for n, to, when in target.arrived.each if n in youth}
    return AtLimit(
        what=what,
        share=pace([when for _, when in target.taken], per) / per,
        limited=target.arrived.limited,
        fair=fairness(list(turns.values())),
        together=len(requests) / len(turns),
    )


def pace(times: Sequence[float], per: int) -> float:
    """How many a second; over whole seconds' worth, since a second's may come all at once."""
    rounds = (len(times) - 1) // per
    spans = [
        (times[first + rounds * per] - times[first]) for first in range(len(times) - rounds * per)
    ]
    return rounds * per / mean(spans)


def fairness(served: Sequence[int]) -> float:
    """The least served's part of the most's, when the first youth has nothing left waiting."""
    left, so_far = Counter(served), Counter(dict.fromkeys(served, 0))
    for youth in served:
        so_far[youth] += 1
        if so_far[youth] == left[youth]:
            break
    return min(so_far.values()) / max(so_far.values())


async def _ended(at: Rig, what: str, takes: float) -> Ended:
    """SIGTERM while it is at work; what became of it all when it had been started again."""
    at.slack.arrived.each.clear()
    at.slack.behaviour = Behaviour(takes=takes)
    sending = asyncio.create_task(
        flood(at.program.port, bodies.updates(24, youths=3, start=1_000_000))
    )
    if takes < 1:
        await at.slack.arrived.count(4, quiet=20)
    else:
        asked = at.slack.asked
        async with asyncio.timeout(20):
            while at.slack.asked == asked:  # noqa: ASYNC110  (a stand-in tells nobody)
                await asyncio.sleep(0.05)
    took = await at.program.end()
    told = await sending
    at.slack.behaviour = Behaviour()
    await at.program.start()
    await at.slack.arrived.count(len(told.acknowledged), quiet=QUIET)
    came = at.slack.arrived.numbers
    return Ended(
        what=what,
        took=took,
        lost=len(told.acknowledged - came.keys()),
        doubled=sum(count - 1 for count in came.values()),
    )


def rows(kind: str, found: Found) -> Sequence[Row]:
    made = []
    for each in found.at_limit:
        made.append(ratio(f"7 limits, {kind}: {each.what}: of it", each.share, at_least=0.95))
        made.append(ratio(f"7 limits, {kind}: {each.what}: fair", each.fair, at_least=0.5))
    limited = sum(each.limited for each in found.at_limit)
    made.append(ratio(f"7 limits, {kind}: 429 drawn", limited, at_most=0))
    made += [ratio(f"7 end, {kind}: {e.what}: s", e.took, at_most=10) for e in found.ended]
    wrong = sum(end.lost + end.doubled for end in found.ended)
    made.append(ratio(f"7 end, {kind}: lost or doubled", wrong, at_most=0))
    return made


def table(kind: str, found: Found) -> list[str]:
    lines = [
        f"| at the limits, {kind} | of what it takes | least ÷ most served | in a post | 429s |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {e.what} | {100 * e.share:.1f} % | {e.fair:.2f} | {e.together:.1f} | {e.limited} |"
        for e in found.at_limit
    ]
    lines += ["", f"| SIGTERM, {kind} | s to the end | lost | doubled |", "|---|---:|---:|---:|"]
    lines += [f"| {e.what} | {e.took:.1f} | {e.lost} | {e.doubled} |" for e in found.ended]
    return lines
