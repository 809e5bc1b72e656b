"""A youth puts a mark on something that was said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.domain.consent import Standing
from bridge.domain.lifecycle import Stage
from tests.support.elsewhere import MAYA, Elsewhere, elsewhere


@pytest.fixture
async def messenger(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as here:
        yield here


async def test_a_reaction_is_a_small_line_in_the_thread_and_in_the_record(
    messenger: Elsewhere,
) -> None:
    """A heart on «jeg er her» may be all she has the strength for; the team should see it."""
    await messenger.consents("hei")
    await messenger.answers("Jeg er her.")
    ref = messenger.ref_of("Jeg er her.")

    messenger.channel.reacts(MAYA, ref, "❤️")
    messenger.channel.reacts(MAYA, ref, "❤️")
    messenger.channel.reacts(MAYA, ref, None)
    messenger.channel.reacts(MAYA, ref, None)
    await messenger.settles()

    assert messenger.reads().count("reagerte med ❤️ · meldingen fra kl. 12:00") == 1
    assert messenger.reads().count("tok bort reaksjonen · meldingen fra kl. 12:00") == 1
    await messenger.ends()
    marks = [m for m in messenger.filed() if m["kind"] == "placeholder"]
    (answer,) = [m for m in messenger.filed() if m["text"] == "Jeg er her."]
    assert [(m["by"], m["text"], m["of"]) for m in marks] == [
        ("youth", "reagerte med ❤️", answer["seq"]),
        ("youth", "tok bort reaksjonen", answer["seq"]),
    ]


async def test_a_thumb_is_never_a_yes(messenger: Elsewhere) -> None:
    """Not under the very question about the journal either."""
    await messenger.says("hei")
    question = next(t for t in messenger.heard() if "skriver ned" in t)

    messenger.channel.reacts(MAYA, messenger.ref_of(question), "👍")
    await messenger.settles()

    assert "reagerte med 👍" in messenger.reads()
    assert messenger.world.record.under("consents") == {}
    async with messenger.life.bridge.vault.begin() as tx:
        thread = await tx.threads.of("messenger", MAYA)
    assert thread is not None
    assert thread.standing is Standing.ASKED


async def test_nobody_waits_for_an_answer_to_a_reaction(messenger: Elsewhere) -> None:
    """An alarm about a thumb teaches people not to heed alarms; and the end is not called off."""
    await messenger.says("hei")
    await messenger.answers("Ha det bra!")
    messenger.channel.reacts(MAYA, messenger.ref_of("Ha det bra!"), "👍")
    await messenger.settles()

    (talk,) = await messenger.talks()
    assert not talk.unanswered
    await messenger.ends()
    assert (await messenger.talks())[0].stage is Stage.FORGOTTEN
    (counted,) = messenger.world.record.under("contacts").values()
    assert (counted["count_youth"], counted["count_caseworker"]) == (1, 1)


async def test_a_reaction_to_what_is_over_begins_nothing(messenger: Elsewhere) -> None:
    """A thumb on the goodbye is a goodbye."""
    await messenger.says("hei")
    await messenger.answers("Ha det bra!")
    ref = messenger.ref_of("Ha det bra!")
    await messenger.ends()

    messenger.channel.reacts(MAYA, ref, "👍")
    await messenger.settles()

    assert len(await messenger.talks()) == 1


async def test_a_reaction_hides_no_new_wording_and_comes_to_nothing_taken_back(
    messenger: Elsewhere,
) -> None:
    """What she marks herself she may still reword, or take back."""
    ref = await messenger.says("jeg kommer kl. 14")
    messenger.channel.reacts(MAYA, ref, "👍")
    messenger.channel.rewords(MAYA, ref, "jeg kommer kl. 14")
    await messenger.settles()
    assert "Redigert" not in messenger.reads()

    await messenger.unsends(ref)
    messenger.channel.reacts(MAYA, ref, "😮")
    await messenger.settles()

    assert "😮" not in messenger.reads()
    assert not [e for e in await messenger.entries() if "😮" in e.text]
    await messenger.ends()
    assert (await messenger.talks())[0].stage is Stage.FORGOTTEN


async def test_a_mark_on_what_was_taken_back_at_once_holds_up_no_ending(
    messenger: Elsewhere,
) -> None:
    """What can no longer be shown is not waited for."""
    await messenger.says("hei")
    ref = messenger.channel.says(MAYA, "glem det")
    messenger.channel.reacts(MAYA, ref, "😮")
    await messenger.unsends(ref)
    await messenger.says("ha det")

    await messenger.ends()

    assert (await messenger.talks())[0].stage is Stage.FORGOTTEN


async def test_a_mark_on_what_nobody_knows_is_nobodys_business(messenger: Elsewhere) -> None:
    """A story of the municipality's page, say; she has not written to us."""
    messenger.channel.reacts(MAYA, messenger.channel.says(MAYA, "hei"), "👍")
    messenger.channel.outbox.pop(0)

    await messenger.settles()

    assert await messenger.talks() == ()
