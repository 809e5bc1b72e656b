"""Deliveries as they are first written down: the right lane, the right start, no words."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bridge.domain.cards import Alarm, Note, Notice
from bridge.domain.copies import Copy, Place, Verdict, Whose
from bridge.domain.delivery import Delivery, State, What
from bridge.domain.errands import TOGETHER, Errands
from bridge.domain.ids import ConversationId, CopyId, Ref, Room, ThreadId
from bridge.domain.transcript import moment

NOW = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
MAYA = ThreadId("t_maya")
CHAT = ConversationId("c_1")
COPY = Copy(
    id=CopyId("k_1"), thread=MAYA, conversation=CHAT, place=Place.WORKSPACE, whose=Whose.BOT,
    ref=Ref("C1/1795428000.000003"), verdict=Verdict.RECOVERABLE, evidence="reread",
)  # fmt: skip


def errands(thread: ThreadId | None = MAYA) -> Errands:
    numbers = count(1)
    return Errands(
        new=lambda prefix: f"{prefix}_{next(numbers)}", now=NOW, team="utekontakten", thread=thread
    )


def every_errand() -> Iterator[tuple[Delivery, What, str]]:
    """What is made, what it is, and the lane it goes in."""
    make, to_maya, in_room = errands(), "youth:t_maya", "room:c_1"
    yield make.card(CHAT), What.CARD, in_room
    yield make.words(CHAT, 1), What.WORDS, in_room
    yield make.file(CHAT, 1, "a_1"), What.FILE, in_room
    yield make.notice(CHAT, Notice.WAITING, count=3), What.NOTICE, in_room
    yield make.reply_card(CHAT, 2), What.REPLY_CARD, in_room
    yield make.reply(CHAT, 2, 0, late=False), What.REPLY, to_maya
    yield make.change(What.REPLY_EDIT, CHAT, 3, 2), What.REPLY_EDIT, to_maya
    yield make.change(What.REPLY_ERASE, CHAT, 4, 2), What.REPLY_ERASE, to_maya
    yield make.service("greeting"), What.SERVICE, "service:t_maya"
    yield make.service("crisis", urgent=True), What.SERVICE, "service!:t_maya"
    yield make.alarm(Alarm.CRISIS), What.ALARM, "alarm:utekontakten"
    yield make.fetch(CHAT, 1, {"ref": "f"}), What.FETCH, "fetch:c_1"
    yield make.record("/consents/s_1", {"a": 1}), What.RECORD, "record:t_maya"
    yield make.event(CHAT, {"kind": "forgotten"}), What.RECORD, "record:t_maya"
    yield make.verdict(COPY), What.RECORD, "record:t_maya"
    for told in make.verdicts(CHAT, [COPY]):
        yield told, What.RECORD, "record:t_maya"


def test_every_errand_waits_in_its_own_lane_and_for_its_own_youth() -> None:
    """A reply in another youth's lane is a reply to another youth."""
    made = list(every_errand())

    for delivery, what, lane in made:
        assert (delivery.what, delivery.lane) == (what, lane)
        assert delivery.thread == MAYA
        assert delivery.made_at == NOW
        assert delivery.state is (State.HELD if what is What.REPLY else State.QUEUED)
    assert len({delivery.id for delivery, _, _ in made}) == len(made)


def test_the_log_is_told_what_is_known_of_a_copy_and_not_what_it_says() -> None:
    """The team leader follows a copy by its verdict; where it lies is nobody else's to know."""
    until = NOW + timedelta(days=30)
    told = errands().verdict(replace(COPY, until=until), link="https://example.test/p1")
    line = json.loads(told.words or "")

    assert str(told.params["path"]).startswith("transfers/c_1/events/e_")
    assert line == {
        "kind": "copy", "at": moment(NOW), "copy": "k_1", "place": "slack", "whose": "bot",
        "verdict": "recoverable", "evidence": "reread", "until": moment(until),
        "link": "https://example.test/p1",
    }  # fmt: skip
    assert json.loads(errands().verdict(COPY).words or "")["until"] is None


def test_what_is_known_of_many_is_told_in_few_lines_and_of_all_of_them() -> None:
    """A talk of a year has thousands of copies, and the record is told of each one."""
    copies = [replace(COPY, id=CopyId(f"k_{n}")) for n in range(2 * TOGETHER + 1)]

    lines = [json.loads(told.words or "") for told in errands().verdicts(CHAT, copies)]

    assert [len(line["copies"]) for line in lines] == [TOGETHER, TOGETHER, 1]
    assert [each["copy"] for line in lines for each in line["copies"]] == [c.id for c in copies]
    assert {(line["kind"], line["at"]) for line in lines} == {("copies", moment(NOW))}
    one = json.loads(errands().verdict(copies[0]).words or "")
    assert lines[0]["copies"][0] == {k: v for k, v in one.items() if k not in ("kind", "at")}
    assert errands().verdicts(CHAT, []) == []


def test_a_reply_waits_behind_its_card_and_a_late_one_for_a_person() -> None:
    """Angre before anything; and what was written while we were away is offered, not sent."""
    reply = errands().reply(CHAT, 7, 1, late=False)
    late = errands().reply(CHAT, 7, 1, late=True)

    assert (reply.state, reply.seq, reply.params) == (State.HELD, 7, {"piece": 1, "late": False})
    assert (late.state, late.seq, late.params) == (State.ASKED, 7, {"piece": 1, "late": True})


def test_what_is_put_together_later_says_what_of() -> None:
    """The row has no words; it must name the very entry, phrase or file."""
    make = errands()

    assert make.words(CHAT, 4, crisis=True).params == {"crisis": True}
    assert make.words(CHAT, 4).params == {"crisis": False}
    assert make.words(CHAT, 4).seq == 4
    assert make.file(CHAT, 4, "a_1").params == {"attachment": "a_1"}
    assert make.reply_card(CHAT, 4, shows_words=True).params == {"shows_words": True}
    assert make.reply_card(CHAT, 4).params == {"shows_words": False}
    assert make.change(What.REPLY_EDIT, CHAT, 5, 4).params == {"of": 4}
    assert make.notice(CHAT, Notice.TAKEN, user="U1").params == {"notice": "taken", "user": "U1"}
    assert make.alarm(Alarm.RECORD_DOWN, count=2).params == {"alarm": "record_down", "count": 2}


def test_a_service_message_may_wait_for_the_morning() -> None:
    """Nobody is asked about their chat at night."""
    morning = NOW + timedelta(hours=9)
    said = errands().service("chat.ask", conversation=CHAT, seq=9, about="c_1", not_before=morning)

    assert (said.conversation, said.seq, said.not_before) == (CHAT, 9, morning)
    assert said.params == {"phrase": "chat.ask", "about": "c_1"}


def test_what_one_person_is_told_waits_for_nobody_else() -> None:
    """One whisper that cannot be delivered must not hold back the next."""
    make = errands(None)
    first = make.whisper(Note.NOT_LINKED, user="U1", room=Room("C1"), root="C1/1")
    second = make.whisper(Note.LINKED, user="U2", room=Room("C1"))

    assert first.lane != second.lane
    assert first.params == {"note": "not_linked", "user": "U1", "room": "C1", "root": "C1/1"}
    assert second.params == {"note": "linked", "user": "U2", "room": "C1", "root": None}


def test_evidence_and_codes_travel_encrypted_and_are_never_printed() -> None:
    """A consent's exact reply, a one-time code, a file's address: never in a parameter or a log."""
    make = errands()
    rows = [
        make.record("/consents/s_1", {"reply": "ja kanarifugl"}, conversation=CHAT),
        make.link("kanarifugl", user="U1", room=Room("C1")),
        make.fetch(CHAT, 1, {"name": "kanarifugl æ.jpg"}),
    ]

    assert rows[0].words == '{"reply":"ja kanarifugl"}'
    assert rows[0].params == {"path": "/consents/s_1"}
    assert rows[1].words == "kanarifugl"
    assert rows[1].params == {"user": "U1", "room": "C1"}
    assert json.loads(rows[2].words or "") == {"name": "kanarifugl æ.jpg"}
    for row in rows:
        assert "kanarifugl" not in repr(row)


def test_what_happened_to_no_youth_in_particular_can_still_be_recorded_in_order() -> None:
    """And what is meant for a youth needs one: it must not go to nobody."""
    nobody = errands(None)

    assert nobody.record("/deletions", {}).lane == "record:"
    assert nobody.record("/deletions", {}).thread is None
    with pytest.raises(LookupError):
        nobody.service("crisis", urgent=True)
    with pytest.raises(LookupError):
        nobody.reply(CHAT, 1, 0, late=False)
    with pytest.raises(LookupError):
        nobody.change(What.REPLY_EDIT, CHAT, 2, 1)


def test_the_same_moment_can_hold_errands_for_another_youth() -> None:
    """One thing that concerns two threads, each in its own lane."""
    ola = errands().on(ThreadId("t_ola"))

    assert ola.service("waiting").lane == "service:t_ola"
    assert ola.service("waiting").made_at == NOW
    assert ola.alarm(Alarm.RECORD_UP).lane == "alarm:utekontakten"
