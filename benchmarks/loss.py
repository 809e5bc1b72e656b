"""
Loss: what becomes of messages that were acknowledged, in the same three storms for each program.

The naive script; opsdroid, a bot framework as it can be installed, with its own connectors for
both platforms; and Utebru with the platforms' limits as in production. `kill -9` in mid stream and
a new start; Slack answering 503 for two seconds; a room that takes one post a second. Acknowledged
is what the program answered 200 to; arrived is what Slack took.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from benchmarks import bodies
from benchmarks.load import Told, flood, steady
from benchmarks.peers.installing import opsdroid
from benchmarks.relay import NAIVE, OURS, YOUTHS, Rig, rig
from benchmarks.result import Row, ratio
from benchmarks.standins import Behaviour, Limit
from tests.support.postgres import Server

SENT: Final = 300
PER_SECOND: Final = 100
ROOM_TAKES: Final = 36
"""Messages into the room that takes one a second."""
FEW: Final = 6
"""Youths who write into it."""
QUIET: Final = 150.0
"""Seconds: longer than it takes us to find out what became of a call that nobody answered."""
NOTHING_KEPT: Final = 10.0
"""Seconds after which no more comes from whoever has kept nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    program: str
    storm: str
    acknowledged: int
    arrived: int
    lost: int
    doubled: int
    limited: int
    """How often Slack said 429."""


async def measure(kind: str, server: Server | None) -> list[Lost]:
    """Raises `NotInstalled` where the peer cannot be had."""
    sides = {"naive": NAIVE, "opsdroid": await opsdroid(), "utebru": OURS}
    found = []
    for (name, side), (storm, going_through) in product(sides.items(), STORMS.items()):
        slow = storm == SLOW_ROOM
        limits, youths = ("slack telegram", FEW) if slow else ("", YOUTHS)
        async with rig(side, kind, server, limits=limits, youths=youths) as at:
            at.slack.arrived.each.clear()
            at.slack.arrived.limited = 0
            told = await going_through(at)
            found.append(_counted(name, storm, at, told))
    return found


async def _killed(at: Rig) -> Told:
    """In the middle of what it takes in; it is started again, on what it has on disk."""
    requests = bodies.updates(SENT * 4, youths=YOUTHS, start=1_000_000)
    sending = asyncio.create_task(flood(at.program.port, requests))
    await at.slack.arrived.count(SENT // 4, quiet=5)
    await at.program.kill()
    told = await sending
    await at.program.start()
    await _all_there(at, told)
    return told


async def _down(at: Rig) -> Told:
    requests = bodies.updates(SENT, youths=YOUTHS, start=1_000_000)
    at.slack.down_for(2.0)
    told = await steady(at.program.port, requests, rate=PER_SECOND)
    await _all_there(at, told)
    return told


async def _slow_room(at: Rig) -> Told:
    at.slack.behaviour = replace(at.slack.behaviour, limits=[(lambda room: room, Limit(1, 1.0))])
    requests = bodies.updates(ROOM_TAKES, youths=FEW, start=1_000_000)
    told = await steady(at.program.port, requests, rate=12)
    await _all_there(at, told)
    at.slack.behaviour = Behaviour()
    return told


async def _all_there(at: Rig, told: Told) -> None:
    quiet = QUIET if at.program.side.keeps else NOTHING_KEPT
    await at.slack.arrived.count(len(told.acknowledged), quiet=quiet)


SLOW_ROOM: Final = "a room that takes 1/s"
STORMS: Final = {
    "kill -9 in mid stream": _killed,
    "Slack says 503 for 2 s": _down,
    SLOW_ROOM: _slow_room,
}


def _counted(program: str, storm: str, at: Rig, told: Told) -> Lost:
    came = at.slack.arrived.numbers
    return Lost(
        program=program,
        storm=storm,
        acknowledged=len(told.acknowledged),
        arrived=len(came.keys() & told.acknowledged),
        lost=len(told.acknowledged - came.keys()),
        doubled=sum(count - 1 for count in came.values()),
        limited=at.slack.arrived.limited,
    )


def rows(kind: str, found: Sequence[Lost]) -> list[Row]:
    ours = [each for each in found if each.program == "utebru"]
    return [
        ratio(f"3 loss, {kind}: lost", sum(e.lost for e in ours), at_most=0),
        ratio(f"3 loss, {kind}: doubled", sum(e.doubled for e in ours), at_most=0),
        ratio(f"3 loss, {kind}: 429 drawn", sum(e.limited for e in ours), at_most=0),
    ]


def table(kind: str, found: Sequence[Lost]) -> list[str]:
    lines = [
        f"| loss, {kind} | storm | acknowledged | arrived | lost | doubled | 429s |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {e.program} | {e.storm} | {e.acknowledged} | {e.arrived} | {e.lost} "
        f"| {e.doubled} | {e.limited} |"
        for e in found
    ]
    return lines
