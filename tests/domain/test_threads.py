"""A youth's line to the team, and one stretch of talk on it."""

from datetime import UTC, datetime

import pytest

from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.lifecycle import Filing, Ledger, Stage
from bridge.domain.threads import Chat, Conversation

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def talk(*, last_youth: int = 0, handled: int = 0) -> Conversation:
    return Conversation(
        ledger=Ledger(
            conversation=ConversationId("c_1"),
            stage=Stage.SEALED_CONTACT,
            last_seq=5,
            filing=Filing.CONTACT,
        ),
        thread=ThreadId("t_1"),
        opened_at=NOON,
        last_at=NOON,
        last_youth=last_youth,
        handled=handled,
    )


def test_what_a_conversation_is_at_is_what_its_ledger_says() -> None:
    """Two places that could disagree about the end of a talk would one day do so."""
    conversation = talk()

    assert conversation.id == "c_1"
    assert conversation.stage is Stage.SEALED_CONTACT
    assert conversation.filing is Filing.CONTACT
    assert conversation.chat is Chat.UNASKED


@pytest.mark.parametrize(
    ("last_youth", "handled", "waits"),
    [(0, 0, False), (1, 0, True), (3, 2, True), (3, 3, False), (3, 5, False)],
)
def test_a_youth_waits_until_somebody_has_answered_their_last_words(
    last_youth: int, handled: int, waits: bool
) -> None:
    """The clock ends only talks where nobody waits."""
    assert talk(last_youth=last_youth, handled=handled).unanswered is waits
