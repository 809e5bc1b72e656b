"""What people carry for the bot, and what nobody says where they would have to."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.capabilities import Support
from bridge.domain.carried import IN_JUST_THOSE_WORDS, at_of, by_hand, is_put, ref_of
from bridge.domain.ids import Ref
from bridge.domain.phrases import LANGUAGES
from tests.domain.cells import Members, rebound
from tests.support.phones import CAPABILITIES

OSLO: Final = ZoneInfo("Europe/Oslo")
PHRASES = list(LANGUAGES["nb"].TEXTS)
BY_HAND = replace(CAPABILITIES, carried=Support.FULL)


def only_these_are_handed_to_a_person(words: frozenset[str]) -> None:
    put = rebound(is_put, IN_JUST_THOSE_WORDS=words)
    # a consent is bound to the very text it answered; a number must not be mistyped
    to_carry = {
        "consent.journal", "consent.changed", "consent.yes", "consent.withdrawn", "crisis",
    }  # fmt: skip
    for phrase in PHRASES:
        assert put(phrase, BY_HAND) is (phrase in to_carry), phrase
        assert put(phrase, CAPABILITIES), phrase


CELLS = (
    Members(
        name="carried.IN_JUST_THOSE_WORDS",
        members=IN_JUST_THOSE_WORDS,
        everything=PHRASES,
        holds=only_these_are_handed_to_a_person,
    ),
)


def test_people_carry_what_must_be_said_in_just_those_words() -> None:
    """A consent is bound to a text, and a number to its digits; a greeting is to neither."""
    only_these_are_handed_to_a_person(IN_JUST_THOSE_WORDS)


@pytest.mark.parametrize(
    ("ref", "at"),
    [
        (ref_of(datetime(2026, 11, 23, 10, 2, 7, 5, tzinfo=OSLO), "d_1"),
         datetime(2026, 11, 23, 9, 2, 7, tzinfo=UTC)),
        (Ref("4711"), None),
        (Ref(""), None),
        (None, None),
    ],
)  # fmt: skip
def test_what_a_copy_goes_by_says_when_it_was_said(ref: Ref | None, at: datetime | None) -> None:
    """Whoever is to erase it on a telephone has nothing else to find it by."""
    assert at_of(ref) == at


@pytest.mark.parametrize("degree", Support)
def test_a_channel_is_carried_or_it_is_not(degree: Support) -> None:
    """Half a promise to send would be nobody's to keep."""
    assert by_hand(replace(CAPABILITIES, carried=degree)) is degree.works
