"""That the measuring itself can be trusted: what is counted, and what is refused."""

import pytest

from benchmarks import bodies
from benchmarks.durability import NotEqual, demand
from benchmarks.result import ratio
from benchmarks.standins import Arrived, Limit

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
        arrived.take(f"{bodies.WORDS} #{about}", "room")
    arrived.take("a card, which is no message", "room")

    assert arrived.numbers == {0: 1, 1: 2, 2: 1, 3: 1}
    # Two youths: 0 and 2 are the one's, 3 and 1 the other's.
    assert arrived.out_of_order(lambda about: about % 2) == 2


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
