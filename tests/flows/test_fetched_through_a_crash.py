"""
Pull the plug at every call while what was written down is fetched, and start again.

Whoever is hurt if this breaks: a youth whose words were in neither place, or who said it twice.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bots.carried.snapchat import CAPABILITIES, NAME
from bridge.domain.ids import EmployeeId
from bridge.domain.messages import Entry
from bridge.ports import NotTaken, Picture, WrittenDown
from tests.support.crash_world import EMPLOYEE, Life, World, life, new_home, same_home
from tests.support.fuse import Crash, Fuse

HI = "hei, er det noen der på snap?"
CALLS = ("written_down", "ask_for", "picture", "confirm_taken")
PIXEL = b"\x89PNG\r\n\x1a\n and so on"


def world() -> World:
    return World.new(channel=NAME, can=CAPABILITIES)


def written(at: World, its_id: str = "reg_1") -> WrittenDown:
    """Amir has written down what somebody new wrote, with a picture."""
    told = WrittenDown(
        id=its_id, channel=NAME, thread=None, alias=None, by=EmployeeId(EMPLOYEE.id),
        at=at.clock.now(), said_at=at.clock.now() - timedelta(minutes=7), ours=False, text=HI,
        answers=False, insists=False,
        pictures=(Picture(id="rp_1", type="image/png", size=len(PIXEL)),),
    )  # fmt: skip
    at.record.registered[its_id] = told
    at.record.files["rp_1"] = PIXEL
    return told


async def underway(at: Life) -> None:
    """What the plug is pulled in; how an event is worked on after that, has a walk of its own."""
    await at.bridge.from_record.follow()
    await at.bridge.incoming.work()


async def fetched(at: Life) -> None:
    await at.bridge.tend()
    await at.rests()


async def said(at: Life) -> list[Entry]:
    async with at.bridge.vault.begin() as tx:
        talks = await tx.threads.live()
        every = [await tx.words.upto(talk.id, talk.ledger.last_seq) for talk in talks]
    return [entry for entries in every for entry in entries if entry.text == HI]


@pytest.mark.parametrize("works_first", [True, False], ids=["works first", "asks first"])
async def test_wherever_the_plug_is_pulled_it_is_taken_in_once(
    tmp_path: Path, *, works_first: bool
) -> None:
    """And never gone from the record before it is on our own disk."""
    home = new_home(tmp_path / "home")
    async with life(world(), home):
        pass
    places: list[str] = []
    for blows_at in count(1):
        there, ruined = world(), same_home(home, tmp_path / "ruined")
        written(there)
        fuse = Fuse(blows_at)
        try:
            async with life(there, ruined, fuse) as at:
                await underway(at)
        except Crash:
            places.append(fuse.blew or "")
        async with life(there, ruined) as at:
            confirmed = there.record.ended == {"reg_1": "taken"}
            async with at.bridge.vault.begin() as tx:
                on_disk = await tx.inbox.knows("casestore", "registration:reg_1")
            assert on_disk or not confirmed, fuse.blew
            if works_first:
                # It stands there, and must not be taken for somebody else's.
                await at.rests()
            await fetched(at)
            await fetched(at)
            (entry,) = await said(at)
            assert [a.size for a in entry.attachments] == [len(PIXEL)], fuse.blew
            assert entry.author == EMPLOYEE.id
        assert there.record.ended == {"reg_1": "taken"}, fuse.blew
        cards = [p for p in there.workspace.posts.values() if HI in p.words]
        assert len(cards) == 1, fuse.blew
        if fuse.blew is None:
            break
    calls = {place.partition(" ")[2] for place in places}
    assert {f"record.{c}" for c in CALLS} | {"vault.accept", "vault.commit"} <= calls


async def test_a_refusal_that_was_not_heard_is_said_again_and_takes_nothing_in(
    tmp_path: Path,
) -> None:
    """The words stay with whoever wrote them, whatever dies."""
    home = new_home(tmp_path / "home")
    async with life(world(), home):
        pass
    for blows_at in count(1):
        there, ruined = world(), same_home(home, tmp_path / "ruined")
        there.record.registered["reg_1"] = replace(written(there), alias="Blå rav")
        fuse = Fuse(blows_at)
        try:
            async with life(there, ruined, fuse) as at:
                await underway(at)
        except Crash:
            pass
        async with life(there, ruined) as at:
            await fetched(at)
            assert await said(at) == []
        assert there.record.ended == {"reg_1": NotTaken.NOBODY.value}
        if fuse.blew is None:
            break


async def test_what_cannot_be_had_holds_up_no_other_and_is_an_alarm(tmp_path: Path) -> None:
    """A picture that is damaged in the record; the next one is fetched all the same."""
    there = world()
    async with life(there, new_home(tmp_path / "home")) as at:
        written(there, "reg_1")
        there.record.registered["reg_1"] = replace(
            written(there, "reg_1"),
            pictures=(Picture(id="rp_gone", type="image/png", size=7),),
        )
        there.record.damaged.add("rp_gone")
        there.record.registered["reg_2"] = replace(
            written(there, "reg_2"), said_at=there.clock.now() - timedelta(hours=1)
        )

        await fetched(at)

        assert there.record.ended == {"reg_2": "taken"}
        health = await at.bridge.health({})
        assert "registration-waits" not in health.alarms
        there.clock.move(timedelta(minutes=11))
        await fetched(at)
        assert "registration-waits" in (await at.bridge.health({})).alarms
        there.record.damaged.clear()
        there.record.files["rp_gone"] = b"1234567"
        await fetched(at)
        assert "registration-waits" not in (await at.bridge.health({})).alarms
        assert there.record.ended == {"reg_1": "taken", "reg_2": "taken"}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"channel": "fax"}, NotTaken.CHANNEL_OFF),
        ({"alias": "Blå rav"}, NotTaken.NOBODY),
        ({"thread": "t_forgotten"}, NotTaken.OUT_OF_REACH),
    ],
    ids=str,
)
async def test_what_leads_nowhere_is_said_and_nobody_new_is_made(
    tmp_path: Path, told: dict[str, str], why: NotTaken
) -> None:
    there = world()
    async with life(there, new_home(tmp_path / "home")) as at:
        there.record.registered["reg_1"] = replace(written(there), **told)  # type: ignore[arg-type]

        await fetched(at)

        assert there.record.ended == {"reg_1": why.value}
        assert there.workspace.posts == {}
        ((user, _, whispered),) = there.workspace.whispers
        assert (user, "not_taken_in" in whispered) == (EMPLOYEE.user, True)
