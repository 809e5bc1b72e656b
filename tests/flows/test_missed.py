"""The bridge was away for longer than a platform keeps what it could not bring: it is told."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.domain.cards import Alarm, AlarmCard, Card
from bridge.domain.transcript import moment
from tests.support.crash_world import ROOM, Life, World, life, new_home, same_home
from tests.support.fuse import Crash, Fuse
from tests.vault.rig import SeededMint

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
WORDS = "jeg klarer ikke mer nå"


def is_missed(card: Card | None) -> bool:
    return isinstance(card, AlarmCard) and card.alarm is Alarm.MISSED


def alarms(world: World) -> Sequence[Mapping[str, str | int]]:
    """Those that something may be gone, in the team's room."""
    cards = [p.card for p in world.workspace.posts.values() if p.room == ROOM and p.root is None]
    return [c.params for c in cards if isinstance(c, AlarmCard) and is_missed(c)]


async def goes_on(at: Life, rounds: int = 3) -> None:
    for _ in range(rounds):
        at.world.clock.move(30 * SECOND)
        await at.bridge.tend()
        await at.rests(SECOND)


async def lives(world: World, home: Path, fuse: Fuse | None = None) -> None:
    """A process that begins, goes on for a minute, and is no more."""
    async with life(world, home, fuse) as at:
        await at.begins()
        await goes_on(at)


@pytest.fixture
def world() -> World:
    return World.new()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return new_home(tmp_path / "home")


async def last_sign(world: World, home: Path) -> datetime:
    async with life(world, home) as at, at.bridge.vault.begin() as tx:
        return (await tx.signs.last())["telegram"]


def test_the_first_start_of_all_has_missed_nothing(world: World, home: Path) -> None:
    """On the first day nobody needs to be told that there was nobody the day before."""
    asyncio.run(lives(world, home))

    assert alarms(world) == []


@pytest.mark.parametrize(
    ("away", "times"), [(24 * HOUR - MINUTE, 0), (24 * HOUR, 0), (24 * HOUR + MINUTE, 1)]
)
def test_what_telegram_no_longer_keeps_is_told_once(
    world: World, home: Path, away: timedelta, times: int
) -> None:
    """She wrote, nobody got it, and nobody must believe that there was nothing."""

    async def played() -> datetime:
        await lives(world, home)
        last = await last_sign(world, home)
        world.clock.set(last + away)
        for _ in range(3):
            await lives(world, home)
        return last

    last = asyncio.run(played())

    told = {
        "channel": "telegram", "keeps": 24, "after": "2026-11-23T11:01:00.000Z",
        "until": "2026-11-23T11:02:00.000Z",
    }  # fmt: skip
    assert last == datetime(2026, 11, 23, 11, 1, tzinfo=UTC)
    assert [{k: a.get(k) for k in told} for a in alarms(world)] == [told] * times


def test_a_machine_that_slept_is_a_bridge_that_was_away(world: World, home: Path) -> None:
    """The process was there all the time, and heard nothing."""

    async def played() -> None:
        async with life(world, home) as at:
            await at.begins()
            await goes_on(at)
            world.clock.move(30 * HOUR)
            await goes_on(at)

    asyncio.run(played())

    assert len(alarms(world)) == 1


def test_a_platform_that_shuts_us_out_for_a_day_is_told_of_when_it_lets_us_in(
    world: World, home: Path
) -> None:
    """Somebody restarts us meanwhile, in the hope that it helps."""

    async def played() -> tuple[int, str]:
        await lives(world, home)
        async with life(world, home) as at:
            await at.begins()
            await at.bridge.hearing_trouble("telegram", "revoked")
            await goes_on(at)
            world.clock.move(20 * HOUR)
            await goes_on(at)
        async with life(world, home) as at:
            await at.bridge.tend()  # before it has been tried
            await at.bridge.hearing_trouble("telegram", "revoked")
            await goes_on(at)
            world.clock.move(20 * HOUR)
            await goes_on(at)
            before = len(alarms(world))
            await at.bridge.hearing_trouble("telegram", None)
            heard = world.clock.now() + 30 * SECOND
            await goes_on(at)
        return before, moment(heard - 24 * HOUR)

    before, until = asyncio.run(played())

    assert before == 0
    assert [alarm["until"] for alarm in alarms(world)] == [until]


def test_each_channel_is_told_of_by_what_it_keeps(home: Path) -> None:
    """What Messenger would still bring is not called lost."""
    world = World.with_messenger()

    async def played() -> list[object]:
        await lives(world, home)
        world.clock.move(30 * HOUR)
        await lives(world, home)
        first = [alarm["channel"] for alarm in alarms(world)]
        world.clock.move(40 * HOUR)
        await lives(world, home)
        return [first, [alarm["channel"] for alarm in alarms(world)]]

    assert asyncio.run(played()) == [["telegram"], ["telegram", "messenger", "telegram"]]


def test_an_alarm_names_nobody_and_says_nothing_of_what_was_said(world: World, home: Path) -> None:
    """Everybody in the room reads it, and it is about everybody who wrote."""

    async def played() -> str:
        async with life(world, home) as at:
            await at.begins()
            world.maya_says(WORDS)
            await at.rests()
            await goes_on(at)
            talk = await at.first_talk()
            async with at.bridge.vault.begin() as tx:
                alias = (await tx.threads.get(talk.thread)).alias
        world.clock.move(25 * HOUR)
        await lives(world, home)
        return alias

    alias = asyncio.run(played())

    (missed,) = [p for p in world.workspace.posts.values() if is_missed(p.card)]
    assert WORDS not in repr(missed.card) + missed.words
    assert alias not in repr(missed.card) + missed.words


def test_whatever_dies_while_it_is_told_it_is_told(home: Path) -> None:
    """The sign that silences the alarm is not given without it; twice only where Slack has it."""

    async def away() -> World:
        world = World.new()
        await lives(world, home)
        world.clock.move(25 * HOUR)
        return world

    async def comes_back(at: datetime, place: Path, fuse: Fuse) -> World:
        world = World.new()
        world.mint = SeededMint(2)  # what has been made already is not made again
        world.clock.set(at)
        try:
            await lives(world, place, fuse)
        except Crash:
            async with life(world, place) as again:
                await again.begins()
                await goes_on(again)
                await again.rests()
        return world

    back, there, whole = asyncio.run(away()).clock.now(), home.parent / "there", Fuse()
    asyncio.run(comes_back(back, same_home(home, there), whole))
    begins = whole.places.index("before signs.last") + 1
    ends = len(whole.places) - whole.places[::-1].index("after workspace.show")
    told = {
        whole.places[number - 1]: len(
            alarms(asyncio.run(comes_back(back, same_home(home, there), Fuse(number))))
        )
        for number in range(begins, ends + 1)
    }

    assert {"before signs.last", "before outbox.add", "before signs.give"} <= told.keys()
    assert told.pop("after workspace.show") == 2
    assert set(told.values()) == {1}
