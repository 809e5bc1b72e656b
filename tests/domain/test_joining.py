"""One youth on several channels: which standing holds, and what is asked again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bridge.domain import joining
from bridge.domain.consent import Question, Standing
from bridge.domain.ids import Address, ConsentId, ThreadId
from bridge.domain.joining import ANSWERED, CAREFUL, joined, parted
from bridge.domain.threads import Thread
from tests.domain.cells import Lines, Members, rebound

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)

HOLDS = [
    # the one; with the other: withdrawn, refused, asked, unasked, yes
    (Standing.WITHDRAWN, ["withdrawn", "withdrawn", "withdrawn", "withdrawn", "withdrawn"]),
    (Standing.REFUSED, ["withdrawn", "refused", "refused", "refused", "refused"]),
    (Standing.ASKED, ["withdrawn", "refused", "unasked", "unasked", "unasked"]),
    (Standing.UNASKED, ["withdrawn", "refused", "unasked", "unasked", "unasked"]),
    (Standing.YES, ["withdrawn", "refused", "unasked", "unasked", "yes"]),
]
OTHERS = (
    Standing.WITHDRAWN, Standing.REFUSED, Standing.ASKED, Standing.UNASKED, Standing.YES,
)  # fmt: skip


def the_more_careful_standing_holds(order: Sequence[Standing]) -> None:
    holds = rebound(joining.standing, CAREFUL=order)
    for one, expected in HOLDS:
        for other, said in zip(OTHERS, expected, strict=True):
            assert holds(one, other).value == said, (one, other)


def what_was_answered_while_joined_is_asked_again(answered: frozenset[Standing]) -> None:
    part = rebound(parted, ANSWERED=answered)
    line = replace(thread("t_2"), joined=ThreadId("t_1"), joined_at=NOON)
    for standing in Standing:
        since = replace(
            thread("t_1"), standing=standing, question=question(LATER), cooling_until=LATER
        )
        asked_again = standing in {Standing.YES, Standing.ASKED}
        after = part(since, line)
        assert after.standing is (Standing.UNASKED if asked_again else standing)
        assert after.cooling_until == (None if asked_again else LATER)


CELLS = (
    Lines(
        name="joining.CAREFUL",
        lines=CAREFUL,
        stranger=cast("Standing", "nobody"),
        holds=the_more_careful_standing_holds,
    ),
    Members(
        name="joining.ANSWERED",
        members=ANSWERED,
        everything=tuple(Standing),
        holds=what_was_answered_while_joined_is_asked_again,
    ),
)


@pytest.mark.parametrize("cells", CELLS, ids=lambda cells: cells.name)
def test_the_tables_hold(cells: Lines[Standing] | Members[Standing]) -> None:
    assert cells.unnoticed() == []


def test_a_yes_on_one_channel_is_no_yes_on_another() -> None:
    """It would file what is written there, which nobody has said yes to."""
    yes = replace(
        thread("t_1"), standing=Standing.YES, consent=ConsentId("q_1"), question=question(NOON)
    )

    both = joined(yes, thread("t_2"))

    assert (both.standing, both.consent, both.question) == (Standing.UNASKED, None, None)


def test_a_yes_on_both_is_a_yes() -> None:
    yes = replace(
        thread("t_1"), standing=Standing.YES, consent=ConsentId("q_1"), question=question(NOON)
    )

    both = joined(yes, replace(thread("t_2"), standing=Standing.YES, consent=ConsentId("q_2")))

    assert (both.standing, both.consent) == (Standing.YES, "q_1")


def test_who_was_in_crisis_on_one_channel_is_left_in_peace_on_both() -> None:
    both = joined(
        replace(thread("t_1"), cooling_until=LATER), replace(thread("t_2"), crisis_until=LATER)
    )

    assert (both.cooling_until, both.crisis_until) == (LATER, LATER)


def test_a_yes_from_before_they_were_joined_stands_when_they_are_parted() -> None:
    line = replace(thread("t_2"), joined=ThreadId("t_1"), joined_at=LATER)
    yes = replace(
        thread("t_1"), standing=Standing.YES, consent=ConsentId("q_1"), question=question(NOON)
    )

    assert parted(yes, line).consent == "q_1"


def test_answers_no_longer_go_to_who_was_parted() -> None:
    line = replace(thread("t_2"), joined=ThreadId("t_1"), joined_at=NOON)

    assert parted(replace(thread("t_1"), speaks=line.id), line).speaks is None
    other = ThreadId("t_3")
    assert parted(replace(thread("t_1"), speaks=other), line).speaks == other


def thread(its_id: str) -> Thread:
    return Thread(
        id=ThreadId(its_id), team="u", channel="telegram", alias="Blå rev", address=Address("1")
    )


def question(at: datetime) -> Question:
    return Question(
        id=ConsentId("q_1"), text_id="consent.journal", version="1", language="nb", asked_at=at
    )
