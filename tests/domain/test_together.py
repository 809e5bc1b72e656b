"""Which messages are said in one post, and which are seen by themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bridge.domain.cards import WordsCard
from bridge.domain.delivery import Delivery, What
from bridge.domain.ids import DeliveryId, EmployeeId
from bridge.domain.messages import Kind
from bridge.domain.together import BEHIND, LENGTH, MOST, takes_along, together

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SAID = WordsCard(alias="Blå rev", kind=Kind.SAID, at=NOW, text="hei")
TO_BE_SEEN_BY_ITSELF = {
    "a crisis": replace(SAID, crisis=True),
    "what changes another": replace(SAID, kind=Kind.EDITED),
    "what was taken back": replace(SAID, kind=Kind.UNSENT),
    "what cannot be shown": replace(SAID, kind=Kind.PLACEHOLDER, placeholder="sticker"),
    "the head of a file": replace(SAID, text=""),
    "what a colleague wrote down": replace(SAID, written_by="U0AMIR"),
    "what somebody unknown wrote down": replace(SAID, unlinked=EmployeeId("e_1")),
    "what was answered past us": replace(SAID, there="messenger"),
}


def asked(at: datetime, what: What = What.WORDS) -> Delivery:
    return Delivery(id=DeliveryId("d_1"), lane="room:c_1", what=what, made_at=at)


def test_what_has_just_been_said_stands_by_itself() -> None:
    assert not takes_along(asked(NOW - BEHIND), NOW)
    assert takes_along(asked(NOW - BEHIND - timedelta(microseconds=1)), NOW)


@pytest.mark.parametrize("what", [what for what in What if what is not What.WORDS])
def test_nothing_but_what_was_said_takes_anything_along(what: What) -> None:
    assert not takes_along(asked(NOW - timedelta(hours=1), what), NOW)


@pytest.mark.parametrize("which", TO_BE_SEEN_BY_ITSELF)
def test_what_must_be_seen_is_seen_by_itself(which: str) -> None:
    """A crisis among ten lines is a crisis that somebody reads past."""
    alone = TO_BE_SEEN_BY_ITSELF[which]

    assert together([alone, SAID]) == 1
    assert together([SAID, SAID, alone, SAID]) == 2


def test_a_post_is_no_longer_than_a_telephone_shows() -> None:
    assert together([SAID] * (MOST + 1)) == MOST
    half = replace(SAID, text="x" * (LENGTH // 2))
    assert together([half, half]) == 2
    assert together([half, half, replace(SAID, text="x")]) == 2


def test_a_long_message_goes_all_the_same() -> None:
    """Alone: nothing is cut, and nothing waits for ever."""
    long = replace(SAID, text="x" * (LENGTH + 1))

    assert together([long]) == together([long, SAID]) == 1
    assert together([SAID, long]) == 1
