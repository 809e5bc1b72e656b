"""What holds for case numbers, the days of a share, and what an address can choose."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestore.cases.filters import Choice, Place, Which
from casestore.cases.mistakes import Mistake, within
from casestore.cases.rules import (
    Period,
    holds,
    number_of,
    overlaps,
    period_mistake,
    read_day,
)
from casestore.journal.rules import case_number

TODAY = date(2026, 11, 3)
DAYS = st.dates(date(2001, 1, 1), date(2900, 1, 1))


def period(first: int, last: int) -> Period:
    """Days counted from today."""
    return Period(from_day=TODAY + timedelta(days=first), until_day=TODAY + timedelta(days=last))


@pytest.mark.parametrize(
    ("running", "number"), [(1, "2026/0001"), (9999, "2026/9999"), (10000, "2026/10000")]
)
def test_a_number_is_written_as_the_team_can_type_it(running: int, number: str) -> None:
    """What is on the case must be what can be typed where a case is asked for."""
    assert number_of(2026, running) == number
    assert case_number(number) == number


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (period(0, 0), None),
        (period(0, 179), None),
        (period(5, 184), None),
        (period(0, 180), "høyst 180 dager"),
        (period(3, 2), "før den første"),
        (period(-1, 5), "tidligst begynne i dag"),
    ],
)
def test_a_share_is_for_some_days_from_today_on_and_half_a_year_at_most(
    days: Period, says: str | None
) -> None:
    """A share nobody remembers is somebody reading for ever; one in the past is a false record."""
    mistake = period_mistake(days, TODAY)

    assert (mistake is None) if says is None else (mistake is not None and says in mistake)


@pytest.mark.parametrize(
    ("days", "ended", "state"),
    [
        (period(1, 3), False, "coming"),
        (period(0, 0), False, "running"),
        (period(-3, -1), False, "over"),
        (period(-3, 3), True, "ended"),
    ],
)
def test_a_share_says_where_it_stands(days: Period, ended: bool, state: str) -> None:
    """The one who shares must see at once who can read now."""
    assert holds(days, ended=ended, today=TODAY) == state


@given(DAYS, DAYS, DAYS, DAYS)
def test_periods_overlap_when_a_day_is_in_both(a: date, b: date, c: date, d: date) -> None:
    """Two shares of the same days would leave one running when the other is ended."""
    one = Period(from_day=min(a, b), until_day=max(a, b))
    other = Period(from_day=min(c, d), until_day=max(c, d))
    latest_begin = max(one.from_day, other.from_day)
    earliest_end = min(one.until_day, other.until_day)

    assert overlaps(one, other) is overlaps(other, one) is (latest_begin <= earliest_end)


@pytest.mark.parametrize(
    "typed", ["", "i morgen", "2026-13-01", "2026-02-30", "20261103", "2026-W45-2", "0001-01-01"]
)
def test_what_is_no_day_is_not_guessed_at(typed: str) -> None:
    """A share that ends another day than was meant is worse than being asked again."""
    assert read_day(typed) is None


@given(DAYS)
def test_a_day_is_read_as_the_browser_writes_it(day: date) -> None:
    """`input type=date` sends ISO days."""
    assert read_day(day.isoformat()) == day


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
def test_where_a_page_ends_comes_back_from_its_address(at: datetime) -> None:
    """One case too few on the next page is a case nobody sees."""
    place = Place(opened_at=at.replace(microsecond=0, tzinfo=UTC), id="case_1")

    assert Place.read(str(place)) == place


@given(st.text())
def test_an_address_that_is_not_understood_chooses_nothing(text: str) -> None:
    """An address can be typed by anybody; it narrows what is seen and never breaks the page."""
    query = {"which": "?" + text, "status": "?" + text, "responsible": "?" + text, "after": text}
    lists = (Which.MINE, Which.SHARED)

    assert Choice.asked(query, lists) == Choice(after=Place.read(text))
    assert Choice.asked({"which": "all"}, lists).which is Which.MINE


@pytest.mark.parametrize("typed", ["", "  \r\n ", "a" * 11, "a\x00b"])
def test_a_text_that_cannot_be_kept_is_said_before_anything_is_written(typed: str) -> None:
    """Half a text would be somebody's words changed."""
    with pytest.raises(Mistake):
        within("reason", typed, 10, missing="Skriv noe.")
