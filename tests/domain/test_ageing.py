"""What has waited too long; the doors are open 09:00-15:30, Monday to Friday."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.ageing import UNFILED, WAITED, Alert, Limits, dealt_with, due, shuts_soon
from bridge.domain.hours import Hours
from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.lifecycle import Ledger, Stage
from bridge.domain.threads import Conversation
from tests.domain.cells import Members, rebound

OSLO = ZoneInfo("Europe/Oslo")
OFFICE = Hours(open={day: (time(9), time(15, 30)) for day in range(5)}, zone=OSLO)
LIMITS = Limits()
MONDAY = datetime(2026, 11, 23, 9, tzinfo=OSLO).astimezone(UTC)


def talk(
    stage: Stage = Stage.OPEN,
    *,
    opened: datetime = MONDAY,
    spoke: datetime | None = MONDAY,
    handled: int = 0,
    warned: tuple[str, ...] = (),
) -> Conversation:
    return Conversation(
        ledger=Ledger(conversation=ConversationId("c_1"), stage=stage, last_seq=1),
        thread=ThreadId("t_1"),
        opened_at=opened,
        last_at=opened,
        last_youth=1,
        last_youth_at=spoke,
        handled=handled,
        warned=warned,
    )


def what_is_not_in_the_record_yet_grows_old(unfiled: frozenset[Stage]) -> None:
    warn = rebound(due, UNFILED=unfiled)
    waits = [Alert.UNTRANSFERRED, Alert.UNTRANSFERRED_LONG]
    for stage, expected in [
        (Stage.OPEN, waits),
        (Stage.SEALED_JOURNAL, waits),
        (Stage.SEALED_CONTACT, waits),
        (Stage.TRANSFERRED, []),
        (Stage.FORGOTTEN, []),
    ]:
        old = talk(stage, handled=1)
        found = warn(old, now=MONDAY + timedelta(days=9), hours=OFFICE, limits=LIMITS)
        assert list(found) == expected, stage


def an_answer_forgives_only_the_waiting(waited: frozenset[Alert]) -> None:
    settle = rebound(dealt_with, WAITED=waited)
    every = tuple(Alert)
    kept = settle(talk(warned=(*every, "waiting")), 1).warned
    assert list(kept) == ["untransferred", "untransferred_long", "closing", "waiting"]


CELLS = (
    Members(
        name="ageing.WAITED",
        members=WAITED,
        everything=list(Alert),
        holds=an_answer_forgives_only_the_waiting,
    ),
    Members(
        name="ageing.UNFILED",
        members=UNFILED,
        everything=list(Stage),
        holds=what_is_not_in_the_record_yet_grows_old,
    ),
)


def test_what_is_not_in_the_record_yet_grows_old() -> None:
    """R17: words that wait in a cabinet nobody looks in."""
    what_is_not_in_the_record_yet_grows_old(UNFILED)


@pytest.mark.parametrize(
    ("waited", "alerts"),
    [
        (timedelta(hours=3, minutes=59), []),
        (timedelta(hours=4), [Alert.UNANSWERED]),
        (timedelta(hours=20), [Alert.UNANSWERED]),  # the doors have been shut since 15:30
        (timedelta(hours=24, minutes=59), [Alert.UNANSWERED, Alert.UNTRANSFERRED]),
        (
            timedelta(hours=25),  # 6.5 h on Monday and one on Tuesday
            [Alert.UNANSWERED, Alert.UNANSWERED_DAY, Alert.UNTRANSFERRED],
        ),
    ],
)
def test_a_youth_who_waits_is_noticed_by_the_owner_and_then_the_leader(
    waited: timedelta, alerts: list[Alert]
) -> None:
    """Four hours of opening time, then a working day."""
    found = due(talk(), now=MONDAY + waited, hours=OFFICE, limits=LIMITS)

    assert list(found) == alerts


def test_one_who_has_been_answered_does_not_wait() -> None:
    """Alarms that cry wolf are switched off."""
    later = MONDAY + timedelta(hours=23)

    assert due(talk(handled=1), now=later, hours=OFFICE, limits=LIMITS) == ()
    assert due(talk(spoke=None), now=later, hours=OFFICE, limits=LIMITS) == ()
    assert due(talk(Stage.SEALED_CONTACT), now=later, hours=OFFICE, limits=LIMITS) == ()


@pytest.mark.parametrize(
    ("age", "alerts"),
    [
        (timedelta(hours=23, minutes=59), []),
        (timedelta(hours=24), [Alert.UNTRANSFERRED]),
        (timedelta(hours=71, minutes=59), [Alert.UNTRANSFERRED]),
        (timedelta(hours=72), [Alert.UNTRANSFERRED, Alert.UNTRANSFERRED_LONG]),
    ],
)
def test_what_is_not_filed_is_noticed_after_a_day_and_after_three(
    age: timedelta, alerts: list[Alert]
) -> None:
    """R17: 24 h, and 72 h to the team leader, weekends too."""
    found = due(
        talk(Stage.SEALED_JOURNAL, handled=1), now=MONDAY + age, hours=OFFICE, limits=LIMITS
    )

    assert list(found) == alerts


def test_a_warning_is_given_once() -> None:
    """The second one would be read as noise."""
    warned = talk(warned=("unanswered", "untransferred"))

    found = due(warned, now=MONDAY + timedelta(hours=26), hours=OFFICE, limits=LIMITS)

    assert found == (Alert.UNANSWERED_DAY,)


def test_every_limit_is_a_setting() -> None:
    """Local routine decides how long is too long."""
    strict = Limits(
        unanswered=timedelta(minutes=5),
        unanswered_day=timedelta(minutes=10),
        untransferred=timedelta(minutes=15),
        untransferred_long=timedelta(minutes=20),
    )

    found = due(talk(), now=MONDAY + timedelta(minutes=20), hours=OFFICE, limits=strict)

    assert set(found) == set(Alert) - {Alert.CLOSING, Alert.CRISIS}


def test_an_answer_begins_the_waiting_anew() -> None:
    """Whoever was answered once and forgotten afterwards is noticed a second time."""
    an_answer_forgives_only_the_waiting(WAITED)
    answered = dealt_with(talk(warned=("unanswered",)), 1)

    assert (answered.handled, answered.unanswered, answered.warned) == (1, False, ())
    assert dealt_with(answered, 0).handled == 1


def test_where_nobody_is_ever_at_work_every_hour_counts() -> None:
    """A team that has set no hours must still be told that a youth waits."""
    never = Hours(open={}, zone=OSLO)
    saturday = MONDAY + timedelta(days=5)

    found = due(talk(spoke=saturday), now=saturday + timedelta(hours=5), hours=never, limits=LIMITS)

    assert Alert.UNANSWERED in found


@pytest.mark.parametrize(
    ("left", "soon"),
    [
        (timedelta(hours=4, seconds=1), False),
        (timedelta(hours=4), True),
        (timedelta(seconds=1), True),
        (timedelta(), False),  # too late to be told of; the head of the thread says so
    ],
)
def test_who_waits_while_the_platforms_time_runs_out_is_noticed(
    left: timedelta, soon: bool
) -> None:
    """An answer that was meant for tomorrow can be given today."""
    shuts = MONDAY + timedelta(days=7)

    def told(conversation: Conversation, shuts_at: datetime | None) -> bool:
        return shuts_soon(conversation, shuts_at=shuts_at, now=shuts - left, limits=LIMITS)

    assert told(talk(), shuts) is soon
    assert not told(talk(handled=1), shuts)
    assert not told(talk(Stage.SEALED_JOURNAL), shuts)
    assert not told(talk(), None)
