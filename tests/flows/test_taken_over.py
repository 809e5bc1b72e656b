"""Several processes, one of which dies: what it held is taken over, and what is at work is not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typing_extensions import override

from bridge.bridge import Pace
from bridge.domain.cards import Card
from bridge.domain.delivery import Reason, State
from bridge.domain.ids import Ref, Room
from bridge.ports import SendFailed
from bridge.relay import Outgoing
from bridge.relay.leases import LEASE
from bridge.vault.tables import deliveries
from tests.support.clock import StoppedClock
from tests.support.crash_world import AMIR, Life, World, life, new_home
from tests.support.rooms import MemoryWorkspace

SOON = timedelta(seconds=10)
"""By then the others are at it."""
QUICK = timedelta(milliseconds=60)
"""A lease that is renewed many times while a test looks on."""


class SlowWorkspace(MemoryWorkspace):
    """Whoever posts waits for as long as it takes."""

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__(clock, [AMIR])
        self.asked, self.goes_on = asyncio.Event(), asyncio.Event()
        self.refuses = False

    @override
    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        self.asked.set()
        await self.goes_on.wait()
        if self.refuses:
            raise SendFailed(Reason.BUSY, retry=True)
        return await super().show(room, root, card, key=key, also=also)


def slow(world: World) -> SlowWorkspace:
    assert isinstance(world.workspace, SlowWorkspace)
    return world.workspace


@pytest.fixture
def world() -> World:
    made = World.new()
    made.workspace = SlowWorkspace(made.clock)
    return made


@asynccontextmanager
async def two(world: World, place: Path) -> AsyncIterator[tuple[Life, Life]]:
    """Two processes on one database; Maya has written, and nobody has told the team yet."""
    home = new_home(place)
    async with life(world, home) as one, life(world, home) as other:
        await one.begins()
        world.maya_says("hei, er det noen der?")
        await one.hears()
        await one.bridge.incoming.work()
        try:
            yield one, other
        finally:
            slow(world).goes_on.set()


async def states(here: Life) -> set[tuple[str, object]]:
    async with here.bridge.vault.work() as work:
        rows = await work.all(select(deliveries.c.state, deliveries.c.leased_until))
    return {(row.state, row.leased_until) for row in rows if row.leased_until is not None}


async def standing(here: Life) -> list[str]:
    """How each that is on its way stands, and is not waiting."""
    async with here.bridge.vault.work() as work:
        rows = await work.all(select(deliveries.c.state).order_by(deliveries.c.number))
    settled = {State.QUEUED, State.SENT, State.HELD}
    return [row.state for row in rows if row.state not in settled]


async def test_what_the_dead_one_held_is_taken_over_within_ten_seconds(
    world: World, tmp_path: Path
) -> None:
    """A youth whose words lay in the process that died must not wait for a minute."""
    async with asyncio.timeout(20), two(world, tmp_path) as (one, other):
        sending = asyncio.create_task(one.bridge.outgoing.carry_due())
        await slow(world).asked.wait()
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        slow(world).goes_on.set()
        assert {state for state, _ in await states(other)} == {State.SENDING.value}

        world.clock.move(SOON)
        await other.bridge.round()

        assert await states(other) == set()
        await other.rests()
        assert any("er det noen der" in post.words for post in world.workspace.posts.values())
        heads = [post for post in world.workspace.posts.values() if post.root is None]
        assert len(heads) == 1


async def test_whoever_waits_for_a_slow_platform_is_not_taken_for_dead(
    world: World, tmp_path: Path
) -> None:
    """Else two would send the same words, and a reply would stand as uncertain that is none."""
    async with asyncio.timeout(20), two(world, tmp_path) as (one, other):
        outgoing = Outgoing(
            one.bridge.around, one.bridge.channel_trouble, one.bridge.meter.carried, lease=QUICK
        )
        sending = asyncio.create_task(outgoing.carry_due())
        await slow(world).asked.wait()
        for _ in range(3):
            world.clock.move(2 * QUICK / 3)
            until = world.clock.now() + QUICK
            while {held for _, held in await states(other)} != {until}:
                continue
            await other.bridge.outgoing.look_for_lost()
        assert {state for state, _ in await states(other)} == {State.SENDING.value}

        slow(world).goes_on.set()
        await sending
        await other.rests()

        heads = [post for post in world.workspace.posts.values() if post.root is None]
        assert len(heads) == 1
        assert await states(other) == set()


async def test_who_has_stood_still_does_not_take_itself_for_dead(
    world: World, tmp_path: Path
) -> None:
    """A machine that slept for ten seconds is still at work on what it was sending."""
    async with asyncio.timeout(20), two(world, tmp_path) as (one, _):
        await one.bridge.outgoing.set_out()
        await slow(world).asked.wait()
        world.clock.move(SOON)

        await one.bridge.outgoing.look_for_lost()

        assert await standing(one) == [State.SENDING.value]
        slow(world).goes_on.set()
        await one.bridge.outgoing.over()
        await one.rests()
        assert await standing(one) == []


async def test_an_answer_counts_though_we_were_taken_for_dead(world: World, tmp_path: Path) -> None:
    """A machine that stood still has posted it all the same: it is there once, and known."""
    async with asyncio.timeout(20), two(world, tmp_path) as (one, other):
        sending = asyncio.create_task(one.bridge.outgoing.carry_due())
        await slow(world).asked.wait()
        world.clock.move(SOON)
        await other.bridge.outgoing.look_for_lost()
        assert await standing(other) == [State.UNCERTAIN.value]

        slow(world).goes_on.set()
        await sending
        assert State.UNCERTAIN.value not in await standing(one)
        await other.rests()

        heads = [post for post in world.workspace.posts.values() if post.root is None]
        assert len(heads) == 1
        assert (await one.first_talk()).root == heads[0].ref


@pytest.mark.parametrize("late_one_first", [True, False])
async def test_what_was_made_late_is_a_copy_like_any_other(
    world: World, tmp_path: Path, late_one_first: bool
) -> None:
    """Two posts of one card may happen; a post that nobody knows of would never be deleted."""
    async with asyncio.timeout(20), two(world, tmp_path) as (one, other):
        sending = asyncio.create_task(one.bridge.outgoing.carry_due())
        await slow(world).asked.wait()
        slow(world).asked.clear()
        for _ in range(3):
            world.clock.move(timedelta(minutes=2))
            await other.bridge.outgoing.look_for_lost()
        late, slow(world).goes_on = slow(world).goes_on, asyncio.Event()
        again = asyncio.create_task(other.bridge.outgoing.carry_due())
        await slow(world).asked.wait()

        answers = [(late, sending), (slow(world).goes_on, again)]
        for answer, whose in answers if late_one_first else reversed(answers):
            answer.set()
            await whose
        await other.rests()

        heads = {post.ref for post in world.workspace.posts.values() if post.root is None}
        talk = await one.first_talk()
        async with one.bridge.vault.begin() as tx:
            known = {copy.ref for copy in await tx.copies.of(talk.id)}
        assert len(heads) == 2
        assert heads <= known
        assert talk.root in heads


async def test_a_refusal_that_comes_late_takes_nothing_from_who_took_over(
    world: World, tmp_path: Path
) -> None:
    """What the other is sending now is not given back by the one that could not."""
    async with asyncio.timeout(20), two(world, tmp_path) as (one, other):
        slow(world).refuses = True
        sending = asyncio.create_task(one.bridge.outgoing.carry_due())
        await slow(world).asked.wait()
        world.clock.move(SOON)
        await other.bridge.outgoing.look_for_lost()

        slow(world).goes_on.set()
        await sending
        slow(world).refuses = False
        await other.rests()

        heads = [post for post in world.workspace.posts.values() if post.root is None]
        assert len(heads) == 1
        assert await standing(one) == []


def test_a_lease_ends_soon_enough_for_somebody_to_look() -> None:
    """Whoever has nothing to do looks every other second; the rest of the ten is the lease."""
    assert LEASE + Pace().work < SOON
