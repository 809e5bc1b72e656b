"""Whether a conversation may end, and as what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.consent import Standing
from bridge.domain.ids import ConversationId, EmployeeId, ThreadId
from bridge.domain.lifecycle import Filing, Ledger, Stage
from bridge.domain.sealing import Answer, Patience, closes_at, filing, may_seal
from bridge.domain.threads import Conversation, Ending

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATIENCE = Patience()


def talk(
    stage: Stage = Stage.OPEN, *, last_youth: int = 3, handled: int = 3, seen: int | None = None
) -> Conversation:
    return Conversation(
        ledger=Ledger(conversation=ConversationId("c_1"), stage=stage, last_seq=4),
        thread=ThreadId("t_1"),
        opened_at=NOON,
        last_at=NOON,
        last_youth=last_youth,
        handled=handled,
        ending=None if seen is None else Ending(by=EmployeeId("e_1"), at=NOON, seen=seen),
    )


@pytest.mark.parametrize(
    ("seen", "last_youth", "underway", "answer"),
    [
        (None, 3, 0, Answer.WAIT),  # nobody has asked
        (4, 3, 0, Answer.SEAL),
        (3, 3, 0, Answer.SEAL),
        (3, 3, 1, Answer.WAIT),  # a reply is on its way
        (3, 4, 0, Answer.NEW_WORDS),
        (3, 4, 1, Answer.NEW_WORDS),
    ],
)
def test_a_caseworker_ends_only_what_they_have_seen(
    seen: int | None, last_youth: int, underway: int, answer: Answer
) -> None:
    """The youth's last sentence would be sealed away unread."""
    assert may_seal(talk(seen=seen, last_youth=last_youth), underway=underway) is answer


@pytest.mark.parametrize("stage", [s for s in Stage if s is not Stage.OPEN])
def test_what_has_ended_is_not_ended_again(stage: Stage) -> None:
    """A second press of Avslutt must not file a second time."""
    assert may_seal(talk(stage, seen=4), underway=0) is Answer.WAIT


@pytest.mark.parametrize(
    ("standing", "filed"),
    [
        (Standing.UNASKED, Filing.CONTACT),
        (Standing.ASKED, Filing.CONTACT),
        (Standing.YES, Filing.JOURNAL),
        (Standing.REFUSED, Filing.CONTACT),
        (Standing.WITHDRAWN, Filing.CONTACT),
    ],
)
def test_only_a_yes_files_a_transcript(standing: Standing, filed: Filing) -> None:
    """Promise 5: no journal without consent."""
    assert filing(standing) is filed


@pytest.mark.parametrize(
    ("deadline_in", "postponed_for", "closes_in"),
    [
        (None, None, 24),
        (48, None, 24),
        (30, None, 16),  # 14 h before the oldest copy can no longer be erased
        (16, None, 4),  # never before one has had the warning's time to press «Utsett»
        (-5, None, 4),
        (None, 40, 40),
        (30, 20, 20),
        (30, 10, 16),
    ],
)
def test_the_clock_waits_for_quiet_or_for_the_platform(
    deadline_in: int | None, postponed_for: int | None, closes_in: int
) -> None:
    """A talk ends under a youth's hands, or a copy at the platform can never be erased."""
    deadline = None if deadline_in is None else NOON + timedelta(hours=deadline_in)
    until = None if postponed_for is None else NOON + timedelta(hours=postponed_for)

    closes = closes_at(replace(talk(), postponed_until=until), deadline=deadline, patience=PATIENCE)

    assert closes == NOON + timedelta(hours=closes_in)


@pytest.mark.parametrize(
    ("deadline_in", "goodbye_in", "closes_in"),
    [
        (None, 23, 23),
        (None, 30, 24),
        (30, 23, 16),
        (None, 1, 4),  # answered late: too late to be told, and not ended over anybody's head
    ],
)
def test_the_clock_ends_a_talk_while_the_youth_can_be_told(
    deadline_in: int | None, goodbye_in: int, closes_in: int
) -> None:
    """A platform that shuts after a day would have her wait for an answer that never comes."""
    deadline = None if deadline_in is None else NOON + timedelta(hours=deadline_in)
    by = NOON + timedelta(hours=goodbye_in)

    closes = closes_at(talk(), deadline=deadline, goodbye_by=by, patience=PATIENCE)

    assert closes == NOON + timedelta(hours=closes_in)


@given(
    last_youth=st.integers(1, 5),
    deadline_in=st.none() | st.integers(-100, 100),
    stage=st.sampled_from(Stage),
    data=st.data(),
)
def test_time_alone_never_ends_a_talk_nobody_has_dealt_with(
    last_youth: int, deadline_in: int | None, stage: Stage, data: st.DataObject
) -> None:
    """Promise 1: Mina's words wait for a person however long it takes."""
    handled = data.draw(st.integers(0, last_youth))
    deadline = None if deadline_in is None else NOON + timedelta(hours=deadline_in)

    closes = closes_at(
        talk(stage, last_youth=last_youth, handled=handled), deadline=deadline, patience=PATIENCE
    )

    if handled < last_youth or stage is not Stage.OPEN:
        assert closes is None
    else:
        assert closes is not None
        assert closes >= NOON + PATIENCE.warning
