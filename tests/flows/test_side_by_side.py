"""What takes long holds up what follows it, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select
from typing_extensions import override

from bridge.bridge import Bridge, Pace
from bridge.domain.canonical import Document
from bridge.domain.delivery import State, What
from bridge.domain.ids import Address
from bridge.handover import Handover
from bridge.handover.in_turn import InTurn
from bridge.ports import CaseRecord
from bridge.relay import Incoming, Outgoing
from bridge.relay.claiming import AT_ONCE
from bridge.relay.ends import PLACES, WORKSPACE, Ends
from bridge.vault.tables import deliveries
from tests.support.at_work import SELDOM, Board, Watched, at_work
from tests.support.crash_world import AMIR, EMPLOYEE, PRACTICE, Life, World, life, new_home
from tests.support.record import MemoryRecord
from tests.support.stuck import StuckWorkspace

OLA = Address("ola")


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Life]:
    async with life(World.new(), new_home(tmp_path / "home")) as begun:
        await begun.begins()
        yield begun


async def hears(at: Life, bridge: Watched) -> None:
    """What the youths have said reaches the bridge that is at work."""
    while at.world.channel.outbox:
        letter = at.world.channel.outbox.pop(0)
        await bridge.accept(letter.source, letter.event, letter.body)


async def on_their_way(at: Life) -> int:
    async with at.bridge.vault.work() as work:
        rows = await work.all(
            select(deliveries.c.id).where(deliveries.c.state == State.SENDING.value)
        )
    return len(rows)


async def says_and_hangs(at: Life, bridge: Watched, board: Board) -> None:
    """Maya writes, and Slack does not answer the post."""
    board.hangs_at = "det henger"
    at.world.maya_says("det henger")
    await hears(at, bridge)
    await board.hangs.wait()


async def test_one_post_that_hangs_holds_up_nobody_else(at: Life) -> None:
    """Slack has not answered for Maya; what Ola writes meanwhile is read all the same."""
    async with at_work(at, SELDOM) as (bridge, board):
        await says_and_hangs(at, bridge, board)

        at.world.channel.says(OLA, "er det noen der?")
        await hears(at, bridge)

        await board.shows("WordsCard")
        while await on_their_way(at) > 1:
            continue  # until it is written down that Ola's has come


async def test_what_follows_in_the_same_thread_waits_for_what_hangs(at: Life) -> None:
    """Else what she said last would be read first."""
    async with at_work(at, SELDOM) as (bridge, board):
        await says_and_hangs(at, bridge, board)
        at.world.maya_says("og så dette")
        await hears(at, bridge)
        at.world.channel.says(OLA, "er det noen der?")
        await hears(at, bridge)
        await board.shows("WordsCard")

        board.goes_on.set()

        await board.shows("WordsCard")
        await board.shows("WordsCard")
        words = [p.words for p in at.world.workspace.posts.values() if p.root is not None]
        mine = [w for text in ("det henger", "og så dette") for w in words if text in w]
        assert [w for w in words if w in mine] == mine


class Busy:
    """What has come is another process's to work on, which ends without having seen the last."""

    async def work(self, _limit: int) -> int:
        return 0


async def test_what_came_while_another_process_was_at_work_is_looked_for_again(at: Life) -> None:
    """Two seconds until somebody looks anyway is long when the other has just gone past it."""
    pace = Pace()
    bridge = Bridge(at.bridge.around, at.bridge.vault, pace)
    incoming, bridge.incoming = bridge.incoming, cast("Incoming", Busy())
    at.world.channel.says(OLA, "er det noen der?")
    letter = at.world.channel.outbox.pop()
    await bridge.accept(letter.source, letter.event, letter.body)

    assert await bridge._take_in() == pace.untaken
    assert await bridge._take_in() is None, "once more, and then as often as anybody looks"

    await bridge.accept(letter.source, letter.event, letter.body)
    assert await bridge._take_in() is None, "it was told twice, and is no news"
    bridge.incoming = incoming
    await bridge._take_in()
    assert await bridge.incoming.work() == 0


class SlowRecord(MemoryRecord):
    """Takes for ever over what is filed, until it goes on."""

    def __init__(self) -> None:
        super().__init__([EMPLOYEE])
        self.asked, self.goes_on = asyncio.Event(), asyncio.Event()

    @override
    async def put(self, path: str, document: Document) -> None:
        if path.startswith("contacts/"):
            self.asked.set()
            await self.goes_on.wait()
        await super().put(path, document)


async def test_a_record_that_hangs_holds_up_no_youth(at: Life) -> None:
    """One talk is filed, and the case store does not answer; others are read as they write."""
    at.world.maya_says("takk for praten")
    await at.rests(timedelta(seconds=30))
    at.world.workspace.submits(AMIR, "end", f"{(await at.first_talk()).id}|1000000")
    ending = at.world.workspace.outbox.pop(0)
    record = SlowRecord()
    async with at_work(at, SELDOM, record=cast("CaseRecord", record)) as (bridge, board):
        await bridge.accept(ending.source, ending.event, ending.body)
        await record.asked.wait()

        at.world.channel.says(OLA, "er det noen der?")
        await hears(at, bridge)

        await board.shows("WordsCard")
        assert not record.goes_on.is_set()
        record.goes_on.set()


class OneSlow(SlowRecord):
    """Takes for ever over the first talk that is filed, and not over the next."""

    def __init__(self) -> None:
        super().__init__()
        self.filed = asyncio.Event()

    @override
    async def put(self, path: str, document: Document) -> None:
        if self.asked.is_set():
            await MemoryRecord.put(self, path, document)
            if path.startswith("contacts/"):
                self.filed.set()
            return
        await super().put(path, document)


async def test_a_talk_that_takes_long_to_file_holds_up_no_other_that_ended_with_it(
    at: Life,
) -> None:
    """When very many end at once, one long one would keep them all from being forgotten."""
    at.world.maya_says("takk for praten")
    at.world.channel.says(OLA, "takk for nå")
    await at.rests(timedelta(seconds=30))
    async with at.bridge.vault.begin() as tx:
        for talk in await tx.threads.live():
            at.world.workspace.submits(AMIR, "end", f"{talk.id}|1000000")
    await at.hears()
    while await at.bridge.incoming.work():
        continue
    record = OneSlow()
    around = replace(at.bridge.around, record=cast("CaseRecord", record))
    handover = Handover(around)
    outgoing = Outgoing(around, at.bridge.channel_trouble, at.bridge.meter.carried)
    await handover.work()
    await outgoing.carry_due()

    looks = asyncio.create_task(handover.work())
    try:
        async with asyncio.timeout(10):
            await record.filed.wait()

        assert len(record.under("contacts")) == 1
    finally:
        record.goes_on.set()
        await looks
    assert len(record.under("contacts")) == 2


async def test_before_a_message_there_is_never_more_than_one_that_has_ended(at: Life) -> None:
    """A score of talks end, and all ask at once; who writes then waits for one of them."""
    vault, order = at.bridge.vault, list[str]()
    aside, let_go = InTurn(vault), asyncio.Event()

    async def ends(n: int) -> None:
        async with aside.begin():
            order.append(f"ended {n}")

    async def writes() -> None:
        async with vault.begin():
            order.append("written")

    async def holds() -> None:
        async with vault.begin():
            await let_go.wait()

    holding = asyncio.create_task(holds())
    await asyncio.sleep(0)
    every = [asyncio.create_task(ends(n)) for n in range(20)]
    await asyncio.wait(every, timeout=0.05)
    every.append(asyncio.create_task(writes()))
    await asyncio.wait(every, timeout=0.05)
    let_go.set()
    await asyncio.gather(holding, *every)

    assert order[:2] == ["ended 0", "written"]
    assert order[2:] == [f"ended {n}" for n in range(1, 20)]


async def test_who_is_told_to_stop_waits_for_what_is_out(at: Life) -> None:
    """A post that is broken off is in doubt, and must be looked for."""
    async with at_work(at, replace(SELDOM, hand_over=timedelta(0))) as (bridge, board):
        await says_and_hangs(at, bridge, board)

        bridge.stop()
        await asyncio.wait({bridge.running}, timeout=0.5)
        assert not bridge.running.done()
        board.goes_on.set()

        await bridge.running
        assert await on_their_way(at) == 0


async def test_who_is_broken_off_leaves_nothing_at_work_behind(at: Life) -> None:
    """Whatever was out is in doubt; but nothing goes on of itself in a bridge that has ended."""
    async with at_work(at, SELDOM) as (bridge, board):
        await says_and_hangs(at, bridge, board)

        bridge.running.cancel()
        await asyncio.gather(bridge.running, return_exceptions=True)

        left = asyncio.all_tasks() - {asyncio.current_task()}
        board.goes_on.set()  # or nobody would come to an end here
        assert left == set()
        assert await on_their_way(at) == 1


async def test_a_slack_that_hangs_keeps_nobody_from_an_answer(at: Life) -> None:
    """So many posts may hang at once, and no more; every youth is greeted meanwhile."""
    stuck = StuckWorkspace(at.world.workspace)
    practice = replace(PRACTICE, per_room=timedelta(0))
    around = replace(at.bridge.around, workspace=stuck, practice=practice)
    outgoing = Outgoing(around, at.bridge.channel_trouble, at.bridge.meter.carried)
    youths = [Address(f"youth-{n}") for n in range(3 * AT_ONCE)]
    for youth in youths:
        at.world.channel.says(youth, "hei")
    await at.hears()
    while await at.bridge.incoming.work():
        continue

    try:
        for _ in range(10):
            await outgoing.set_out()
            async with asyncio.timeout(5):
                while await on_their_way(at) > stuck.hanging:
                    continue
            at.world.clock.move(timedelta(seconds=1))
    finally:
        hanging = stuck.hanging
        await outgoing.let_go()

    assert PLACES[WORKSPACE] <= hanging < PLACES[WORKSPACE] + AT_ONCE
    assert all(any(b.ours for b in at.world.channel.sees(youth)) for youth in youths)


def test_a_place_is_free_again_when_its_call_is_back() -> None:
    """One that was slow once is not shut out for ever."""
    ends = Ends()
    back = [ends.leaves(What.CARD) for _ in range(PLACES[WORKSPACE])]
    assert set(ends.full) == WORKSPACE

    back[0]()

    assert set(ends.full) == set()


def test_everything_that_is_carried_has_its_end() -> None:
    """What had none would be let out without number."""
    assert sorted(what for kinds in PLACES for what in kinds) == sorted(What)
