"""
Lists: how long each list of the case store takes where there is little and where there is much.

Both stores are open at once and each list is asked for in turn, so that what disturbs one disturbs
both. What is in them is made by `tests.casestore.big_logs`, which says what of it is real.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import httpx
from fastapi import FastAPI

from benchmarks.databases import database
from benchmarks.process import ROOT
from benchmarks.result import Row, ratio
from tests.casestore import pages_at_scale
from tests.casestore.big_logs import fill
from tests.casestore.big_world import Filling, Size
from tests.support.postgres import Server

ARCHIVED: Final = 1_000_000
LITTLE: Final = 1_000
"""Transcripts in the smaller case store."""
LOGINS: Final = ("berit", "tove")
"""A caseworker with cases of her own, and who leads the team."""
TIMES: Final = 12
ENOUGH: Final = 5.0
"""Seconds; a list that has taken so long together is asked for three times and no more."""
NEVER: Final = 60.0
"""Seconds; what takes longer is taken to have taken this, and is not asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """How long one list took for somebody in each of the two stores, in seconds, each time."""

    path: str
    login: str
    few: Sequence[float]
    many: Sequence[float]

    @property
    def ratio(self) -> float:
        return median(self.many) / median(self.few)

    @property
    def at_best(self) -> float:
        """The ratio of the quickest, which nothing else on the machine has disturbed."""
        return min(self.many) / min(self.few)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Every list, the one that grows most first; and how long the larger store took to fill."""

    transcripts: int
    filled_in: float
    grown: Sequence[Grown]


async def measure(server: Server | None, *, size: float) -> Listed:
    """Measure every list of both stores, for both who have one; `size` is a part of a million."""
    transcripts = int(ARCHIVED * size)
    async with AsyncExitStack() as stack:
        few, _ = await stack.enter_async_context(filled(server, LITTLE))
        many, filled_in = await stack.enter_async_context(filled(server, transcripts))
        grown = [each for login in LOGINS async for each in _of(login, few, many)]
    grown.sort(key=lambda each: -each.ratio)
    return Listed(transcripts=transcripts, filled_in=filled_in, grown=grown)


@asynccontextmanager
async def filled(server: Server | None, transcripts: int) -> AsyncIterator[tuple[FastAPI, float]]:
    """A case store with so many transcripts, and the seconds it took to fill."""
    with tempfile.TemporaryDirectory(prefix="utebru-bench-", dir=ROOT / "build") as home:
        async with database(server) as url:
            settings = pages_at_scale.settings_in(Path(home), url)
            async with pages_at_scale.serving(settings) as app:
                begun = time.perf_counter()
                await fill(Filling(store=app.state.store, size=size_of(transcripts)))
                await pages_at_scale.counted(app.state.store)
                yield app, time.perf_counter() - begun


def size_of(transcripts: int) -> Size:
    """As much of everything as goes with so many transcripts."""
    return Size.for_persons(max(60, transcripts * Size().persons // Size().transcripts))


async def _of(login: str, few: FastAPI, many: FastAPI) -> AsyncIterator[Grown]:
    async with (
        pages_at_scale.logged_in(few, login) as little,
        pages_at_scale.logged_in(many, login) as much,
    ):
        for path in pages_at_scale.LISTS:
            times = await in_turn(little, much, path)
            if times is not None:
                yield Grown(path=path, login=login, few=times[0], many=times[1])


async def in_turn(
    few: httpx.AsyncClient, many: httpx.AsyncClient, path: str
) -> tuple[list[float], list[float]] | None:
    """Ask both some times, the first time for nothing; none for a list that they may not see."""
    times: tuple[list[float], list[float]] = ([], [])
    for time_ in range(TIMES + 1):
        both = list(zip((few, many), times, strict=True))
        for http, found in both if time_ % 2 else reversed(both):
            took = await once(http, path)
            if took is None:
                return None
            if took >= NEVER:
                sys.stdout.write(f"{path} had not come after {NEVER:.0f} s\n")
                return times[0] or [await once(few, path) or NEVER], [NEVER]
            if time_:
                found.append(took)
        if time_ >= 3 and sum(times[0]) + sum(times[1]) > ENOUGH:
            break
    return times


async def once(http: httpx.AsyncClient, path: str) -> float | None:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(NEVER):
            answer = await http.get(path)
    except TimeoutError:
        return NEVER
    if answer.status_code == 403:
        return None
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return time.perf_counter() - begun


def rows(kind: str, found: Listed) -> Sequence[Row]:
    worst = found.grown[0]
    name = f"5 growth lists, {kind}: the one that grows most, {worst.path} for {worst.login}"
    return [ratio(name, worst.ratio, at_most=1.5)]


def table(kind: str, found: Listed) -> list[str]:
    over = sum(each.ratio > 1.5 for each in found.grown)
    much = found.transcripts
    return [
        f"| lists that grow most, {kind} | with {LITTLE} ms | with {much} ms | ratio | at best |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| `{each.path}` for {each.login} | {median(each.few) * 1e3:.1f} "
            f"| {median(each.many) * 1e3:.1f} | {each.ratio:.2f} | {each.at_best:.2f} |"
            for each in found.grown[: max(8, over)]
        ),
        "",
        f"{over} of {len(found.grown)} lists over 1.5; {much} transcripts were put in in "
        f"{found.filled_in:.0f} s.",
    ]
