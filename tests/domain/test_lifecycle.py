"""How a conversation ends, and everything that may not happen on the way."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import (
    FILING,
    NEXT,
    ClosedAsContact,
    ClosedForJournal,
    DigestMismatch,
    Erased,
    Event,
    Filing,
    Ledger,
    NotAllWordsAccountedFor,
    OutOfOrder,
    ReadBack,
    Stage,
    Withdrawn,
    advance,
)
from tests.domain.cells import Cells, rebound

CHAT = ConversationId("c_1")
SEALED = "5ea1"
COUNTED = "c047"

CAN_HAPPEN = [
    # the picture in architecture.md, one arrow a line
    (Stage.OPEN, ClosedForJournal, Stage.SEALED_JOURNAL),
    (Stage.OPEN, ClosedAsContact, Stage.SEALED_CONTACT),
    (Stage.SEALED_JOURNAL, Withdrawn, Stage.SEALED_CONTACT),
    (Stage.SEALED_JOURNAL, ReadBack, Stage.TRANSFERRED),
    (Stage.SEALED_CONTACT, ReadBack, Stage.TRANSFERRED),
    (Stage.TRANSFERRED, Erased, Stage.FORGOTTEN),
]
IS_FILED_AS = [
    (Stage.OPEN, None),
    (Stage.SEALED_JOURNAL, Filing.JOURNAL),
    (Stage.SEALED_CONTACT, Filing.CONTACT),
    (Stage.TRANSFERRED, None),
    (Stage.FORGOTTEN, None),
]
EVENTS: list[Event] = [
    ClosedForJournal(count=3, digest=SEALED),
    ClosedAsContact(count=3, digest=SEALED),
    Withdrawn(digest=COUNTED),
    ReadBack(digest=SEALED),
    Erased(count=3),
]


def standing_at(stage: Stage) -> Ledger:
    return Ledger(conversation=CHAT, stage=stage, last_seq=3, digest=SEALED)


def the_end_comes_in_order(table: Mapping[tuple[Stage, type[Event]], Stage]) -> None:
    move = rebound(advance, NEXT=table)
    expected = {(stage, kind): after for stage, kind, after in CAN_HAPPEN}
    for stage, event in product(Stage, EVENTS):
        before = standing_at(stage)
        after = expected.get((stage, type(event)))
        if after is None:
            with pytest.raises(OutOfOrder):
                move(before, event)
            assert before == standing_at(stage)
        else:
            assert move(before, event).stage is after, (stage, event)


def sealing_fixes_what_is_filed(table: Mapping[Stage, Filing]) -> None:
    for stage, filed in IS_FILED_AS:
        assert table.get(stage) is filed, stage
    move = rebound(advance, FILING=table)
    talk = Ledger(conversation=CHAT, last_seq=3)
    journal = move(talk, ClosedForJournal(count=3, digest=SEALED))
    assert (journal.filing, journal.digest) == (Filing.JOURNAL, SEALED)
    contact = move(talk, ClosedAsContact(count=3, digest=COUNTED))
    assert (contact.filing, contact.digest) == (Filing.CONTACT, COUNTED)
    stopped = move(journal, Withdrawn(digest=COUNTED))
    assert (stopped.filing, stopped.digest) == (Filing.CONTACT, COUNTED)


CELLS = (
    Cells(
        name="lifecycle.NEXT",
        table=NEXT,
        keys=[(stage, type(event)) for stage, event in product(Stage, EVENTS)],
        values=list(Stage),
        holds=the_end_comes_in_order,
    ),
    Cells(
        name="lifecycle.FILING",
        table=FILING,
        keys=list(Stage),
        values=list(Filing),
        holds=sealing_fixes_what_is_filed,
    ),
)


def test_a_conversation_ends_in_this_order_and_no_other() -> None:
    """Any other order forgets words that are in no record, or files what nobody agreed to."""
    the_end_comes_in_order(NEXT)


def test_sealing_decides_what_is_filed_and_only_a_stop_changes_it() -> None:
    """A youth who said no would otherwise find their words in a journal."""
    sealing_fixes_what_is_filed(FILING)


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("kind", [ClosedForJournal, ClosedAsContact])
def test_words_said_since_one_looked_stop_the_sealing(
    kind: type[ClosedForJournal | ClosedAsContact], count: int
) -> None:
    """The youth's last sentence would be in no transcript, and be destroyed."""
    with pytest.raises(NotAllWordsAccountedFor):
        advance(Ledger(conversation=CHAT, last_seq=3), kind(count=count, digest=SEALED))


def test_a_record_that_holds_something_else_is_never_believed() -> None:
    """The words would be erased here while the journal holds other words, or none."""
    for stage in (Stage.SEALED_JOURNAL, Stage.SEALED_CONTACT):
        with pytest.raises(DigestMismatch):
            advance(standing_at(stage), ReadBack(digest=COUNTED))


def test_after_a_stop_the_transcript_no_longer_counts_as_proof() -> None:
    """A transfer already under way would slip the journal in after the youth said stop."""
    stopped = advance(standing_at(Stage.SEALED_JOURNAL), Withdrawn(digest=COUNTED))

    with pytest.raises(DigestMismatch):
        advance(stopped, ReadBack(digest=SEALED))
    assert advance(stopped, ReadBack(digest=COUNTED)).stage is Stage.TRANSFERRED


@pytest.mark.parametrize("count", [0, 2, 4])
def test_erasing_counts_the_words_first(count: int) -> None:
    """One row too many is somebody else's word; one too few is a word left lying."""
    with pytest.raises(NotAllWordsAccountedFor):
        advance(standing_at(Stage.TRANSFERRED), Erased(count=count))


def test_what_remains_in_the_end_holds_no_words_but_proves_the_transfer() -> None:
    """The team leader could not otherwise show that it was all filed."""
    ledger = Ledger(conversation=CHAT, last_seq=2)
    for event in (
        ClosedForJournal(count=2, digest=SEALED),
        ReadBack(digest=SEALED),
        Erased(count=2),
    ):
        ledger = advance(ledger, event)

    assert ledger == Ledger(
        conversation=CHAT,
        stage=Stage.FORGOTTEN,
        last_seq=2,
        filing=Filing.JOURNAL,
        digest=SEALED,
    )


counts = st.integers(0, 3)
digests = st.sampled_from(["5ea1", "c047", "0bad"])
events = st.one_of(
    st.builds(ClosedForJournal, count=counts, digest=digests),
    st.builds(ClosedAsContact, count=counts, digest=digests),
    st.builds(Withdrawn, digest=digests),
    st.builds(ReadBack, digest=digests),
    st.builds(Erased, count=counts),
)


@given(order=st.lists(st.one_of(events, st.just("words")), max_size=14))
def test_no_order_of_events_forgets_what_was_not_proved(order: list[Event | str]) -> None:
    """Whatever comes when, words go only after the record has been read back and counted."""
    ledger = Ledger(conversation=CHAT)
    sealed: str | None = None
    proved: list[str] = []

    for event in order:
        before = ledger
        if isinstance(event, str):  # the one door: words come in only while it is open
            if ledger.stage is Stage.OPEN:
                ledger = replace(ledger, last_seq=ledger.last_seq + 1)
            continue
        try:
            ledger = advance(ledger, event)
        except (OutOfOrder, DigestMismatch, NotAllWordsAccountedFor):
            assert ledger is before
            continue
        match event:
            case ClosedForJournal() | ClosedAsContact():
                sealed = event.digest
                assert event.count == before.last_seq
            case Withdrawn():
                sealed = event.digest
            case ReadBack():
                proved.append(event.digest)
            case Erased():
                assert event.count == before.last_seq

    if ledger.stage in (Stage.TRANSFERRED, Stage.FORGOTTEN):
        assert proved == [sealed]
        assert ledger.digest == sealed
    else:
        assert proved == []
