"""What must be sent, how far it has come, and what is never done twice."""

from collections.abc import Mapping
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.delivery import (
    ARRIVED,
    BLOCKS,
    DOUBT,
    MOVES,
    SAYS,
    UNDECIDED,
    Doubt,
    Move,
    OutOfTurn,
    State,
    What,
    alarm_lane,
    backoff,
    moved,
    record_lane,
    room_lane,
    service_lane,
    youth_lane,
)
from bridge.domain.ids import ConversationId, ThreadId
from tests.domain.cells import Cells, Members, rebound

CAN_HAPPEN = [
    # ten seconds behind Angre, counted from when the card is up
    ("held", "card_up", "queued"),
    ("held", "undone", "withdrawn"),
    ("queued", "undone", "withdrawn"),
    ("queued", "taken", "sending"),
    # an outage of more than ten minutes asks the caseworker first
    ("held", "delayed", "asked"),
    ("queued", "delayed", "asked"),
    ("asked", "again", "queued"),
    ("asked", "leave", "withdrawn"),
    # the platform's answer, or none
    ("sending", "accepted", "sent"),
    ("sending", "refused", "failed"),
    ("sending", "busy", "queued"),
    ("sending", "lost", "uncertain"),
    # what a restart did not know
    ("uncertain", "found", "sent"),
    ("uncertain", "not_there", "queued"),
    ("uncertain", "again", "queued"),
    ("uncertain", "leave", "left"),
    # what the platform tells afterwards, in any order: never back
    ("sent", "delivered", "delivered"),
    ("sent", "read", "read"),
    ("delivered", "read", "read"),
    # what was taken may come back, and come after all
    ("sent", "refused", "failed"),
    ("uncertain", "refused", "failed"),
    ("failed", "delivered", "delivered"),
    ("failed", "read", "read"),
    # in a person's hands, and what that person says of it
    ("sending", "handed", "handed"),
    ("handed", "carried", "sent"),
    ("handed", "refused", "failed"),
    ("handed", "undone", "withdrawn"),
    ("failed", "carried", "sent"),
    # a person tries again what is known not to have gone
    ("failed", "again", "queued"),
]
IN_DOUBT = [
    # architecture.md: Slack is looked up; a caseworker's words are never sent again unasked;
    # crisis numbers, consent questions and receipts are; the rest is the same done twice
    (What.REPLY, Doubt.ASK),
    (What.REPLY_EDIT, Doubt.AGAIN),
    (What.REPLY_ERASE, Doubt.AGAIN),
    (What.SERVICE, Doubt.AGAIN),
    (What.CARD, Doubt.LOOK),
    (What.WORDS, Doubt.LOOK),
    (What.FILE, Doubt.LOOK),
    (What.REPLY_CARD, Doubt.LOOK),
    (What.NOTICE, Doubt.LOOK),
    (What.WHISPER, Doubt.AGAIN),
    (What.INVITE, Doubt.AGAIN),
    (What.CHECKLIST, Doubt.LOOK),
    (What.ALARM, Doubt.AGAIN),
    (What.FETCH, Doubt.AGAIN),
    (What.RECORD, Doubt.AGAIN),
    (What.LINK, Doubt.AGAIN),
]


def a_delivery_moves_only_so(table: Mapping[tuple[State, Move], State]) -> None:
    go = rebound(moved, MOVES=table)
    expected = {(before, move): after for before, move, after in CAN_HAPPEN}
    for state, move in product(State, Move):
        after = expected.get((state.value, move.value))
        if after is None:
            with pytest.raises(OutOfTurn):
                go(state, move)
        else:
            assert go(state, move).value == after, (state, move)


def doubt_is_met_as_written(table: Mapping[What, Doubt]) -> None:
    assert {what for what, _ in IN_DOUBT} == set(What)
    for what, doubt in IN_DOUBT:
        assert table[what] is doubt, what


def what_follows_waits_for_these(blocks: frozenset[State]) -> None:
    assert blocks == {State.HELD, State.QUEUED, State.SENDING}


def sealing_waits_for_these(undecided: frozenset[State]) -> None:
    assert undecided == {State.HELD, State.QUEUED, State.SENDING, State.ASKED, State.HANDED}


def these_leave_a_message_in_the_chat(says: frozenset[What]) -> None:
    assert says == {What.REPLY, What.SERVICE}


def the_platform_has_these(arrived: frozenset[State]) -> None:
    assert arrived == {State.SENT, State.DELIVERED, State.READ}


CELLS = (
    Cells(
        name="delivery.MOVES",
        table=MOVES,
        keys=list(product(State, Move)),
        values=list(State),
        holds=a_delivery_moves_only_so,
    ),
    Cells(
        name="delivery.DOUBT",
        table=DOUBT,
        keys=list(What),
        values=list(Doubt),
        holds=doubt_is_met_as_written,
    ),
    Members(
        name="delivery.BLOCKS",
        members=BLOCKS,
        everything=list(State),
        holds=what_follows_waits_for_these,
    ),
    Members(
        name="delivery.UNDECIDED",
        members=UNDECIDED,
        everything=list(State),
        holds=sealing_waits_for_these,
    ),
    Members(
        name="delivery.SAYS",
        members=SAYS,
        everything=list(What),
        holds=these_leave_a_message_in_the_chat,
    ),
    Members(
        name="delivery.ARRIVED",
        members=ARRIVED,
        everything=list(State),
        holds=the_platform_has_these,
    ),
)


def test_a_delivery_moves_as_written_and_no_other_way() -> None:
    """A reply could be sent after it was undone, or twice."""
    a_delivery_moves_only_so(MOVES)


def test_doubt_about_a_persons_words_is_only_ever_settled_by_a_person() -> None:
    """A youth gets the same advice twice, or a crisis number never."""
    doubt_is_met_as_written(DOUBT)


def test_order_is_kept_and_no_talk_is_sealed_over_words_on_their_way() -> None:
    """The youth reads the answers in the wrong order, or the record lacks the last one."""
    what_follows_waits_for_these(BLOCKS)
    sealing_waits_for_these(UNDECIDED)


def test_nothing_leads_out_of_an_end() -> None:
    """What is read, withdrawn or left stays so, also after a restart."""
    the_platform_has_these(ARRIVED)
    for ended, move in product((State.READ, State.WITHDRAWN, State.LEFT), Move):
        with pytest.raises(OutOfTurn, match=f"^{move.value} from {ended.value}$"):
            moved(ended, move)


def test_only_what_is_said_to_her_is_a_message_in_her_chat() -> None:
    """An edit that were counted as a message would be looked for, and wiped, in vain."""
    these_leave_a_message_in_the_chat(SAYS)


@given(moves=st.lists(st.sampled_from(Move), max_size=40))
def test_no_order_of_moves_sends_what_is_sent_or_withdrawn(moves: list[Move]) -> None:
    """Promises 2 and 4: nothing doubled, and an undone reply never goes out."""
    state, seen = State.HELD, [State.HELD]

    for move in moves:
        try:
            state = moved(state, move)
        except OutOfTurn:
            continue
        seen.append(state)

    for earlier, later in pairwise(n for n, state in enumerate(seen) if state is State.SENDING):
        assert not ARRIVED & set(seen[earlier:later]) or State.FAILED in seen[earlier:later]
    if State.SENT in seen:
        assert State.WITHDRAWN not in seen[seen.index(State.SENT) :] or State.FAILED in seen
    if State.WITHDRAWN in seen:
        assert seen[-1] is State.WITHDRAWN
    for before, after in pairwise(seen):
        if after is State.SENDING:
            assert before is State.QUEUED  # only what was committed as waiting goes out


def test_crisis_numbers_never_wait_behind_a_reply() -> None:
    """They would wait ten seconds for Angre, or for ever behind a reply that is asked about."""
    thread = ThreadId("t_1")

    assert youth_lane(thread) == "youth:t_1"
    assert service_lane(thread) == "service:t_1"
    assert service_lane(thread, urgent=True) == "service!:t_1"


def test_every_youth_and_every_room_thread_has_a_lane_of_its_own() -> None:
    """One youth's trouble must not hold back another's answer."""
    lanes = [
        youth_lane(ThreadId("t_1")),
        youth_lane(ThreadId("t_2")),
        service_lane(ThreadId("t_1")),
        service_lane(ThreadId("t_1"), urgent=True),
        room_lane(ConversationId("c_1")),
        room_lane(ConversationId("c_2")),
        alarm_lane("utekontakten"),
        alarm_lane("nord"),
        record_lane(ThreadId("t_1")),
        record_lane(ThreadId("t_2")),
        record_lane(None),
    ]

    assert len(set(lanes)) == len(lanes)
    assert lanes[4:] == [
        "room:c_1", "room:c_2", "alarm:utekontakten", "alarm:nord",
        "record:t_1", "record:t_2", "record:",
    ]  # fmt: skip


def test_trying_again_slows_down_but_never_stops() -> None:
    """A platform that is down is not hammered, and is found again within five minutes."""
    assert [backoff(n) for n in range(10)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert backoff(10_000) == 300
