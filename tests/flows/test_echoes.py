"""What somebody in the team writes to a youth at the platform itself, past us."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.copies import Place
from bridge.domain.ids import Address, DeliveryId, Ref
from bridge.domain.messages import Echoed
from tests.support.elsewhere import MAYA, Elsewhere, elsewhere

THERE = "Skrevet i Messenger av noen i teamet"


@pytest.fixture
async def messenger(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as here:
        yield here


async def test_what_is_written_past_us_is_shown_filed_and_counts_as_an_answer(
    messenger: Elsewhere,
) -> None:
    """A colleague answers from her phone; nobody should answer again, and the record is whole."""
    await messenger.consents("kan noen ringe meg?")
    await messenger.later(timedelta(minutes=1), step=timedelta(minutes=1))

    messenger.channel.echoes(MAYA, "Jeg ringer deg klokka ett.")
    await messenger.settles()

    assert THERE in messenger.reads()
    assert "Jeg ringer deg klokka ett." in messenger.reads()
    (talk,) = await messenger.talks()
    assert not talk.unanswered
    await messenger.ends()
    (filed,) = [m for m in messenger.filed() if m["text"] == "Jeg ringer deg klokka ett."]
    assert (filed["by"], filed["author"], filed["kind"]) == ("caseworker", None, "said")
    assert ("left_with_youth", None) in await messenger.verdicts(Place.CHANNEL)


async def test_what_the_youth_said_after_it_still_waits(messenger: Elsewhere) -> None:
    """Told in the wrong order it must not pass for an answer to what came later."""
    await messenger.says("hei")
    messenger.channel.echoes(MAYA, "Hei, hva skjer?")
    messenger.world.clock.move(timedelta(seconds=5))
    messenger.channel.says(MAYA, "jeg er redd for å gå hjem")
    messenger.channel.outbox[:] = reversed(messenger.channel.outbox)

    await messenger.settles()

    (talk,) = await messenger.talks()
    assert talk.unanswered


async def test_a_yes_after_it_answers_the_person_and_not_the_bot(messenger: Elsewhere) -> None:
    """«Skal jeg ringe?» «ja» is no consent to a journal."""
    await messenger.says("kan noen ringe meg?")
    messenger.channel.echoes(MAYA, "Skal jeg ringe nå?")
    await messenger.settles()

    await messenger.says("ja")

    assert messenger.world.record.under("consents") == {}


async def test_who_is_written_to_first_gets_a_thread_and_the_usual_greeting(
    messenger: Elsewhere,
) -> None:
    """A colleague reached out by the platform's own means; she is met as everybody is."""
    messenger.channel.echoes(MAYA, "Hei! Du kan skrive til oss her.")
    await messenger.settles()
    assert "Du kan skrive til oss her." in messenger.reads()
    assert len(messenger.channel.given) == 0

    await messenger.says("ok, hei")

    assert len([t for t in messenger.heard() if "Hei" in t]) == 2


async def test_one_of_our_own_that_comes_back_is_not_said_twice(messenger: Elsewhere) -> None:
    """The platform tells everybody everything, also us."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")
    sent = messenger.channel.given[-1]

    messenger.channel.tells_of_ours(MAYA, "Hei, jeg er her.", marked=True)
    messenger.channel.tells_of_ours(MAYA, "Hei, jeg er her.", marked=False)
    await messenger.settles()

    assert sent.delivery is not None
    assert THERE not in messenger.reads()
    assert [e.text for e in await messenger.entries()].count("Hei, jeg er her.") == 1


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("first", [False, True])
async def test_a_reply_in_doubt_that_comes_back_is_in_doubt_no_longer(
    messenger: Elsewhere, first: bool, marked: bool
) -> None:
    """Nobody need guess whether she got it; also when it comes before we have begun to doubt."""
    await messenger.says("hei")
    messenger.channel.lost = 1

    async def comes_back() -> None:
        messenger.channel.tells_of_ours(MAYA, "Jeg er her.", marked=marked, can_mark=marked)
        await messenger.life.hears()
        await messenger.life.bridge.incoming.work()

    messenger.channel.meanwhile = comes_back if first else None
    await messenger.answers("Jeg er her.")
    if not first:
        assert "⚠ Usikkert om dette kom fram" in messenger.reads()
        await comes_back()
        await messenger.settles()

    assert "⚠ Usikkert om dette kom fram" not in messenger.reads()
    assert "✓ sendt" in messenger.reads()
    assert THERE not in messenger.reads()
    assert not (await messenger.talks())[0].unanswered
    stuck = [s["resolved_at"] for s in messenger.world.record.under("stuck").values()]
    assert None not in stuck
    assert messenger.heard().count("Jeg er her.") == 1


async def test_an_echo_without_a_mark_that_overtakes_the_answer_is_still_ours(
    messenger: Elsewhere,
) -> None:
    """Instagram marks nothing; our own words must not stand there as a colleague's too."""

    async def comes_back() -> None:
        said = messenger.channel.given[-1].text
        messenger.channel.tells_of_ours(MAYA, said, marked=False, can_mark=False)
        await messenger.life.hears()
        await messenger.life.bridge.incoming.work()

    messenger.channel.meanwhile = comes_back
    await messenger.says("hei")
    await messenger.answers("Jeg er her.")
    await messenger.ends()
    await messenger.later(timedelta(hours=2))

    assert THERE not in "".join(messenger.text_of(p) for p in messenger.workspace.posts.values())
    assert len(await messenger.talks()) == 1


async def test_the_bots_own_words_that_come_back_unmarked_and_unanswered_are_ours(
    messenger: Elsewhere,
) -> None:
    """It is said again, for nobody knew; the first of the two is no colleague's either."""
    messenger.channel.lost = 1
    await messenger.says("hei")
    greeting = messenger.heard()[0]
    assert messenger.heard().count(greeting) == 2

    for bubble in [b for b in messenger.channel.sees(MAYA) if b.text == greeting]:
        messenger.channel.tells(MAYA, Echoed(ref=bubble.ref, text=bubble.text, unmarked=True))
    await messenger.settles()

    assert THERE not in messenger.reads()


async def test_a_colleague_who_says_something_else_is_heard_though_nothing_is_marked(
    messenger: Elsewhere,
) -> None:
    await messenger.says("hei")
    messenger.channel.lost = 1
    await messenger.answers("Jeg er her.")

    siri = Echoed(ref=Ref("m_siri"), text="Hei fra Siri.", unmarked=True)
    messenger.channel.tells(MAYA, siri)
    await messenger.settles()

    assert THERE in messenger.reads()
    assert "⚠ Usikkert om dette kom fram" in messenger.reads()


async def test_a_mark_that_is_not_ours_is_a_persons_word(messenger: Elsewhere) -> None:
    """Another program of the municipality's marks its messages too."""
    await messenger.says("hei")

    messenger.channel.echoes(MAYA, "Hei fra noen andre.", delivery=DeliveryId("d_fremmed"))
    await messenger.settles()

    assert THERE in messenger.reads()
    assert "Hei fra noen andre." in messenger.reads()


async def test_a_mark_counts_only_in_the_chat_it_was_made_for(messenger: Elsewhere) -> None:
    """Whatever a platform mixes up, nobody's answer is taken for somebody else's."""
    await messenger.says("hei")
    await messenger.answers("Hei, Maya.")
    mark = messenger.channel.given[-1].delivery

    messenger.channel.echoes(Address("4477002"), "Hei, Ola.", delivery=mark)
    await messenger.settles()

    assert "Hei, Ola." in messenger.reads()
    assert "Hei, Maya." not in messenger.reads()


async def test_a_file_of_ours_that_cannot_be_had_is_no_loss_of_the_youths(
    messenger: Elsewhere,
) -> None:
    """She is not asked to send again what she never sent."""
    await messenger.says("hei")
    given = len(messenger.channel.given)

    messenger.channel.echoes(MAYA, "", file="borte")
    await messenger.settles()

    assert (
        "En fil som noen i teamet sendte på plattformen, lot seg ikke hente." in messenger.reads()
    )
    assert len(messenger.channel.given) == given


async def test_what_a_colleague_takes_back_there_is_not_said_to_be_the_youths(
    messenger: Elsewhere,
) -> None:
    """«Ungdommen trakk tilbake» of our own words would be a lie about her."""
    await messenger.says("hei")
    ref = messenger.channel.echoes(MAYA, "Feil chat, beklager.")
    await messenger.settles()

    await messenger.unsends(ref)

    assert "trakk tilbake" not in messenger.reads()
    assert ("gone", "unsent") in await messenger.verdicts(Place.CHANNEL)
