"""As fast as the platforms take it, no faster, and everybody in turn."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.bridge import Pace
from bridge.domain.delivery import Delivery, What
from bridge.domain.ids import Address, DeliveryId, ThreadId
from bridge.relay.pacing import LEEWAY, Pacing
from tests.support.at_work import NEVER, SELDOM, at_work
from tests.support.crash_world import PRACTICE, ROOM, Life, World, life, new_home

PAUSE = PRACTICE.per_room
SECOND = timedelta(seconds=1)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Life]:
    async with life(World.new(), new_home(tmp_path / "home")) as begun:
        yield begun


def made(world: World, many: int) -> list[Delivery]:
    """One for each of so many youths."""
    return [
        Delivery(
            id=DeliveryId(f"d_{n}"),
            lane=f"lane:{n}",
            what=What.WORDS,
            thread=ThreadId(f"th_{n}"),
            made_at=world.clock.now(),
        )
        for n in range(many)
    ]


def in_room(pacing: Pacing, claimed: Sequence[Delivery]) -> list[timedelta | None]:
    """How long each must wait, claimed together; None: it goes."""
    now = pacing._around.clock.now()
    waits = [pacing.wait(d, room=ROOM, channel=None) for d in pacing.in_turn(claimed)]
    return [None if wait is None else wait - now for wait in waits]


async def test_who_must_wait_is_told_their_own_turn(at: Life) -> None:
    """Sixty youths who all come for the next second would each be looked up sixty times."""
    pacing = Pacing(at.bridge.around)

    assert in_room(pacing, made(at.world, 4)) == [None, PAUSE, 2 * PAUSE, 3 * PAUSE]


async def test_a_turn_counts_from_when_its_call_leaves(at: Life) -> None:
    """What a platform counts is what reaches it; the next would else come too soon for it."""
    pacing, (first, second) = Pacing(at.bridge.around), made(at.world, 2)
    in_room(pacing, [first])

    at.world.clock.move(timedelta(milliseconds=300))
    pacing.leaves(first)

    assert in_room(pacing, [second]) == [PAUSE]


@pytest.mark.parametrize("took", [LEEWAY / 2, 10 * LEEWAY])
async def test_a_slow_answer_puts_off_the_next_by_no_more_than_a_little(
    at: Life, took: timedelta
) -> None:
    """It may have been counted late on its way; a platform that is slow is not made slower."""
    pacing, (first, second) = Pacing(at.bridge.around), made(at.world, 2)
    in_room(pacing, [first])
    pacing.leaves(first)

    at.world.clock.move(took)
    pacing.is_answered(first)

    assert in_room(pacing, [second]) == [PAUSE - took + min(took, LEEWAY)]


async def test_what_hangs_is_answered_after_others_have_had_their_turns(at: Life) -> None:
    """So many have gone since that its own counts no longer: nothing is to be moved."""
    pacing, (first, second, third) = Pacing(at.bridge.around), made(at.world, 3)
    in_room(pacing, [first])
    pacing.leaves(first)
    at.world.clock.move(PAUSE)
    in_room(pacing, [second])
    at.world.clock.move(PAUSE / 2)

    pacing.is_answered(first)

    assert in_room(pacing, [third]) == [PAUSE / 2]


async def test_a_second_takes_as_many_as_the_platform_says_and_then_the_next(at: Life) -> None:
    """Thirty youths are answered at once, and the thirty-first a second later."""
    pacing, clock = Pacing(at.bridge.around), at.world.clock
    most = at.world.channel.capabilities.per_second
    claimed = made(at.world, 2 * most + 1)

    waits = [pacing.wait(d, room=None, channel="telegram") for d in pacing.in_turn(claimed)]

    assert waits[:most] == [None] * most
    assert waits[most:-1] == [clock.now() + SECOND] * most
    assert waits[-1] == clock.now() + 2 * SECOND


async def test_what_waits_for_its_turn_goes_when_it_comes(at: Life) -> None:
    """Nobody looks for it before an hour has passed, and a youth is not left to that."""
    for n in range(3):
        at.world.channel.says(Address(f"youth-{n}"), f"er det noen der? {n}")
    async with at_work(at, SELDOM) as (bridge, board):
        for letter in at.world.channel.outbox:
            await bridge.accept(letter.source, letter.event, letter.body)

        for _ in range(3):
            await board.shows("WordsCard")


async def test_an_alarm_is_told_at_once(at: Life) -> None:
    """One that lies until somebody looks for it is late when it counts."""
    async with at_work(at, SELDOM) as (bridge, board):
        await bridge.channel_trouble("telegram", "revoked")

        await board.shows("revoked")


async def test_what_time_brings_about_is_told_at_once(at: Life) -> None:
    """Somebody who is not employed here reads the room, and the team sees it when we do."""
    async with at_work(at, Pace(work=NEVER, tend=timedelta(milliseconds=50))) as (_, board):
        board.strangers = frozenset({"U_STRANGER"})

        await board.shows("U_STRANGER")
