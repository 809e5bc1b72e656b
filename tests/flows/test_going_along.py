"""What can go because of a transaction goes along with it, and never at its expense."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bridge.bridge import Bridge
from bridge.domain.cards import Card
from bridge.domain.delivery import Delivery, What
from bridge.domain.ids import DeliveryId, Ref, Room, ThreadId
from bridge.ports import Transaction, Vault
from bridge.relay.along import Along, Claimed
from bridge.relay.inbox import Incoming
from bridge.relay.settling import Settling
from tests.support.crash_world import PRACTICE, Life, World, life, new_home
from tests.vault.rig import NOON

HEI = "er du der?"
BEGUN, POSTED = "begun", "posted"


class Told:
    """A vault and a workspace that tell what is done with them, in its order."""

    def __init__(self, at: Life) -> None:
        self.vault, self.behind = at.bridge.vault, at.bridge.around.workspace
        self.done: list[str] = []
        self.before_the_commit: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        self.done.append(BEGUN)
        async with self.vault.begin() as tx:
            yield tx
            self.before_the_commit()

    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        self.done.append(POSTED)
        return await self.behind.show(room, root, card, key=key, also=also)


class Part:
    """One half of it, as the port that it stands for."""

    def __init__(self, behind: Any, told: Told) -> None:
        self._behind, self._told = behind, told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._told if name in {"begin", "show"} else self._behind, name)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Life]:
    """Maya has written once, and all that brings with it is over."""
    async with life(World.new(), new_home(tmp_path / "home")) as begun:
        await begun.begins()
        begun.world.maya_says("hei")
        await begun.hears()
        await begun.rests(timedelta(seconds=30))
        yield begun


@pytest.fixture
def told(at: Life) -> Told:
    return Told(at)


@pytest.fixture
def bridge(at: Life, told: Told) -> Bridge:
    """In a room that takes as much as comes."""
    around = replace(
        at.bridge.around,
        vault=Part(told.vault, told),
        workspace=Part(told.behind, told),
        practice=replace(PRACTICE, per_room=timedelta(0)),
    )
    made = Bridge(around, at.bridge.vault)
    made.outgoing.goes_on(lambda _: None)
    return made


def posts(at: Life, words: str) -> int:
    return sum(words in post.words for post in at.world.workspace.posts.values())


async def test_what_she_writes_is_kept_and_on_its_way_with_one_commit(
    at: Life, told: Told, bridge: Bridge
) -> None:
    """Each commit in front of the post is time in which nobody has read it yet."""
    at.world.maya_says(HEI)
    await at.hears()

    await bridge.incoming.work()
    await bridge.outgoing.over()

    assert told.done == [BEGUN, POSTED, BEGUN]
    assert posts(at, HEI) == 1


async def test_what_follows_in_her_thread_goes_with_the_answer_to_what_went_before(
    at: Life, told: Told, bridge: Bridge
) -> None:
    """Nobody has to come by and look whether it is its turn."""
    at.world.maya_says(HEI)
    at.world.maya_says("hallo?")
    await at.hears()

    await bridge.incoming.work()
    await bridge.outgoing.over()

    assert told.done == [BEGUN, POSTED, BEGUN, POSTED, BEGUN]


async def test_who_is_told_to_stop_begins_nothing_new(at: Life, told: Told, bridge: Bridge) -> None:
    """Else one would follow upon the other until whoever waits for the end kills it."""
    at.world.maya_says(HEI)
    at.world.maya_says("hallo?")
    await at.hears()
    await bridge.incoming.work()

    bridge.stop()
    await bridge.outgoing.over()

    assert told.done == [BEGUN, POSTED, BEGUN]
    assert posts(at, "hallo?") == 0


async def test_what_was_claimed_when_somebody_says_stop_still_goes(
    at: Life, told: Told, bridge: Bridge
) -> None:
    """It is on disk that it is being sent: if nobody did, a person would have to find out."""
    at.world.maya_says(HEI)
    await at.hears()
    told.before_the_commit = bridge.stop

    await bridge.incoming.work()
    await bridge.outgoing.over()

    assert posts(at, HEI) == 1


class InTheWay(Exception):
    """What is wrong with something else that is due."""


async def in_the_way(_: Transaction) -> NoReturn:
    raise InTheWay


def stopped_by_another(then: list[Claimed | None]) -> Along:
    along = Along()
    along.goes_on(in_the_way, lambda claimed: claimed, then.append)
    return along


async def test_what_cannot_go_keeps_nothing_from_coming_in(at: Life) -> None:
    """Something else that is wrong must not set her words aside, or have them read twice."""
    then: list[Claimed | None] = []
    incoming = Incoming(at.bridge.around, stopped_by_another(then))
    at.world.maya_says(HEI)
    at.world.maya_says("hallo?")
    await at.hears()

    assert await incoming.work() == 2

    assert then == [None], "somebody is told to look by themselves"
    async with at.bridge.vault.begin() as tx:
        assert not await tx.inbox.stuck()
    await at.rests(timedelta(seconds=30))
    assert (posts(at, HEI), posts(at, "hallo?")) == (1, 1)


async def test_what_cannot_go_keeps_no_answer_from_being_written_down(at: Life) -> None:
    """Else what Slack has taken would stand as in doubt."""
    then: list[Claimed | None] = []
    vault: Vault = at.bridge.vault
    settling = Settling(at.bridge.around, stopped_by_another(then))
    answered = Delivery(
        id=DeliveryId("d"), lane="d", what=What.REPLY, thread=ThreadId("t"), made_at=NOON
    )

    await settling.settle(answered, lambda tx: tx.signs.give(["maya"], NOON))

    async with vault.begin() as tx:
        assert "maya" in await tx.signs.last()
    assert then == [None]
