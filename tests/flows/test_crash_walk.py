"""
Pull the plug at every port call, one after the other, and start the bridge again.

Whoever is hurt if this breaks: a youth whose words were in neither place, or in both.
"""

import asyncio
import copy
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bridge.domain.cards import ReplyCard
from bridge.domain.lifecycle import Stage
from tests.support.crash_checks import in_flight, violations
from tests.support.crash_there import (
    AWAY,
    a_reply_is_with_her_there,
    it_comes_back,
    it_could_not_be_delivered,
    it_is_delivered_and_read,
    it_is_not_the_same_maya,
    it_is_the_same_maya,
    it_is_told_before_it_came,
    nobody_knows_whether_it_came,
    she_has_said_several,
    she_has_written,
    she_is_on_messenger_too,
    she_takes_it_back,
    she_takes_one_back,
    she_writes_on_both,
    somebody_answers_past_us,
    they_are_joined,
)
from tests.support.crash_world import AMIR, AMIRS, MAYA, Life, World, life, new_home, same_home
from tests.support.fuse import Crash, Fuse

LONG, STEP = timedelta(minutes=8), timedelta(seconds=30)
"""How long a restarted bridge is given to come to rest, and how coarsely its time passes."""

A_DAY = timedelta(hours=25)
"""Until there has been a last look at every copy."""

ALIKE = 8
"""Places at the end of so many equal steps are alike, in the quick walk."""

Step = Callable[[Life], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """
    `before` is played in peace; in `during` the plug is pulled; `stage` is how it must end.

    Where nothing of Maya is to be left it is None, and a day passes: the last look at a copy.
    """

    before: Step
    during: Step
    stage: Stage | None


async def nothing_yet(_: Life) -> None: ...


async def she_has_said_yes(at: Life) -> None:
    await she_has_written(at)
    at.world.channel.presses(MAYA, "Ja")
    await at.rests()


async def a_reply_waits(at: Life) -> None:
    await she_has_written(at)
    at.world.amir_replies("r1 jeg er her")
    await at.rests(timedelta(seconds=4))


async def they_have_talked(at: Life) -> None:
    await she_has_said_yes(at)
    at.world.amir_replies("r1 jeg er her")
    await at.rests()


async def it_is_sealed(at: Life) -> None:
    await they_have_talked(at)
    at.world.record.down = True
    await ends(at)
    at.world.record.down = False


async def it_is_counted(at: Life) -> None:
    await she_has_written(at)
    at.world.amir_replies("r1 jeg er her")
    await at.rests()
    at.world.record.down = True
    await ends(at)
    at.world.record.down = False


async def it_is_forgotten(at: Life) -> None:
    await they_have_talked(at)
    await ends(at)


async def ends(at: Life) -> None:
    asks_to_end(at)
    await at.rests()


def asks_to_end(at: Life) -> None:
    talk = at.world.root().card
    seen = len(at.world.said) + 50
    at.world.workspace.submits(AMIR, "end", f"{getattr(talk, 'conversation', '')}|{seen}")


async def she_writes(at: Life) -> None:
    at.world.maya_says("m2 jeg heter Maya", "m3 er du der?")
    await at.rests()


async def she_writes_while_slack_is_away(at: Life) -> None:
    """What has waited goes in one post."""
    at.world.workspace.trouble.append(AWAY)
    at.world.maya_says("m2 jeg heter Maya", "m3 er du der?", "m4 hallo?")
    await at.rests()


async def she_sends_a_file(at: Life) -> None:
    at.world.maya_sends(b"%PDF-1.7 et brev hjemmefra")
    await at.rests()


async def a_file_is_with_them(at: Life) -> None:
    await she_has_said_yes(at)
    await she_sends_a_file(at)
    at.world.amir_replies("r1 jeg er her")
    await at.rests()


async def he_types(at: Life) -> None:
    at.world.amir_replies("r2 kan vi møtes kl. 14?")
    await at.rests()


async def he_fills_in_the_form(at: Life) -> None:
    at.world.replies.append("r2 kan vi møtes kl. 14?")
    about = getattr(at.world.root().card, "conversation", "")
    at.world.workspace.submits(AMIR, "reply", about, text=at.world.replies[-1])
    await at.rests()


async def he_undoes(at: Life) -> None:
    at.world.undone.add("r1 jeg er her")
    (card,) = [p for p in at.world.workspace.posts.values() if isinstance(p.card, ReplyCard)]
    delivery = card.card.delivery if isinstance(card.card, ReplyCard) else ""
    at.world.workspace.presses(AMIR, card.ref, "undo", delivery)
    await at.rests()


async def he_ends_while_she_writes(at: Life) -> None:
    at.world.record.down = True
    asks_to_end(at)
    at.world.maya_says("m2 vent litt")
    await at.rests(timedelta(seconds=20))


async def he_ends_with_the_record_away(at: Life) -> None:
    at.world.record.down = True
    await ends(at)


async def the_record_is_back(at: Life) -> None:
    """Whatever waited for another try is due."""
    at.world.clock.move(timedelta(minutes=5))
    await at.begins()


async def it_is_carried_to_its_end(at: Life) -> None:
    await the_record_is_back(at)
    await at.rests(timedelta(seconds=10))


async def it_is_counted_and_forgotten(at: Life) -> None:
    await the_record_is_back(at)
    await at.rests(timedelta(seconds=1))


async def she_wants_it_cleared(at: Life) -> None:
    at.world.channel.presses(MAYA, "Ja, slett")
    await at.rests()


async def her_chat_is_cleared(at: Life) -> None:
    await it_is_forgotten(at)
    await she_wants_it_cleared(at)
    await at.bridge.rotate()
    await at.rests(A_DAY, step=STEP)
    at.world.delete(await at.first_talk())


async def the_team_has_deleted_it(at: Life) -> None:
    await at.bridge.tend()
    await at.rests(timedelta(minutes=1))


async def the_key_is_changed(at: Life) -> None:
    await at.bridge.rotate()
    await at.rests()


async def it_came_to_amir_alone(at: Life) -> None:
    at.world.channel.room = AMIRS
    await she_has_written(at)
    await she_sends_a_file(at)
    at.world.amir_replies("r1 jeg er her")
    await at.rests()


async def he_hands_it_on(at: Life) -> None:
    root = at.world.root()
    at.world.workspace.presses(AMIR, root.ref, "to_team", getattr(root.card, "conversation", ""))
    await at.rests()


async def it_is_handed_on(at: Life) -> None:
    await it_came_to_amir_alone(at)
    await he_hands_it_on(at)


SCENES = {
    "receive": Scene(before=nothing_yet, during=she_writes, stage=Stage.OPEN),
    "receive when behind": Scene(
        before=she_has_written, during=she_writes_while_slack_is_away, stage=Stage.OPEN
    ),
    "receive a file": Scene(before=she_has_written, during=she_sends_a_file, stage=Stage.OPEN),
    "file to the record": Scene(before=a_file_is_with_them, during=ends, stage=Stage.FORGOTTEN),
    "consent": Scene(before=she_has_written, during=she_has_said_yes, stage=Stage.OPEN),
    "reply typed": Scene(before=she_has_written, during=he_types, stage=Stage.OPEN),
    "reply by form": Scene(before=she_has_written, during=he_fills_in_the_form, stage=Stage.OPEN),
    "undo": Scene(before=a_reply_waits, during=he_undoes, stage=Stage.OPEN),
    "seal": Scene(before=they_have_talked, during=he_ends_with_the_record_away,
                  stage=Stage.FORGOTTEN),
    "seal while she writes": Scene(
        before=they_have_talked, during=he_ends_while_she_writes, stage=Stage.FORGOTTEN
    ),
    "transfer, read back, forget, wipe": Scene(
        before=it_is_sealed, during=it_is_carried_to_its_end, stage=Stage.FORGOTTEN
    ),
    "count and forget": Scene(
        before=it_is_counted, during=it_is_counted_and_forgotten, stage=Stage.FORGOTTEN
    ),
    "wipe her chat": Scene(before=it_is_forgotten, during=she_wants_it_cleared,
                           stage=Stage.FORGOTTEN),
    "rotate": Scene(before=it_is_forgotten, during=the_key_is_changed, stage=Stage.FORGOTTEN),
    "join": Scene(before=she_is_on_messenger_too, during=it_is_the_same_maya, stage=Stage.OPEN),
    "part": Scene(before=they_are_joined, during=it_is_not_the_same_maya, stage=Stage.OPEN),
    "receive on both": Scene(before=they_are_joined, during=she_writes_on_both, stage=Stage.OPEN),
    "hand on": Scene(before=it_came_to_amir_alone, during=he_hands_it_on, stage=Stage.OPEN),
    "end what was handed on": Scene(before=it_is_handed_on, during=ends, stage=Stage.FORGOTTEN),
    "taken back": Scene(before=they_are_joined, during=she_takes_it_back, stage=Stage.OPEN),
    "taken back out of several": Scene(
        before=she_has_said_several, during=she_takes_one_back, stage=Stage.OPEN
    ),
    "taken back before it came": Scene(
        before=they_are_joined, during=it_is_told_before_it_came, stage=Stage.OPEN
    ),
    "said past us": Scene(
        before=they_are_joined, during=somebody_answers_past_us, stage=Stage.OPEN
    ),
    "echo of ours": Scene(
        before=nobody_knows_whether_it_came, during=it_comes_back, stage=Stage.OPEN
    ),
    "delivered and read": Scene(
        before=a_reply_is_with_her_there, during=it_is_delivered_and_read, stage=Stage.OPEN
    ),
    "not delivered after all": Scene(
        before=a_reply_is_with_her_there, during=it_could_not_be_delivered, stage=Stage.OPEN
    ),
    "delete in the record": Scene(before=her_chat_is_cleared, during=the_team_has_deleted_it,
                                  stage=None),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENES)
def test_a_crash_anywhere_loses_nothing_doubles_nothing_and_leaves_nothing(
    name: str, ram: Path
) -> None:
    """Wherever the process dies, a restart finishes, and the words are never in neither place."""
    assert not walk(SCENES[name], ram, everywhere=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES)
def test_a_crash_at_each_single_call_does_no_more_harm(name: str, ram: Path) -> None:
    """The quick walk leaves out places that leave the like behind; this one leaves out none."""
    assert not walk(SCENES[name], ram, everywhere=True)


@pytest.fixture
def ram(tmp_path: Path) -> Iterator[Path]:
    """A disk in memory where there is one: here only processes die, never the machine."""
    memory = Path("/dev/shm")  # noqa: S108  (a folder of our own is made in it)
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        yield Path(folder)


def walk(scene: Scene, folder: Path, *, everywhere: bool) -> list[str]:
    """Crash at each place in turn; what does not hold after a restart, and where it blew."""
    home, world = new_home(folder / "home"), World.with_messenger()
    asyncio.run(_played(world, home, scene.before))
    places, worth = _places(scene, world, home, folder / "ruin")
    broken: list[str] = []
    for at in range(1, places + 2) if everywhere else [*worth, places + 1]:
        fuse, after = Fuse(at), copy.deepcopy(world)
        found = _walk(after, same_home(home, folder / "ruin"), scene, fuse)
        assert (fuse.blew is None) is (at > places)
        if found:
            broken.append(f"blew {fuse.blew} (number {at}): {'; '.join(found)}")
    return broken


def _places(scene: Scene, world: World, home: Path, ruin: Path) -> tuple[int, Sequence[int]]:
    """How many places there are, and those at which a crash leaves something new behind."""
    copied, seen = copy.deepcopy(world), []
    same_home(home, ruin)
    with closing(sqlite3.connect(ruin / "data" / "vault.db")) as disk:

        def look() -> None:
            version = disk.execute("PRAGMA data_version").fetchone()[0]
            seen.append((version, copied.standing(), (ruin / "keys" / "ring.json").read_bytes()))

        fuse = Fuse(look=look)
        asyncio.run(_played(copied, ruin, scene.during, fuse))
    worth = [at for at, left in enumerate(seen, start=1) if at == 1 or left != seen[at - 2]]
    return len(seen), _first_and_last(worth, fuse.places)


def _first_and_last(worth: Sequence[int], places: Sequence[str]) -> Sequence[int]:
    """Where the same steps are taken for one copy after the other, the first and the last."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for at in worth:
        alike.setdefault(tuple(places[max(0, at - ALIKE) : at]), []).append(at)
    return sorted({at for group in alike.values() for at in (group[0], group[-1])})


def _walk(world: World, ruin: Path, scene: Scene, fuse: Fuse) -> list[str]:
    """One crash, one restart, and whatever does not hold then."""
    with suppress(Crash):
        asyncio.run(_played(world, ruin, scene.during, fuse))
    sending = in_flight(ruin)
    world.record.down = False
    return asyncio.run(_restarted(world, ruin, scene.stage, sending))


async def _played(world: World, home: Path, step: Step, fuse: Fuse | None = None) -> None:
    async with life(world, home, fuse) as at:
        if fuse is None:
            await at.begins()
        else:
            world.acted = True
        await step(at)


async def _restarted(world: World, home: Path, stage: Stage | None, sending: int) -> list[str]:
    async with life(world, home) as at:
        try:
            await at.begins()
            await at.rests(LONG, step=STEP)
            await at.bridge.rotate()
            await at.rests(STEP, step=STEP)
        except Exception as failure:
            return [f"cannot go on: {type(failure).__name__} {failure}"]
        found = await violations(at, home, sending=sending)
        if (
            stage is not None
            and world.acted
            and (first := await at.first_talk()).stage is not stage
        ):
            found.append(f"it ended {first.stage}, and should have ended {stage}")
        return found
