"""A youth takes back the very message that said yes to a journal."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.consent import Standing
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Filing, Stage
from tests.support.elsewhere import MAYA, Elsewhere, elsewhere
from tests.support.two_channels import THERE, Both, both

TOLD = "Greit. Vi skriver ikke noe mer i journal om deg."


@pytest.fixture
async def messenger(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as here:
        yield here


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Both]:
    async with both(tmp_path) as here:
        yield here


async def says_yes(messenger: Elsewhere) -> Ref:
    await messenger.says("hei, er det noen der?")
    yes = await messenger.says("ja")
    assert await standing(messenger) is Standing.YES
    return yes


async def standing(messenger: Elsewhere) -> Standing:
    async with messenger.life.bridge.vault.begin() as tx:
        thread = await tx.threads.of(messenger.channel.name, MAYA)
    assert thread is not None
    return thread.standing


async def test_a_yes_that_is_unsent_files_nothing(messenger: Elsewhere) -> None:
    """She no longer stands by it, and cannot know that a word of her own is needed too."""
    yes = await says_yes(messenger)

    await messenger.unsends(yes)

    assert await standing(messenger) is Standing.WITHDRAWN
    assert any(TOLD in text for text in messenger.heard())
    assert "Ungdommen trakk tilbake en melding fra kl." in messenger.reads()
    (taken_back,) = messenger.world.record.under("withdrawals").values()
    assert taken_back["reply_ref"] == yes
    await messenger.ends()
    assert messenger.filed() == []


async def test_a_yes_that_is_unsent_before_the_journal_has_it_files_nothing(
    messenger: Elsewhere,
) -> None:
    """The record was down; what was sealed for it becomes a count, as after a stop."""
    yes = await says_yes(messenger)
    messenger.world.record.down = True
    await messenger.ends()

    await messenger.unsends(yes)
    messenger.world.record.down = False
    await messenger.later(timedelta(minutes=10), step=timedelta(minutes=1))

    talk = (await messenger.talks())[0]
    assert (talk.stage, talk.filing) == (Stage.FORGOTTEN, Filing.CONTACT)
    assert messenger.filed() == []


async def test_after_the_filing_it_is_a_stop_and_no_wish_for_deletion(
    messenger: Elsewhere,
) -> None:
    """Nothing more is written; whether what is there stays, was not what she said."""
    yes = await says_yes(messenger)
    await messenger.ends()
    filed = messenger.filed()

    await messenger.unsends(yes)

    assert messenger.filed() == filed != []
    assert messenger.world.record.under("requests") == {}
    assert len(messenger.world.record.under("withdrawals")) == 1
    assert await standing(messenger) is Standing.WITHDRAWN
    assert "Samtykket er trukket tilbake." in messenger.reads()


async def test_what_else_she_takes_back_leaves_the_yes(messenger: Elsewhere) -> None:
    """A picture that was too much is no word about the journal."""
    await says_yes(messenger)
    regretted = await messenger.says("det var han som gjorde det")

    await messenger.unsends(regretted)

    assert await standing(messenger) is Standing.YES
    assert messenger.world.record.under("withdrawals") == {}


@pytest.mark.parametrize(
    ("reads", "stands"),
    [("JA!", Standing.YES), ("ja?", Standing.WITHDRAWN), ("vet ikke helt", Standing.WITHDRAWN)],
)
async def test_a_yes_that_is_reworded_stands_only_as_a_yes(
    messenger: Elsewhere, reads: str, stands: Standing
) -> None:
    """Telegram tells of no deletion; a new wording it does tell of."""
    yes = await says_yes(messenger)

    messenger.channel.rewords(MAYA, yes, reads)
    await messenger.settles()

    assert await standing(messenger) is stands


async def test_a_message_of_the_same_number_elsewhere_is_another(two: Both) -> None:
    """What is message 4 on Messenger is no yes on Telegram."""
    await two.are_one()
    await two.here("hei igjen")
    yes = await two.here("ja")
    assert (await two.thread(two.telegram)).standing is Standing.YES
    others = [await two.there("noe annet") for _ in range(9)]
    assert yes in others

    two.messenger.unsends(THERE, yes)
    await two.settles()

    assert (await two.thread(two.telegram)).standing is Standing.YES
