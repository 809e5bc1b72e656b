"""Where the words lie besides the record; a verdict never says more than is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bridge.domain.copies import (
    LOOK_AGAIN,
    OPEN,
    RETRY,
    VERDICT,
    Copy,
    Erasure,
    NoSuchOutcome,
    Place,
    Verdict,
    Whose,
    next_look,
    of_file,
    verdict,
)
from bridge.domain.ids import ConversationId, CopyId, ThreadId
from tests.domain.cells import Cells, Lines, Members, rebound

KNOWN = [
    # where, what the platform told, what may be said when it keeps no revisions
    (Place.WORKSPACE, Erasure.REREAD, Verdict.GONE),
    (Place.WORKSPACE, Erasure.TOO_LATE, Verdict.TOO_LATE),
    (Place.WORKSPACE, Erasure.REFUSED, Verdict.REFUSED),
    (Place.WORKSPACE, Erasure.NOT_OURS, Verdict.BY_HAND),
    (Place.WORKSPACE_FILE, Erasure.REREAD, Verdict.GONE),
    (Place.WORKSPACE_FILE, Erasure.REFUSED, Verdict.REFUSED),
    (Place.WORKSPACE_FILE, Erasure.NOT_OURS, Verdict.BY_HAND),
    (Place.CHANNEL, Erasure.CONFIRMED, Verdict.GONE),
    (Place.CHANNEL, Erasure.RESTORABLE, Verdict.RECOVERABLE),
    (Place.CHANNEL, Erasure.NOT_FOUND, Verdict.UNKNOWN),
    (Place.CHANNEL, Erasure.TOO_LATE, Verdict.TOO_LATE),
    (Place.CHANNEL, Erasure.REFUSED, Verdict.REFUSED),
    (Place.CHANNEL, Erasure.NO_CALL, Verdict.OUT_OF_REACH),
    (Place.CHANNEL, Erasure.BY_HAND, Verdict.BY_HAND),
    (Place.BRIDGE, Erasure.CONFIRMED, Verdict.RECOVERABLE),
    (Place.BRIDGE, Erasure.KEY_ROTATED, Verdict.GONE),
]
TRY_AGAIN = [Erasure.BUSY, Erasure.UNREACHABLE, Erasure.STILL_THERE]
THEN = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)


def a_verdict_says_what_is_known(table: Mapping[tuple[Place, Erasure], Verdict]) -> None:
    say = rebound(verdict, VERDICT=table)
    expected = {(place, erasure): said for place, erasure, said in KNOWN}
    for place, erasure in product(Place, Erasure):
        if erasure in TRY_AGAIN:
            assert say(place, erasure, revisions_kept=False) is Verdict.PENDING
            assert (place, erasure) not in table
        elif (place, erasure) in expected:
            said = say(place, erasure, revisions_kept=False)
            assert said is expected[place, erasure], (place, erasure)
        else:
            with pytest.raises(NoSuchOutcome):
                say(place, erasure, revisions_kept=False)


def what_was_not_done_is_tried_again(retry: frozenset[Erasure]) -> None:
    say = rebound(verdict, RETRY=retry)
    for place, erasure in product(Place, TRY_AGAIN):
        assert say(place, erasure, revisions_kept=True) is Verdict.PENDING
    for place, erasure, said in KNOWN:
        assert say(place, erasure, revisions_kept=False) is said
    assert len(retry) == len(TRY_AGAIN)


def only_these_are_unsettled(unsettled: frozenset[Verdict]) -> None:
    assert unsettled == {Verdict.PENDING, Verdict.BY_HAND}


def one_looks_again_three_times(pauses: Sequence[timedelta]) -> None:
    look = rebound(next_look, LOOK_AGAIN=pauses)
    assert look(0, THEN) == datetime(2026, 11, 23, 22, 41, tzinfo=UTC)
    assert look(1, THEN) == datetime(2026, 11, 23, 23, 40, tzinfo=UTC)
    assert look(2, THEN) == datetime(2026, 11, 24, 22, 40, tzinfo=UTC)
    assert look(3, THEN) is None


CELLS = (
    Cells(
        name="copies.VERDICT",
        table=VERDICT,
        keys=list(product(Place, Erasure)),
        values=list(Verdict),
        holds=a_verdict_says_what_is_known,
    ),
    Members(
        name="copies.RETRY",
        members=RETRY,
        everything=list(Erasure),
        holds=what_was_not_done_is_tried_again,
    ),
    Members(
        name="copies.OPEN",
        members=OPEN,
        everything=list(Verdict),
        holds=only_these_are_unsettled,
    ),
    Lines(
        name="copies.LOOK_AGAIN",
        lines=LOOK_AGAIN,
        stranger=timedelta(days=9),
        holds=one_looks_again_three_times,
    ),
)


def test_the_wipe_tells_the_truth() -> None:
    """Promise 7: never "deleted" when that is not known."""
    a_verdict_says_what_is_known(VERDICT)


def test_what_was_not_done_is_tried_again_and_never_called_done() -> None:
    """A youth's words would stay in the workspace with a line saying they are gone."""
    what_was_not_done_is_tried_again(RETRY)


def test_a_copy_waits_for_us_or_for_a_person_or_is_settled() -> None:
    """A message to be deleted by hand would leave the list before anybody has done it."""
    only_these_are_unsettled(OPEN)


@pytest.mark.parametrize("place", [Place.WORKSPACE, Place.WORKSPACE_FILE])
def test_a_workspace_that_keeps_revisions_can_bring_it_back(place: Place) -> None:
    """Slack's «Keep everything» keeps what is deleted; the log must not say gone."""
    assert verdict(place, Erasure.REREAD, revisions_kept=True) is Verdict.RECOVERABLE


def test_only_what_is_gone_from_the_workspace_can_be_brought_back_by_its_settings() -> None:
    """What was refused is still there, and what Telegram erased no workspace can restore."""
    for place, erasure, said in KNOWN:
        if (place, erasure) not in (
            (Place.WORKSPACE, Erasure.REREAD),
            (Place.WORKSPACE_FILE, Erasure.REREAD),
        ):
            assert verdict(place, erasure, revisions_kept=True) is said


def test_an_answer_nobody_foresaw_leaves_the_copy_as_it_was() -> None:
    """A guess would put a false verdict in the team leader's log."""
    with pytest.raises(NoSuchOutcome, match=r"^confirmed at slack$"):
        verdict(Place.WORKSPACE, Erasure.CONFIRMED, revisions_kept=False)


def test_one_looks_again_after_a_minute_an_hour_and_a_day() -> None:
    """Slack may show again what it said was deleted."""
    one_looks_again_three_times(LOOK_AGAIN)


def test_a_file_is_a_copy_besides_the_message_that_shows_it() -> None:
    """Deleting the message leaves the file: each must have a line of its own in the ledger."""
    assert of_file(CopyId("k_1")) not in {CopyId("k_1"), of_file(CopyId("k_2"))}


def test_a_copy_at_the_youths_end_is_told_by_the_name_of_its_channel() -> None:
    """The log must not call a message on Messenger a message on Telegram."""
    copy = Copy(
        id=CopyId("k_1"), thread=ThreadId("t_1"), conversation=ConversationId("c_1"),
        place=Place.CHANNEL, channel="messenger", whose=Whose.YOUTH,
    )  # fmt: skip

    assert copy.where == "messenger"
    assert replace(copy, place=Place.WORKSPACE, channel=None).where == "slack"
