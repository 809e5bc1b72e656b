"""Nothing is filed without a yes to this very question; help never waits for one."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bridge.domain.consent import Standing
from bridge.domain.ids import Address
from bridge.domain.messages import Pressed
from bridge.domain.transcript import moment
from tests.support.elsewhere import MAYA, elsewhere
from tests.support.stage import Stage, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "Er det greit at vi skriver ned"


async def test_a_person_reads_at_once_but_nothing_is_filed_without_a_yes(stage: Stage) -> None:
    """Help does not wait for an answer; the journal does."""
    maya = await stage.meets("er det noen der som kan snakke?")
    assert "er det noen der som kan snakke?" in maya.reads()
    assert "samtykke: ikke svart" in maya.stands()

    await maya.answers("Ja, jeg er her nå.")
    await maya.ends()

    assert await stage.record.transcript(maya.conversation) is None
    assert "contact_stored" in await maya.kinds()


async def test_a_yes_by_button_is_recorded_with_everything_that_proves_it(stage: Stage) -> None:
    """A youth who is told «you agreed» can see exactly to what, when and how."""
    maya = await stage.meets()
    asked = await maya.thread()
    shown = maya.youth.sees()[-1]
    stage.clock.move(timedelta(minutes=3))

    await maya.presses("Ja")

    (proof,) = await stage.record.consents(asked.id)
    assert asked.question is not None
    assert proof["id"] == asked.question.id
    assert proof["text"] == shown.text
    assert proof["text_sha256"] == sha256(shown.text.encode()).hexdigest()
    assert (proof["text_id"], proof["text_version"]) == ("consent.journal", "2026-11-1")
    assert (proof["answer"], proof["how"], proof["reply"]) == ("yes", "button", "yes")
    assert proof["reply_sha256"] == sha256(b"yes").hexdigest()
    assert proof["question_ref"] == proof["reply_ref"] == str(shown.message_id)
    assert proof["asked_at"] <= proof["shown_at"] < proof["answered_at"]
    assert proof["answered_at"] == moment(stage.clock.now())
    assert (proof["language"], proof["asked_by"]) == ("nb", "bot")
    assert (proof["conversation"], proof["alias"]) == (maya.conversation, asked.alias)
    assert "samtykke: ja" in maya.stands()


async def test_a_yes_to_a_text_that_has_changed_since_shows_the_new_one(stage: Stage) -> None:
    """Nobody has agreed to a text they never saw."""
    maya = await stage.meets()
    await _was_asked_in_an_older_text(stage, maya)

    await maya.presses("Ja")

    assert "Teksten er endret siden sist" in maya.heard()
    assert QUESTION in maya.last()
    assert await stage.record.consents((await maya.thread()).id) == []

    await maya.presses("Ja")

    assert len(await stage.record.consents((await maya.thread()).id)) == 1


async def test_a_typed_yes_to_a_text_that_has_changed_shows_the_new_one(stage: Stage) -> None:
    """Typing is no way around it."""
    maya = await stage.meets()
    await _was_asked_in_an_older_text(stage, maya)

    await maya.says("JA")

    assert "Teksten er endret siden sist" in maya.heard()
    assert await stage.record.consents((await maya.thread()).id) == []


async def _was_asked_in_an_older_text(stage: Stage, talk: Talk) -> None:
    thread = await talk.thread()
    assert thread.question is not None
    older = replace(thread, question=replace(thread.question, version="2025-1-1"))
    async with stage.town.bridge.vault.begin() as tx:
        await tx.threads.save(older)


async def test_a_button_counts_only_under_the_question_it_stands_under(stage: Stage) -> None:
    """An old button on the screen is no answer to a question that was asked anew."""
    maya = await stage.meets()
    old = maya.youth.sees()[-1].message_id
    await maya.clicks("ask_consent")

    maya.youth.phone.presses("Ja", old)
    await stage.settles()

    assert await stage.record.consents((await maya.thread()).id) == []
    assert QUESTION in maya.last()


async def test_a_typed_yes_counts_when_the_question_was_the_last_thing_sent(stage: Stage) -> None:
    """Not everybody presses buttons."""
    maya = await stage.meets()

    reply = await maya.says("Ja! ❤️")

    (proof,) = await stage.record.consents((await maya.thread()).id)
    assert (proof["how"], proof["reply"]) == ("typed", "Ja! ❤️")
    assert proof["reply_ref"] == str(reply)


async def test_a_typed_yes_counts_as_the_platforms_reply_to_the_question(stage: Stage) -> None:
    """Telegram says which message is answered, and then it is no guess."""
    maya = await stage.meets()
    question = maya.youth.sees()[-1].message_id
    await maya.answers("Vil du fortelle litt mer først?")

    await maya.says("ja", reply_to=question)

    (proof,) = await stage.record.consents((await maya.thread()).id)
    assert (proof["how"], proof["question_ref"]) == ("platform_reply", str(question))


async def test_a_loose_yes_is_asked_about_once(stage: Stage) -> None:
    """«ja» to «are you cold?» is not a yes to a journal; nor is she nagged about it."""
    maya = await stage.meets()
    await maya.answers("Fryser du der du er nå?")

    await maya.says("ja")
    assert "Mente du ja til at vi kan skrive journal?" in maya.last()
    assert await stage.record.consents((await maya.thread()).id) == []

    await maya.answers("Skal vi komme og hente deg?")
    await maya.says("ja")
    assert maya.heard().count("Mente du ja") == 1

    maya.youth.phone.presses("Ja")
    await stage.settles()
    assert len(await stage.record.consents((await maya.thread()).id)) == 1


async def test_a_yes_while_open_covers_the_conversation_from_its_first_word(stage: Stage) -> None:
    """And the question says so, before she answers."""
    maya = await stage.meets("jeg har kranglet med pappa i dag")
    assert "Det gjelder også det du har skrevet nå" in maya.last()
    await maya.answers("Det høres vondt ut, vil du si mer?")
    await maya.clicks("ask_consent")

    await maya.presses("Ja")
    await maya.ends()

    assert "jeg har kranglet med pappa i dag" in await stage.record.said(maya.conversation)


async def test_a_yes_after_the_end_holds_from_the_next_conversation(stage: Stage) -> None:
    """What has been forgotten stays forgotten, whatever she says afterwards."""
    maya = await stage.meets("dette sa jeg før jeg sa ja")
    question = maya.youth.sees()[-1].message_id
    await maya.answers("Takk for at du sa det.")
    await maya.ends()

    maya.youth.phone.presses("Ja", question)
    await stage.settles()
    await maya.says("og dette sa jeg etterpå, en annen dag")
    later = await maya.next()
    await later.ends()

    assert await stage.record.transcript(maya.conversation) is None
    said = await stage.record.said(later.conversation)
    assert said == ["og dette sa jeg etterpå, en annen dag"]


@pytest.mark.parametrize("said", ["NEI", "vet ikke", "👍", None])
async def test_without_a_yes_nothing_is_filed_and_help_goes_on(
    own_stage: Stage, said: str | None
) -> None:
    """A no, silence, doubt or a thumb costs nothing, and nobody nags."""
    ola = await own_stage.meets("kan jeg låne en lader av dere?")
    if said is not None:
        await ola.says(said)
    await ola.answers("Klart det! Kom innom før fire.")
    assert "Klart det! Kom innom før fire." in ola.heard()
    await ola.ends()
    assert await own_stage.record.transcript(ola.conversation) is None
    assert await own_stage.record.consents((await ola.thread()).id) == []

    own_stage.clock.move(timedelta(days=20))
    await ola.says("hei igjen, det er meg med laderen")
    assert ola.heard().count(QUESTION) == 1

    await (await ola.next()).ends()
    own_stage.clock.move(timedelta(days=40))
    await ola.says("nå er det lenge siden sist, hei")
    assert ola.heard().count(QUESTION) == 2


async def test_somebody_elses_yes_passed_on_never_counts(stage: Stage) -> None:
    """A forwarded «JA» is what another person said about something else."""
    maya = await stage.meets()
    maya.youth.phone.says("JA")
    pending = stage.town.sandbox.telegram.updates.pending[-1]
    pending.json["message"]["forward_origin"] = {
        "type": "hidden_user", "date": pending.json["message"]["date"], "sender_user_name": "Kim",
    }  # fmt: skip
    await stage.settles()

    assert await stage.record.consents((await maya.thread()).id) == []
    assert "samtykke: ikke svart" in maya.stands()


@pytest.mark.asyncio(loop_scope="function")
async def test_what_stands_under_somebody_elses_question_answers_nothing(tmp_path: Path) -> None:
    """A press says whatever an app chooses to send; it speaks for its sender alone."""
    ola = Address("4477002")
    async with elsewhere(tmp_path) as here:
        await here.says("hei, er det noen der?")
        here.channel.says(ola, "jeg har sett hva som står hos Maya")
        await here.settles()
        asked = next(b for b in here.channel.sees(MAYA) if b.buttons)
        yes = next(button.data for button in asked.buttons if button.label == "Ja")

        here.channel.tells(ola, Pressed(ref=asked.ref, data=yes, press="p1"))
        await here.settles()

        assert here.world.record.under("consents") == {}
        async with here.life.bridge.vault.begin() as tx:
            for who in (MAYA, ola):
                thread = await tx.threads.of("messenger", who)
                assert thread is not None
                assert thread.standing is Standing.ASKED
