"""Consent, cell by cell (product.md); only an explicit yes to this very question counts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.consent import ACT, AFTER, Act, Heard, Standing, act_on, may_ask
from tests.domain.cells import Cells, rebound

MEANS = [
    # heard, and where the thread stood: unasked, asked, yes, refused, withdrawn
    (Heard.YES_BUTTON, ["show_again", "record_yes", "just_words", "record_yes", "show_again"]),
    (Heard.YES_OLD_TEXT, ["show_again", "show_again", "just_words", "show_again", "show_again"]),
    (Heard.YES_ANSWER, ["just_words", "record_yes", "just_words", "record_yes", "show_again"]),
    (Heard.YES_LOOSE, ["just_words", "ask_meant", "just_words", "just_words", "just_words"]),
    (Heard.NO_ANSWER, ["just_words", "note_refusal", "withdraw", "note_refusal", "just_words"]),
    (Heard.UNSURE_ANSWER, ["just_words", "note_refusal", "withdraw", "note_refusal", "just_words"]),
    (Heard.STOP, ["withdraw", "withdraw", "withdraw", "withdraw", "withdraw"]),
    (Heard.YES_UNSAID, ["just_words", "just_words", "withdraw", "just_words", "just_words"]),
]
STOOD = [
    Standing.UNASKED,
    Standing.ASKED,
    Standing.YES,
    Standing.REFUSED,
    Standing.WITHDRAWN,
]
LEAVES_IT_AT = [
    (Act.RECORD_YES, Standing.YES),
    (Act.SHOW_AGAIN, Standing.ASKED),
    (Act.ASK_MEANT, None),
    (Act.NOTE_REFUSAL, Standing.REFUSED),
    (Act.WITHDRAW, Standing.WITHDRAWN),
    (Act.JUST_WORDS, None),
]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def every_answer_does_what_it_says(table: Mapping[tuple[Heard, Standing], Act]) -> None:
    answer = rebound(act_on, ACT=table)
    assert {heard for heard, _ in MEANS} == set(Heard)
    for heard, acts in MEANS:
        for standing, act in zip(STOOD, acts, strict=True):
            assert answer(heard, standing).value == act, (heard, standing)
    assert Act.JUST_WORDS not in table.values()  # what does nothing is absent


def every_act_leaves_the_thread_where_it_says(table: Mapping[Act, Standing]) -> None:
    assert {act for act, _ in LEAVES_IT_AT} == set(Act)
    for act, standing in LEAVES_IT_AT:
        assert table.get(act) is standing, act


CELLS = (
    Cells(
        name="consent.ACT",
        table=ACT,
        keys=list(product(Heard, Standing)),
        values=list(Act),
        holds=every_answer_does_what_it_says,
    ),
    Cells(
        name="consent.AFTER",
        table=AFTER,
        keys=list(Act),
        values=list(Standing),
        holds=every_act_leaves_the_thread_where_it_says,
    ),
)


def test_every_answer_about_the_journal_does_exactly_one_thing() -> None:
    """A youth is filed without a yes, or refused a stop, if one cell is wrong."""
    every_answer_does_what_it_says(ACT)


def test_every_act_leaves_the_thread_where_it_says() -> None:
    """The next answer would be read against the wrong question."""
    every_act_leaves_the_thread_where_it_says(AFTER)


def test_a_no_takes_a_yes_back_in_one_step() -> None:
    """GDPR art. 7: as easy to withdraw as to give."""
    assert act_on(Heard.NO_ANSWER, Standing.YES) is Act.WITHDRAW


def test_a_yes_to_a_text_that_has_changed_records_nothing() -> None:
    """Nobody can agree to a text they have not been shown."""
    for standing in Standing:
        assert act_on(Heard.YES_OLD_TEXT, standing) is not Act.RECORD_YES


MAY_BE_ASKED = [
    # standing, cooling ends (hours from now; None: never set), may ask
    (Standing.UNASKED, None, True),
    (Standing.UNASKED, 1, True),
    (Standing.YES, None, False),
    (Standing.YES, -1, False),
    (Standing.REFUSED, None, False),
    (Standing.REFUSED, 1, False),
    (Standing.REFUSED, 0, True),
    (Standing.REFUSED, -1, True),
    (Standing.WITHDRAWN, None, False),
    (Standing.WITHDRAWN, 1, False),
    (Standing.WITHDRAWN, -1, True),
    (Standing.ASKED, None, False),
    (Standing.ASKED, 1, False),
]


@pytest.mark.parametrize(("standing", "hours", "asked"), MAY_BE_ASKED)
def test_nobody_is_nagged_about_the_journal(
    standing: Standing, hours: int | None, asked: bool
) -> None:
    """A youth who is asked again and again learns that no is the wrong answer."""
    cooling = None if hours is None else NOON + timedelta(hours=hours)

    assert may_ask(standing, cooling_until=cooling, now=NOON) is asked


@given(answers=st.lists(st.sampled_from(Heard), max_size=20))
def test_no_order_of_answers_makes_a_yes_of_anything_but_a_yes(answers: list[Heard]) -> None:
    """Promise 5: no journal without consent, whatever the youth has said before."""
    standing = Standing.UNASKED

    for heard in answers:
        before = standing
        act = act_on(heard, before)
        standing = AFTER.get(act, before)
        if standing is Standing.YES and before is not Standing.YES:
            assert heard in (Heard.YES_BUTTON, Heard.YES_ANSWER)
            assert before in (Standing.ASKED, Standing.REFUSED)
        if heard is Heard.STOP:
            assert standing is Standing.WITHDRAWN
        if act is Act.JUST_WORDS:
            assert standing is before
