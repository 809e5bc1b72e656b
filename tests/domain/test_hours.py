"""When there are people at work, and when it is too late to ask; Oslo, also when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.domain.hours import Hours

OSLO = ZoneInfo("Europe/Oslo")
OFFICE = Hours(open={day: (time(9), time(15, 30)) for day in range(5)}, zone=OSLO)
EVENINGS = Hours(open={3: (time(18), time(22)), 5: (time(0, 30), time(6))}, zone=OSLO)
NEVER = Hours(open={}, zone=OSLO)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # both Sundays, at 02 and 03

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HOURS_IN_IT = 396 * 24

moments = st.builds(
    lambda hours, seconds: YEAR + timedelta(hours=hours, seconds=seconds),
    st.one_of(
        st.integers(0, HOURS_IN_IT),
        st.integers(86 * 24, 89 * 24),  # around 29 March, when the clocks go forward
        st.integers(296 * 24, 299 * 24),  # around 25 October, when they go back
    ),
    st.integers(0, 3599),
)


def day_shifts() -> st.SearchStrategy[Hours]:
    """Any opening hours a municipality might set; none begin or end while clocks change."""
    quarter = st.builds(
        time, st.sampled_from([0, 1, *range(4, 24)]), st.sampled_from([0, 15, 30, 45])
    )
    span = st.tuples(quarter, quarter).filter(lambda s: s[0] < s[1])
    return st.builds(
        Hours, open=st.dictionaries(st.integers(0, 6), span, max_size=7), zone=st.just(OSLO)
    )


def oslo(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OSLO).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "there"),
    [
        (oslo(11, 23, 8, 59), False),
        (oslo(11, 23, 9), True),
        (oslo(11, 23, 15, 29), True),
        (oslo(11, 23, 15, 30), False),
        (oslo(11, 22, 12), False),  # a Sunday
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), True),  # 09:00 in summer time
        (datetime(2026, 12, 1, 7, 0, tzinfo=UTC), False),  # 08:00 in winter time
    ],
)
def test_we_say_we_are_at_work_only_when_we_are(at: datetime, there: bool) -> None:
    """A youth in trouble waits for an answer that nobody is there to give."""
    assert OFFICE.is_open(at) is there


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (oslo(11, 23, 8), oslo(11, 23, 9)),
        (oslo(11, 23, 9), oslo(11, 24, 9)),
        (oslo(11, 23, 23, 40), oslo(11, 24, 9)),
        (oslo(11, 27, 16), oslo(11, 30, 9)),  # Friday to Monday
        (oslo(3, 27, 16), datetime(2026, 3, 30, 7, tzinfo=UTC)),  # the clocks go forward between
        (oslo(10, 23, 16), datetime(2026, 10, 26, 8, tzinfo=UTC)),  # and back
    ],
)
def test_the_next_opening_is_when_we_say_it_is(at: datetime, opens: datetime) -> None:
    """«Vi svarer deg mandag klokka 09:00» is a promise."""
    assert OFFICE.next_open(at) == opens
    assert EVENINGS.next_open(oslo(11, 26, 18)) == oslo(11, 28, 0, 30)


def test_a_team_without_hours_promises_none() -> None:
    """A time made up would be a promise nobody keeps."""
    assert NEVER.next_open(oslo(11, 23, 8)) is None
    assert not NEVER.is_open(oslo(11, 23, 12))
    assert NEVER.worked(oslo(11, 1, 0), oslo(12, 1, 0)) == timedelta()


@given(hours=day_shifts(), at=moments)
def test_when_the_doors_open_they_are_open(hours: Hours, at: datetime) -> None:
    """Whatever the hours and whichever way the clocks go."""
    opens = hours.next_open(at)

    if opens is None:
        assert not hours.open
    else:
        assert opens > at
        assert hours.is_open(opens)
        assert not hours.is_open(opens - timedelta(seconds=1))
        assert opens - at <= timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("hours", "since", "until", "worked"),
    [
        (OFFICE, oslo(11, 23, 10), oslo(11, 23, 14), timedelta(hours=4)),
        (OFFICE, oslo(11, 23, 14), oslo(11, 24, 11, 30), timedelta(hours=4)),
        (OFFICE, oslo(11, 27, 15), oslo(11, 30, 9, 30), timedelta(hours=1)),
        (OFFICE, oslo(11, 21, 10), oslo(11, 22, 20), timedelta()),
        (OFFICE, oslo(11, 23, 14), oslo(11, 23, 10), timedelta()),
        (OFFICE, oslo(11, 24, 14), oslo(11, 23, 10), timedelta()),
        (OFFICE, oslo(11, 23, 0), oslo(11, 30, 0), timedelta(hours=32, minutes=30)),
    ],
)
def test_only_opening_hours_count_as_waiting(
    hours: Hours, since: datetime, until: datetime, worked: timedelta
) -> None:
    """The team leader would be called on a Sunday, or not called on a Monday."""
    assert hours.worked(since, until) == worked


@pytest.mark.parametrize(("day", "hours_long"), [(SPRING, 5), (AUTUMN, 7), (date(2026, 11, 22), 6)])
def test_a_night_shift_is_as_long_as_it_really_is(day: date, hours_long: int) -> None:
    """From midnight to six is five hours in spring and seven in autumn."""
    night = Hours(open={6: (time(0), time(6))}, zone=OSLO)
    midnight = datetime.combine(day, time(0), OSLO).astimezone(UTC)

    assert night.worked(midnight, midnight + timedelta(days=1)) == timedelta(hours=hours_long)


@given(hours=day_shifts(), three=st.lists(moments, min_size=3, max_size=3))
def test_waiting_adds_up(hours: Hours, three: list[datetime]) -> None:
    """However often one looks, it comes to the same."""
    a, b, c = sorted(three)

    assert hours.worked(a, b) + hours.worked(b, c) == hours.worked(a, c)
    assert timedelta() <= hours.worked(a, b) <= b - a


@given(hours=day_shifts(), since=moments, quarters=st.integers(0, 24 * 4 * 3))
@example(
    hours=Hours(open={6: (time(0), time(6))}, zone=OSLO),
    since=datetime(2026, 10, 24, 22, tzinfo=UTC),
    quarters=96,
)
def test_waiting_is_the_time_the_doors_were_open(
    hours: Hours, since: datetime, quarters: int
) -> None:
    """Counted another way: one quarter of an hour at a time."""
    quarter = timedelta(minutes=15)
    since = since.replace(minute=0, second=0, microsecond=0)
    spent = [since + n * quarter for n in range(quarters)]

    assert hours.worked(since, since + quarters * quarter) == quarter * sum(
        hours.is_open(at) for at in spent
    )


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        (oslo(11, 23, 7, 59), oslo(11, 23, 8)),
        (oslo(11, 23, 8), oslo(11, 23, 8)),
        (oslo(11, 23, 21, 59), oslo(11, 23, 21, 59)),
        (oslo(11, 23, 22), oslo(11, 24, 8)),
        (oslo(11, 24, 0), oslo(11, 24, 8)),
        (oslo(3, 28, 23), datetime(2026, 3, 29, 6, tzinfo=UTC)),  # eight hours of the clock
        (oslo(10, 24, 23), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # and ten
        (oslo(12, 31, 22), datetime(2027, 1, 1, 7, tzinfo=UTC)),
    ],
)
def test_nobody_is_asked_anything_at_night(at: datetime, asked: datetime) -> None:
    """A question at half past eleven wakes a youth, or lights up a phone for others to see."""
    assert OFFICE.considerate(at) == asked


@pytest.mark.parametrize(
    ("at", "before"),
    [
        (oslo(11, 23, 21, 59), oslo(11, 23, 21, 59)),
        (oslo(11, 23, 22), oslo(11, 23, 22)),
        (oslo(11, 24, 3), oslo(11, 23, 22)),
        (oslo(11, 24, 7, 59), oslo(11, 23, 22)),
        (oslo(11, 24, 8), oslo(11, 24, 8)),
        (oslo(3, 29, 4), datetime(2026, 3, 28, 21, tzinfo=UTC)),
        (datetime(2027, 1, 1, 2, tzinfo=UTC), datetime(2026, 12, 31, 21, tzinfo=UTC)),
    ],
)
def test_a_night_is_known_by_when_it_began(at: datetime, before: datetime) -> None:
    """What must be said before the morning is said in the evening."""
    assert OFFICE.before_quiet(at) == before


@given(at=moments)
def test_no_moment_is_put_off_into_the_night_or_longer_than_it(at: datetime) -> None:
    """Never between 22 and 08, and never later than the next morning."""
    asked = OFFICE.considerate(at)

    assert time(8) <= asked.astimezone(OSLO).time() < time(22)
    assert timedelta() <= asked - at <= timedelta(hours=11)
    assert OFFICE.considerate(asked) == asked


def test_a_day_cannot_close_before_it_opens() -> None:
    """Hours past midnight would otherwise quietly mean that nobody is ever at work."""
    with pytest.raises(ValueError, match="same day"):
        Hours(open={0: (time(20), time(2))}, zone=OSLO)
