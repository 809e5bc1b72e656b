"""Which lines may be one youth's: the table, row by row."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestore.joins.rules import RULES, Facts, Status, Why, decide, no_longer, number_in

SURE = Facts(into="t_rev", persons=("p_1", "p_1"), case=True, may_see=True)


def test_what_is_proved_is_joined_at_once() -> None:
    """Both are one person's, and who says so knows the case and may read it."""
    assert decide(SURE).status is Status.JOINED


@pytest.mark.parametrize(
    ("facts", "status", "why"),
    [
        (replace(SURE, thread_is_in="t_rev"), Status.REFUSED, Why.JOINED_ALREADY),
        (replace(SURE, thread_is_in="t_ugle"), Status.REFUSED, Why.JOINED_ELSEWHERE),
        (replace(SURE, into_is_in="t_ugle"), Status.REFUSED, Why.INTO_IS_JOINED),
        (replace(SURE, thread_has=True), Status.REFUSED, Why.HAS_JOINED),
        (replace(SURE, persons=(None, "p_1")), Status.WAITING, Why.NOT_TIED),
        (replace(SURE, persons=("p_1", None)), Status.WAITING, Why.NOT_TIED),
        (replace(SURE, persons=("p_2", "p_1")), Status.REFUSED, Why.ANOTHER_PERSON),
        (replace(SURE, case=False), Status.WAITING, Why.NO_SUCH_CASE),
        (replace(SURE, may_see=False), Status.WAITING, Why.NOT_THEIRS),
    ],
)
def test_every_row_decides_by_itself(facts: Facts, status: Status, why: Why) -> None:
    """One fact out of order is enough."""
    assert decide(facts).status is status
    assert decide(facts).why is why


def test_every_row_is_tried_above() -> None:
    """A row that nothing reaches is a rule that nobody keeps."""
    tried = {Why.JOINED_ALREADY, Why.JOINED_ELSEWHERE, Why.INTO_IS_JOINED, Why.HAS_JOINED,
             Why.NOT_TIED, Why.ANOTHER_PERSON, Why.NO_SUCH_CASE, Why.NOT_THEIRS}  # fmt: skip
    assert {why for _, _, why in RULES if why is not None} == tried


EVERY = st.builds(
    Facts,
    into=st.just("t_rev"),
    thread_is_in=st.sampled_from([None, "t_rev", "t_ugle"]),
    into_is_in=st.sampled_from([None, "t_ugle"]),
    thread_has=st.booleans(),
    persons=st.tuples(*[st.sampled_from([None, "p_1", "p_2"])] * 2),
    case=st.booleans(),
    may_see=st.booleans(),
    said_yes=st.booleans(),
)


@given(EVERY)
def test_nothing_joins_two_persons_or_makes_a_chain(facts: Facts) -> None:
    """Whatever is said, and whoever says yes: the words of one youth never reach another."""
    if decide(facts).status is not Status.JOINED:
        return
    one, other = facts.persons
    assert one is not None
    assert one == other
    assert (facts.thread_is_in, facts.into_is_in, facts.thread_has) == (None, None, False)
    assert facts.said_yes or (facts.case and facts.may_see)
    assert no_longer(facts) is None


@pytest.mark.parametrize(
    ("persons", "why"),
    [
        (("p_1", "p_1"), None),
        ((None, "p_1"), Why.NOT_TIED),
        (("p_1", None), Why.NOT_TIED),
        ((None, None), Why.NOT_TIED),
        (("p_1", "p_2"), Why.ANOTHER_PERSON),
    ],
)
def test_what_is_no_longer_one_persons_may_not_stand_joined(
    persons: tuple[str | None, str | None], why: Why | None
) -> None:
    """Two that are nobody's are not the same somebody's."""
    assert no_longer(replace(SURE, persons=persons)) is why


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2026/0001", "2026/0001"),
        (" 2026/1 ", "2026/0001"),
        ("sak 2026/12", "2026/0012"),
        ("Saksnummer: 2026-00012", "2026/0012"),
        ("2026/123456", "2026/123456"),
        ("", None),
        ("2026", None),
        ("26/1", None),
        ("2026/1 eller 2", None),
        ("2026/1234567", None),
        ("٢٠٢٦/1", None),
        ("(kan ikke leses)", None),
    ],
)
def test_a_case_number_is_read_as_people_type_it(typed: str, number: str | None) -> None:
    """In the street, on a telephone."""
    assert number_in(typed) == number
