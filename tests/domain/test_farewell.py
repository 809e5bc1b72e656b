"""What becomes of the chat at the youth's own end (product.md)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bridge.domain.farewell import FATE, Fate, fate, patience_ends
from bridge.domain.lifecycle import Filing
from bridge.domain.threads import Chat
from tests.domain.cells import Cells, rebound

BECOMES = [
    # the youth has said      filed:     still waiting, waited out; counted: the same
    (Chat.YES, ["clear", "clear", "clear", "clear"]),
    (Chat.NO, ["leave", "leave", "leave", "leave"]),
    (Chat.THEIRS, ["clear", "clear", "clear", "clear"]),
    (Chat.BY_HAND, ["clear", "clear", "clear", "clear"]),
    # silence clears only what was filed
    (Chat.ASKED, ["wait", "clear", "wait", "leave"]),
    # an undelivered question counts as no answer and clears nothing
    (Chat.UNASKED, ["wait", "leave", "wait", "leave"]),
]
SITUATIONS = [
    (Filing.JOURNAL, False),
    (Filing.JOURNAL, True),
    (Filing.CONTACT, False),
    (Filing.CONTACT, True),
]
ASKED = datetime(2026, 11, 23, 9, tzinfo=UTC)


def the_chat_is_cleared_only_so(table: Mapping[tuple[Chat, Filing, bool], Fate]) -> None:
    decide = rebound(fate, FATE=table)
    for chat, fates in BECOMES:
        for (filing, over), becomes in zip(SITUATIONS, fates, strict=True):
            said = decide(chat, filing, waited_out=over)
            assert said.value == becomes, (chat, filing, over)
    for filing, over in SITUATIONS:
        with pytest.raises(KeyError):
            decide(Chat.SETTLED, filing, waited_out=over)


CELLS = (
    Cells(
        name="farewell.FATE",
        table=FATE,
        keys=list(product(Chat, Filing, (False, True))),
        values=list(Fate),
        holds=the_chat_is_cleared_only_so,
    ),
)


def test_the_youths_own_chat_goes_only_as_the_youth_was_told() -> None:
    """They would lose the only copy they have of what they said."""
    the_chat_is_cleared_only_so(FATE)


def test_where_nothing_was_filed_only_a_yes_clears() -> None:
    """Silence must never take away what can be read nowhere else."""
    for chat, over in product((Chat.NO, Chat.ASKED, Chat.UNASKED), (False, True)):
        assert fate(chat, Filing.CONTACT, waited_out=over) is not Fate.CLEAR


@pytest.mark.parametrize(
    ("deadline", "ends"),
    [
        (None, datetime(2026, 11, 23, 21, tzinfo=UTC)),
        (ASKED + timedelta(days=2), datetime(2026, 11, 23, 21, tzinfo=UTC)),
        (ASKED + timedelta(hours=14), datetime(2026, 11, 23, 21, tzinfo=UTC)),
        (ASKED + timedelta(hours=13), datetime(2026, 11, 23, 21, tzinfo=UTC)),
        (ASKED + timedelta(hours=6), datetime(2026, 11, 23, 14, tzinfo=UTC)),
    ],
)
def test_silence_becomes_an_answer_in_time_for_the_oldest_copy(
    deadline: datetime | None, ends: datetime
) -> None:
    """Telegram takes back nothing older than 48 h: an hour is left to do it in."""
    assert patience_ends(ASKED, deadline) == ends
