"""
Handover: a long talk from the seal to the forgetting, beside a bare insert of the same bytes; what
it costs to make our own copy unreadable, long or short; and many talks that end at once.

The bridge and the case store are the real ones, and speak over HTTP on loopback.
"""

import asyncio
import math
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, and_, func, or_, select

from benchmarks import bodies
from benchmarks.databases import database
from benchmarks.load import flood, steady
from benchmarks.long_talk import FILE, end, lengthen
from benchmarks.process import ROOT
from benchmarks.relay import OURS, Rig, rig
from benchmarks.result import Row, ratio
from benchmarks.vaults import vault_of
from bridge.domain.ids import Address, ConversationId
from bridge.domain.lifecycle import ClosedForJournal, Ledger, ReadBack, Stage
from bridge.handover.closing import Closing
from bridge.handover.transfer import Transfer
from bridge.vault.database import connected
from bridge.vault.several import insert_all
from bridge.vault.sql import SqlVault
from bridge.vault.tables import conversations
from bridge.vault.talks import IS_OPEN, ON_THEIR_WAY
from tests.support.postgres import Server
from tests.support.stage import Talk, stage_in

LONG: Final = 10_000
SHORT: Final = 10
FILES: Final = 50
AT_ONCE: Final = 1_000
"""Short talks that end in the same moment."""
LIVE: Final = 50
"""Youths who go on writing meanwhile, one message a second each."""
PATIENCE: Final = 600.0

LEFT: Final = or_(
    conversations.c.stage.in_(ON_THEIR_WAY), and_(IS_OPEN, conversations.c.ending_at.is_not(None))
)
BARE: Final = Table(
    "bare",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Seconds."""

    sealed: float
    transferred: float
    """Put, read back, compared and forgotten."""
    bare: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What many ends at once did to who goes on writing; seconds, and how many were forgotten."""

    idle: float
    meanwhile: float
    took: float
    forgotten: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    messages: int
    handed: Sequence[Handed]
    destroyed: dict[int, list[float]]
    """By how many messages there were: the seconds it took to destroy the key."""
    ended: Ended


async def measure(kind: str, server: Server | None, *, runs: int, size: float) -> Found:
    messages = int(LONG * size)
    return Found(
        messages=messages,
        handed=[await _handed(server, messages, run) for run in range(runs)],
        destroyed=await _destroyed(server, messages, runs),
        ended=await _many_at_once(kind, server, int(AT_ONCE * size)),
    )


@asynccontextmanager
async def _one_talk(server: Server | None) -> AsyncIterator[Talk]:
    """A youth who has said yes to the journal, in a town of its own."""
    with tempfile.TemporaryDirectory(prefix="utebru-bench-", dir=ROOT / "build") as place:
        async with (
            database(server) as ours,
            database(server) as theirs,
            stage_in(Path(place), database_url=ours, store_database_url=theirs) as stage,
        ):
            yield await stage.consents()


async def _handed(server: Server | None, messages: int, run: int) -> Handed:
    async with _one_talk(server) as talk:
        bridge = talk.stage.town.bridge
        vault, about = bridge.vault, talk.conversation
        await lengthen(vault, await talk.row(), messages=messages, files=FILES)
        await end(vault, about)
        before = await _bare(server, messages) if run % 2 else 0.0
        began = time.perf_counter()
        await Closing(bridge.around).seal(about)
        sealed = time.perf_counter() - began
        transfer, spent = Transfer(bridge.around), 0.0
        async with asyncio.timeout(PATIENCE):
            while (await talk.row()).stage is not Stage.FORGOTTEN:
                await bridge.outgoing.carry_due()  # that it was sealed is told first
                began = time.perf_counter()
                await transfer.finish(about)
                spent += time.perf_counter() - began
    return Handed(sealed=sealed, transferred=spent, bare=before or await _bare(server, messages))


async def _bare(server: Server | None, messages: int) -> float:
    """The same bytes into the same database: one transaction, and nothing else done to them."""
    said = [f"{bodies.WORDS} #{n}".encode() for n in range(messages)]
    rows = [{"n": n, "body": body} for n, body in enumerate([*said, *[FILE] * FILES])]
    async with database(server) as url, connected(url, name="bare") as engine:
        async with engine.begin() as connection:
            await connection.run_sync(BARE.metadata.create_all)
        began = time.perf_counter()
        async with engine.begin() as connection:
            await insert_all(connection, BARE, rows)
        return time.perf_counter() - began


async def _destroyed(server: Server | None, messages: int, runs: int) -> dict[int, list[float]]:
    """The key's own transaction, on talks of both lengths in turn."""
    found: dict[int, list[float]] = {SHORT: [], messages: []}
    for _ in range(max(5, runs)):
        for many, took in found.items():
            async with _one_talk(server) as talk:
                vault = talk.stage.town.bridge.vault
                await lengthen(vault, await talk.row(), messages=many, files=0)
                there = await _read_back(vault, talk.conversation)
                await _settled(vault)
                took.append(await _destroy(vault, there))
    return found


async def _read_back(vault: SqlVault, conversation: ConversationId) -> Ledger:
    """As when it is proved to be in the record."""
    async with vault.begin() as tx:
        ledger = (await tx.threads.conversation(conversation)).ledger
        closed = ClosedForJournal(count=ledger.last_seq, digest="d")
        sealed = await tx.words.move(ledger, closed)
        return await tx.words.move(sealed, ReadBack(digest="d"))


async def _settled(vault: SqlVault) -> None:
    """What was put in at once is in its place: SQLite leaves that to somebody's commit after it."""
    for n in range(40):
        async with vault.work() as work:
            await work.keys.make(f"k_{n}")


async def _destroy(vault: SqlVault, there: Ledger) -> float:
    began = time.perf_counter()
    async with vault.begin() as tx:
        await tx.words.destroy_key(there)
    return time.perf_counter() - began


async def _many_at_once(kind: str, server: Server | None, count: int) -> Ended:
    async with rig(OURS, kind, server) as at:
        at.slack.arrived.each.clear()
        everybody = LIVE + count
        await flood(at.program.port, bodies.updates(everybody, youths=everybody, start=10**6))
        await at.slack.arrived.count(everybody, quiet=20)
        await at.still()
        idle = await _p99(at, 2_000_000, lambda: False, seconds=10)
        async with vault_of(at.program.env) as vault:
            every = await _of_others(vault, count)
            began = time.monotonic()
            for about in every:
                await end(vault, about)
            over = asyncio.create_task(_left_when_over(vault))
            meanwhile = await _p99(at, 3_000_000, lambda: not over.done(), seconds=5)
            forgotten = len(every) - await over
        took = time.monotonic() - began
    return Ended(idle=idle, meanwhile=meanwhile, took=took, forgotten=forgotten)


async def _p99(at: Rig, start: int, going_on: Callable[[], bool], *, seconds: int) -> float:
    """Of the time from a webhook to Slack's having it, for as long as something goes on."""
    took: list[float] = []
    while True:
        requests = bodies.updates(LIVE * seconds, youths=LIVE, start=start)
        start += len(requests)
        at.slack.arrived.each.clear()
        sending = steady(at.program.port, requests, rate=LIVE)
        told, _ = await asyncio.gather(sending, at.slack.arrived.count(len(requests), quiet=60))
        came = {about: when for about, _, when in reversed(at.slack.arrived.each)}
        took += [came.get(about, math.inf) - sent for about, sent in told.sent.items()]
        if not going_on():
            return quantiles(took, n=100)[98]


async def _of_others(vault: SqlVault, count: int) -> list[ConversationId]:
    """Open talks of youths who are not among those who go on."""
    async with vault.begin() as tx:
        live = set()
        for n in range(LIVE):
            thread = await tx.threads.of("telegram", Address(str(bodies.FIRST_YOUTH + n)))
            live.add(None if thread is None else thread.id)
        every = await tx.threads.open_after(None, count + len(live))
    return [about for thread, about in every if thread not in live][:count]


async def _left_when_over(vault: SqlVault) -> int:
    """How many are neither open nor forgotten when there are none, or patience is at its end."""
    until = time.monotonic() + PATIENCE
    while True:
        # Counted: on SQLite those who write wait for whoever looks.
        async with vault.work() as work:
            left = await work.count(select(func.count()).where(work.ours(conversations), LEFT))
        if not left or time.monotonic() > until:
            return left
        await asyncio.sleep(0.5)


def rows(kind: str, found: Found) -> Sequence[Row]:
    whole = median((each.sealed + each.transferred) / each.bare for each in found.handed)
    short, long_ = (median(took) for took in found.destroyed.values())
    name = f"4 handover, {kind}"
    return [
        ratio(f"{name}: {found.messages} messages ÷ bare insert", whole, at_most=3),
        ratio(f"{name}: key destroyed, {found.messages} ÷ {SHORT}", long_ / short, at_most=1.5),
        ratio(
            f"{name}: live p99, many ends ÷ idle",
            found.ended.meanwhile / found.ended.idle,
            at_most=2,
        ),
    ]


def table(kind: str, found: Found) -> list[str]:
    sealed, transferred, bare = (
        median(getattr(each, what) for each in found.handed)
        for what in ("sealed", "transferred", "bare")
    )
    short, long_ = (median(took) for took in found.destroyed.values())
    ended = found.ended
    return [
        f"| handover, {kind} | ms |",
        "|---|---:|",
        f"| {found.messages} messages and {FILES} files: sealed | {sealed * 1e3:.0f} |",
        f"| put, read back, compared, forgotten | {transferred * 1e3:.0f} |",
        f"| bare insert of the same bytes | {bare * 1e3:.0f} |",
        f"| key of {SHORT} messages destroyed | {short * 1e3:.2f} |",
        f"| key of {found.messages} messages destroyed | {long_ * 1e3:.2f} |",
        f"| {ended.forgotten} short talks ended at once and forgotten | {ended.took * 1e3:.0f} |",
        f"| live message to Slack, p99, idle | {ended.idle * 1e3:.1f} |",
        f"| live message to Slack, p99, meanwhile | {ended.meanwhile * 1e3:.1f} |",
    ]
