"""For how long one may write after the youth's last word."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.capabilities import Capabilities
from bridge.domain.hours import Hours
from bridge.domain.messages import By
from bridge.domain.windows import MAY, May, Window, answer_by, goodbye_by, may, shuts_at, window
from tests.domain.cells import Cells
from tests.support.phones import CAPABILITIES, LIMITED

OFFICE = Hours(
    open={day: (time(9), time(15, 30)) for day in range(5)}, zone=ZoneInfo("Europe/Oslo")
)
SPOKE = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)

WRITES = [
    #                      a caseworker  the bot
    (Window.OPEN, ["send", "send"]),
    (Window.LATE, ["send_late", "not"]),
    (Window.SHUT, ["not", "not"]),
]
WRITERS = (By.CASEWORKER, By.SERVICE)


def only_a_person_may_be_late(table: Mapping[tuple[Window, By], May]) -> None:
    assert [window for window, _ in WRITES] == list(Window)
    assert {by for _, by in table} == set(WRITERS)
    for window_, answers in WRITES:
        for by, answer in zip(WRITERS, answers, strict=True):
            assert table[window_, by].value == answer, (window_, by)


CELLS = (
    Cells(
        name="windows.MAY",
        table=MAY,
        keys=list(product(Window, By)),
        values=list(May),
        holds=only_a_person_may_be_late,
    ),
)


def test_only_a_person_may_be_late() -> None:
    """A platform that finds a robot writing late shuts the whole team out."""
    only_a_person_may_be_late(MAY)


@pytest.mark.parametrize(
    ("waited", "open_is"),
    [
        (timedelta(), Window.OPEN),
        (timedelta(hours=24) - SECOND, Window.OPEN),
        (timedelta(hours=24), Window.LATE),
        (timedelta(days=7) - SECOND, Window.LATE),
        (timedelta(days=7), Window.SHUT),
        (timedelta(days=400), Window.SHUT),
    ],
)
def test_it_shuts_by_the_age_of_the_youths_last_word(waited: timedelta, open_is: Window) -> None:
    """Both limits are counted from the same word."""
    assert window(LIMITED, SPOKE, SPOKE + waited) is open_is
    assert may(By.CASEWORKER, LIMITED, SPOKE, SPOKE + waited) is MAY[open_is, By.CASEWORKER]


@pytest.mark.parametrize(
    ("can", "spoke", "waited", "ends", "shuts"),
    [
        (LIMITED, SPOKE, timedelta(hours=1), timedelta(hours=24), timedelta(days=7)),
        (LIMITED, SPOKE, timedelta(hours=25), timedelta(days=7), timedelta(days=7)),
        (LIMITED, SPOKE, timedelta(days=8), None, timedelta(days=7)),
        (LIMITED, None, timedelta(hours=1), None, None),
        (CAPABILITIES, SPOKE, timedelta(days=8), None, None),
    ],
)
def test_when_it_ends_can_be_said_beforehand(
    can: Capabilities,
    spoke: datetime | None,
    waited: timedelta,
    ends: timedelta | None,
    shuts: timedelta | None,
) -> None:
    """«Svar innen tirsdag» is of use only while it is true."""
    assert answer_by(can, spoke, SPOKE + waited) == (None if ends is None else SPOKE + ends)
    assert shuts_at(can, spoke) == (None if shuts is None else SPOKE + shuts)


def test_where_only_the_first_limit_is_given_nobody_may_be_late() -> None:
    """The right to be late is one that a platform grants, or does not."""
    strict = replace(LIMITED, answer_late=None)

    assert window(strict, SPOKE, SPOKE + timedelta(hours=24)) is Window.SHUT
    assert shuts_at(strict, SPOKE) == SPOKE + timedelta(hours=24)


def test_without_a_limit_it_is_always_open() -> None:
    """Telegram lets us write for as long as the youth has not blocked us."""
    assert window(CAPABILITIES, None, SPOKE) is Window.OPEN
    assert window(CAPABILITIES, SPOKE, SPOKE + timedelta(days=4000)) is Window.OPEN


def test_who_has_never_written_cannot_be_written_to() -> None:
    """Where there is a limit, the youth writes first."""
    assert window(LIMITED, None, SPOKE) is Window.SHUT


@pytest.mark.parametrize(
    ("spoke", "by"),
    [
        # In Oslo, an hour later: spoke, and the clock ends it by.
        ("23 12:00", "24 11:00"),
        ("23 21:30", "24 20:30"),
        ("23 22:30", "24 20:00"),  # it shuts at half past eleven, when nobody is asked anything
        ("23 02:00", "23 20:00"),
        ("23 06:59", "23 20:00"),  # at eight there would be no time left
        ("23 07:30", "24 06:30"),  # asked at eight, and it shuts half an hour after that
        ("23 08:00", "24 07:00"),
    ],
)
def test_a_talk_ends_in_time_for_the_youth_to_be_told(spoke: str, by: str) -> None:
    """The receipt is hers, and Meta takes none after a day."""

    def at(said: str) -> datetime:
        return datetime.strptime(f"2026-11-{said}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)

    assert goodbye_by(LIMITED, at(spoke), OFFICE) == at(by)
    assert goodbye_by(CAPABILITIES, at(spoke), OFFICE) is None
    assert goodbye_by(LIMITED, None, OFFICE) is None
