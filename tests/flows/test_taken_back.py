"""A youth takes back what they said, on a platform that tells us so."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.copies import Place
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import Kind
from bridge.ports import SendFailed
from tests.support.elsewhere import MAYA, Elsewhere, elsewhere

REGRETTED = "det var han som gjorde det"
GONE = ("gone", "unsent")


@pytest.fixture
async def messenger(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as here:
        yield here


async def test_words_taken_back_are_gone_at_once_and_a_line_says_so(messenger: Elsewhere) -> None:
    """She was told that her own words are hers; nobody reads them in the room any more."""
    await messenger.consents("hei, er det noen der?")
    regretted = await messenger.says(REGRETTED)
    await messenger.answers("Jeg er her.")
    assert REGRETTED in messenger.reads()

    await messenger.unsends(regretted)

    assert REGRETTED not in messenger.reads()
    assert "Ungdommen trakk tilbake en melding fra kl. 12:0" in messenger.reads()
    assert "hei, er det noen der?" in messenger.reads()
    assert REGRETTED not in [e.text for e in await messenger.entries()]
    assert GONE in await messenger.verdicts(Place.CHANNEL)

    await messenger.ends()
    said = [(m["seq"], m["text"]) for m in messenger.filed() if m["by"] == "youth"]
    assert [text for _, text in said] == ["hei, er det noen der?", "", ""]
    (unsent,) = [m for m in messenger.filed() if m["kind"] == "unsent"]
    assert unsent["of"] == said[1][0]
    assert (await messenger.talks())[0].stage is Stage.FORGOTTEN


async def test_every_wording_and_every_file_of_it_goes(messenger: Elsewhere) -> None:
    """A picture that is taken back is the one that must not lie about."""
    await messenger.consents("jeg må vise dere noe")
    regretted = await messenger.says("se på dette")
    messenger.channel.rewords(MAYA, regretted, REGRETTED)
    picture = messenger.channel.sends_file(MAYA, b"et bilde")
    await messenger.settles()
    assert messenger.workspace.files

    await messenger.unsends(regretted)
    await messenger.unsends(picture)

    assert messenger.workspace.files == {}
    assert REGRETTED not in messenger.reads()
    assert "se på dette" not in messenger.reads()
    await messenger.ends()
    assert {m["text"] for m in messenger.filed() if m["by"] == "youth"} == {
        "jeg må vise dere noe",
        "",
    }
    assert messenger.world.record.files == {}


async def test_a_file_taken_back_in_time_is_never_fetched(messenger: Elsewhere) -> None:
    """What she took back within a second has never been with us."""
    await messenger.says("hei")
    picture = messenger.channel.sends_file(MAYA, b"et bilde")

    await messenger.unsends(picture)

    assert messenger.channel.fetched == []
    assert messenger.workspace.files == {}
    assert "lot seg ikke hente" not in messenger.reads()


@pytest.mark.parametrize("before", [False, True])
async def test_one_that_is_told_before_its_message_leaves_no_words_either(
    messenger: Elsewhere, before: bool
) -> None:
    """A platform tells in any order; also of the very first thing she ever wrote."""
    if before:
        await messenger.says("hei")
    regretted = messenger.channel.says(MAYA, REGRETTED)
    messenger.channel.rewords(MAYA, regretted, f"{REGRETTED}, tror jeg")
    messenger.channel.unsends(MAYA, regretted)
    messenger.channel.outbox[:] = reversed(messenger.channel.outbox)

    await messenger.settles()

    assert REGRETTED not in messenger.reads()
    assert messenger.reads().count("Ungdommen trakk tilbake en tidligere melding.") == 1
    assert not [e for e in await messenger.entries() if REGRETTED in e.text]

    await messenger.says("jeg er her likevel")
    assert "jeg er her likevel" in messenger.reads()
    assert len([t for t in messenger.heard() if "Hei" in t]) == 1


async def test_what_has_not_reached_the_room_yet_never_does(messenger: Elsewhere) -> None:
    """Slack was away for a minute, and she used it to think."""
    await messenger.says("hei")
    trouble = SendFailed(Reason.BUSY, retry=True, after=timedelta(minutes=2))
    messenger.workspace.trouble.append(trouble)
    regretted = await messenger.says(REGRETTED)
    assert REGRETTED not in messenger.reads()

    await messenger.unsends(regretted)
    await messenger.later(timedelta(minutes=5), step=timedelta(minutes=1))

    assert REGRETTED not in messenger.reads()
    assert "(ingen synlige tegn)" not in messenger.reads()
    assert "Ungdommen trakk tilbake en melding fra kl." in messenger.reads()
    await messenger.ends()
    assert (await messenger.talks())[0].stage is Stage.FORGOTTEN


@pytest.mark.parametrize("it_stands", [True, False])
async def test_what_nobody_knows_whether_it_reached_the_room_is_looked_for_and_erased(
    messenger: Elsewhere, it_stands: bool
) -> None:
    """An answer of Slack's that got lost must not leave her words standing."""
    await messenger.says("hei")
    if it_stands:
        messenger.workspace.lost = 1
    else:
        messenger.workspace.trouble.append(SendFailed(Reason.NO_ANSWER, retry=False))
    regretted = messenger.channel.says(MAYA, REGRETTED)
    await messenger.half_way()
    assert (REGRETTED in messenger.reads()) is it_stands

    await messenger.unsends(regretted)
    await messenger.later(timedelta(minutes=8), step=timedelta(minutes=1))

    assert REGRETTED not in messenger.reads()
    assert "(ingen synlige tegn)" not in messenger.reads()
    await messenger.ends()
    assert (await messenger.talks())[0].stage is Stage.FORGOTTEN


async def test_told_twice_it_is_said_once(messenger: Elsewhere) -> None:
    """Two lines would be read as two regrets."""
    regretted = await messenger.says(REGRETTED)
    await messenger.unsends(regretted)

    await messenger.unsends(regretted)

    assert messenger.reads().count("Ungdommen trakk tilbake") == 1


async def test_what_is_in_the_journal_stays_until_the_leader_has_decided(
    messenger: Elsewhere,
) -> None:
    """The record is never altered behind anybody's back; she gets an answer, not a silence."""
    regretted = await messenger.consents(REGRETTED)
    await messenger.ends()
    filed = messenger.filed()

    await messenger.unsends(regretted)

    first, second = await messenger.talks()
    assert (first.stage, second.stage) == (Stage.FORGOTTEN, Stage.OPEN)
    assert [e.kind for e in await messenger.entries()] == [Kind.UNSENT]
    assert "Ungdommen trakk tilbake en tidligere melding." in messenger.reads()
    assert "Der står den til teamlederen har avgjort det." in messenger.reads()
    assert messenger.filed() == filed
    (asked,) = messenger.world.record.under("requests").values()
    assert asked["kind"] == "taken_back"
    assert GONE in await messenger.verdicts(Place.CHANNEL)


async def test_sealed_words_are_not_altered_on_their_way_to_the_journal(
    messenger: Elsewhere,
) -> None:
    """What was sealed is what is filed, also when the record was down in between."""
    regretted = await messenger.consents(REGRETTED)
    messenger.world.record.down = True
    await messenger.ends()

    await messenger.unsends(regretted)
    messenger.world.record.down = False
    await messenger.later(timedelta(minutes=10), step=timedelta(minutes=1))

    assert [m["text"] for m in messenger.filed() if m["by"] == "youth"] == [REGRETTED]
    assert len(messenger.world.record.under("requests")) == 1


async def test_of_what_was_only_counted_nothing_is_asked(messenger: Elsewhere) -> None:
    """There are no words anywhere to decide on."""
    regretted: Ref = await messenger.says(REGRETTED)
    await messenger.ends()

    await messenger.unsends(regretted)

    assert "Ungdommen trakk tilbake en tidligere melding." in messenger.reads()
    assert messenger.world.record.under("requests") == {}
