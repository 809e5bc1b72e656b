"""What is written down by hand: once, in its own time, and never as testimony."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bridge.domain.consent import Question
from bridge.domain.ids import ConsentId, Ref, ThreadId
from bridge.domain.messages import File, Said
from bridge.domain.registering import (
    Registered,
    counts_as_yes,
    is_the_same,
    may_have_been,
)

AT = datetime(2026, 11, 23, 9, 0, 40, tzinfo=UTC)
PICTURE = File(ref="F1", name="skjerm.png", type="image/png", size=1)
HEI = Registered(
    key="V1", channel="snapchat", thread=ThreadId("t_1"), user="U1", at=AT, said_at=AT,
    text="Hei du",
)  # fmt: skip
YES = Said(ref=Ref("v_1"), text="ja", files=(PICTURE,))
QUESTION = Question(
    id=ConsentId("q_1"), text_id="consent.journal", version="1", language="nb", asked_at=AT,
    shown_at=AT + timedelta(minutes=10), ref=Ref("carried:d_1"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("at", "text", "same"),
    [
        (AT, "Hei du", True),
        (AT + timedelta(seconds=19), " hei\n  DU ", True),
        (AT - timedelta(seconds=40), "Hei du", True),
        (AT + timedelta(seconds=20), "Hei du", False),
        (AT - timedelta(seconds=41), "Hei du", False),
        (AT, "Hei du!", False),
    ],
)
def test_the_very_same_words_in_the_same_minute_are_the_same(
    at: datetime, text: str, same: bool
) -> None:
    """Two colleagues, one chat; but she may say hei twice in an hour."""
    assert is_the_same(HEI, at, text) is same


def test_a_picture_and_a_person_who_insists_add_something() -> None:
    """A yes is registered anew with its picture, and must not be taken for the one before."""
    assert not is_the_same(replace(HEI, pictures=(PICTURE,)), AT, "Hei du")
    assert not is_the_same(replace(HEI, insists=True), AT, "Hei du")


@pytest.mark.parametrize(
    ("minutes", "may"), [(-60 * 24 * 400, True), (0, True), (5, True), (5.1, False)]
)
def test_nobody_has_read_what_is_not_yet_written(minutes: float, may: bool) -> None:
    """A telephone's clock may be a little ahead, and a colleague a week behind."""
    assert may_have_been(AT + timedelta(minutes=minutes), AT) is may


def test_a_yes_counts_as_it_stands_in_a_picture_after_the_question() -> None:
    """Never on a colleague's word, and never to a question that was not put."""
    at = AT.replace(second=0)

    assert counts_as_yes(YES, at, QUESTION)
    assert not counts_as_yes(YES, at - timedelta(seconds=1), QUESTION)
    assert not counts_as_yes(replace(YES, files=()), at, QUESTION)
    assert not counts_as_yes(YES, at, replace(QUESTION, shown_at=None))
    assert not counts_as_yes(YES, at, None)
