"""The youth chooses which language the bot writes, also where there is no button to press."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.capabilities import Support
from tests.support.elsewhere import Elsewhere, elsewhere
from tests.support.phones import LIMITED

SET = "Then I will write English."
SATT = "Da skriver jeg norsk."


@pytest.fixture
async def mail(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    """A platform that has no buttons at all."""
    can = replace(LIMITED, buttons=Support.NONE)
    async with elsewhere(tmp_path, name="outlook", can=can) as here:
        yield here


@pytest.mark.parametrize("word", ["English", "engelsk", "/english", "ENGLISH!"])
async def test_a_language_is_chosen_by_its_name(mail: Elsewhere, word: str) -> None:
    """Who reads no Norwegian and has no button would never find out what is asked."""
    await mail.says("hello, is anybody there?")
    await mail.says("språk")
    assert "Svar NORSK / Answer ENGLISH." in mail.heard()[-1]

    await mail.says(word)
    await mail.says("help")

    assert any(SET in text for text in mail.heard())
    assert "ACCESS" in mail.heard()[-1]


async def test_it_is_chosen_back_again(mail: Elsewhere) -> None:
    """A brother had the phone for a minute."""
    await mail.says("hei")
    await mail.says("english")

    await mail.says("norsk")
    await mail.says("hjelp")

    assert any(SATT in text for text in mail.heard())
    assert "INNSYN" in mail.heard()[-1]


async def test_who_begins_with_a_language_is_met_in_it(mail: Elsewhere) -> None:
    """Her very first word; she is told who reads this, and asked, as everybody is."""
    await mail.says("English")

    first, *rest = mail.heard()
    assert SET in first
    assert any("You are writing to" in text for text in rest)
    assert any("YES, NO" in text for text in rest)


async def test_what_is_said_to_a_person_is_only_a_word(mail: Elsewhere) -> None:
    """Amir asked which subject it was about."""
    await mail.says("jeg stryker på skolen")
    await mail.answers("Hvilket fag er det?")

    await mail.says("Engelsk")

    assert "Engelsk" in mail.reads()
    assert not any(SET in text for text in mail.heard())

    await mail.says("/english")
    assert any(SET in text for text in mail.heard())
