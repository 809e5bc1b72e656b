"""What waits, and how it is named."""

from datetime import UTC, datetime

import pytest

from bridge.domain.backlog import Backlog, Step, end_of, filled
from bridge.domain.delivery import What

AT = datetime(2026, 11, 3, tzinfo=UTC)
CHANNELS = ("telegram", "messenger")


@pytest.mark.parametrize("what", What)
def test_everything_that_is_carried_has_an_end(what: What) -> None:
    """What goes nowhere in particular would be looked for nowhere."""
    youth = {What.REPLY, What.REPLY_EDIT, What.REPLY_ERASE, What.SERVICE}
    elsewhere = {
        What.RECORD: "casestore", What.LINK: "casestore",
        What.FETCH: "files", What.INVITE: "invites",
    }  # fmt: skip
    expected = "telegram" if what in youth else elsewhere.get(what, "slack")

    assert end_of(what, "telegram") == expected
    assert end_of(what, None) == ("unknown" if what in youth else expected)


def test_what_is_found_stands_among_noughts_for_all_the_rest() -> None:
    """A series that is not there rings no alarm, and draws no line."""
    found = Backlog(step=Step.QUEUED, of="messenger", count=3, since=AT)
    stranger = Backlog(step=Step.QUEUED, of="a channel that is off now", count=1, since=AT)

    told = {(each.step, each.of): each for each in filled([found, stranger], CHANNELS)}

    assert told[Step.QUEUED, "messenger"] == found
    assert told[Step.QUEUED, "a channel that is off now"] == stranger
    assert sum(each.count for each in told.values()) == 4
    assert {step for step, _ in told} == set(Step)


@pytest.mark.parametrize(
    ("step", "of"),
    [
        (Step.TAKEN_IN, {"telegram", "messenger", "slack", "casestore"}),
        (Step.SET_ASIDE, {"telegram", "messenger", "slack", "casestore"}),
        (Step.UNCERTAIN, {"telegram", "messenger", "slack", "casestore", "files", "invites"}),
        (Step.SEALED, {"journal", "contact"}),
        (Step.TRANSFERRED, {"journal", "contact"}),
        (Step.WIPING, {"telegram", "messenger", "slack", "slack_file"}),
        (Step.BY_HAND, {"telegram", "messenger", "slack", "slack_file"}),
        (Step.KEYS, {"forgotten", "closing"}),
        (Step.WRITTEN_DOWN, {"casestore"}),
    ],
)
def test_each_step_is_told_of_whatever_can_stop_there(step: Step, of: set[str]) -> None:
    """A platform that nothing waits for is told with a nought, not left out."""
    assert {each.of for each in filled([], CHANNELS) if each.step is step} == of
