"""That the measuring itself can be trusted: what is counted, and what is refused."""

import json

import pytest

from benchmarks import bodies
from benchmarks.durability import NotEqual, demand
from benchmarks.limits import fairness, pace
from benchmarks.result import ratio
from benchmarks.small import installed
from benchmarks.standins import Arrived, Limit, Slack

FULL = ["keeps PRAGMA synchronous = 2", "keeps PRAGMA journal_mode = wal"]


@pytest.mark.parametrize(
    "said",
    [
        [],
        FULL[:1],
        ["keeps PRAGMA synchronous = 1", FULL[1]],
        [FULL[0], "keeps PRAGMA journal_mode = memory"],
    ],
)
def test_a_side_that_keeps_less_is_not_measured(said: list[str]) -> None:
    """A program that may lose what it has acknowledged is faster, and worth nothing here."""
    with pytest.raises(NotEqual):
        demand(said, "sqlite")


def test_sides_that_keep_the_same_are_measured() -> None:
    demand(FULL, "sqlite")


def test_what_comes_twice_and_what_comes_late_is_counted() -> None:
    arrived = Arrived()
    for about in (0, 3, 1, 1, 2):
        arrived.take([f"{bodies.WORDS} #{about}"], "room")
    arrived.take(["a card, which is no message"], "room")

    assert arrived.numbers == {0: 1, 1: 2, 2: 1, 3: 1}
    # Two youths: 0 and 2 are the one's, 3 and 1 the other's.
    assert arrived.out_of_order(lambda about: about % 2) == 2


async def test_a_post_of_several_messages_is_several_and_one_turn() -> None:
    """Else what is said together counts as lost."""
    slack = Slack()
    blocks = [{"type": "section", "text": {"text": f"{bodies.WORDS} #{n}"}} for n in (4, 5)]
    slack.answer("chat.postMessage", {"channel": "C", "blocks": json.dumps(blocks), "text": "Ny"})

    assert [about for about, _, _ in slack.arrived.each] == [4, 5]
    assert len({(to, when) for _, to, when in slack.arrived.each}) == 1


def test_a_limit_takes_what_it_takes_and_says_how_long_to_wait() -> None:
    limit = Limit(count=2, seconds=60.0)

    assert limit.wait("a") == 0
    assert limit.wait("a") == 0
    assert 0 < limit.wait("a") <= 60
    assert limit.wait("b") == 0


@pytest.mark.parametrize(
    ("found", "limits", "met"),
    [
        (15.0, {"at_least": 15.0}, True),
        (14.9, {"at_least": 15.0}, False),
        (0.5, {"at_most": 0.5}, True),
        (0.51, {"at_most": 0.5}, False),
        (0.0, {"at_most": 0.0}, True),
        (1.0, {"at_most": 0.0}, False),
    ],
)
def test_a_ratio_is_met_or_not(found: float, limits: dict[str, float], met: bool) -> None:
    assert ratio("what was measured", found, **limits).met is met


def test_a_pace_is_the_same_whether_a_seconds_worth_comes_at_once_or_evenly() -> None:
    at_once = [second + 0.001 * n for second in range(5) for n in range(30)]
    evenly = [n / 30 for n in range(150)]

    assert pace(at_once, 30) == pytest.approx(30)
    assert pace(evenly, 30) == pytest.approx(30)
    assert pace([0.0, 1.25, 2.5, 3.75], 1) == pytest.approx(0.8)


def test_it_is_fair_while_all_have_something_waiting_and_not_when_most_have_had_theirs() -> None:
    assert fairness([0, 1, 2, 0, 1, 2, 0, 0, 0]) == pytest.approx(1 / 2)
    assert fairness([0, 0, 0, 0, 1, 1]) == 0


def test_what_is_installed_is_found_and_is_no_more_than_there_is() -> None:
    """A list that names nothing would be small, and so would one that is read wrong."""
    assert 50 < installed() < 2_000


def test_slack_gives_back_what_was_posted_with_its_key() -> None:
    """Whoever looks for a post whose answer got lost must find it here as there."""
    slack = Slack()
    root = slack.answer("chat.postMessage", {"channel": "C", "text": "kort"})["ts"]
    key = {"event_type": "utebru", "event_payload": {"id": "d_1"}}
    told = {"channel": "C", "thread_ts": root, "text": "ord", "metadata": key}
    slack.answer("chat.postMessage", told)

    found = slack.answer("conversations.replies", {"channel": "C", "ts": root})["messages"]

    assert [each["metadata"] for each in found] == [{}, key]
