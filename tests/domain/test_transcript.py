"""What is filed, and what must never be."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.canonical import canonical
from bridge.domain.delivery import State
from bridge.domain.ids import ConsentId, ConversationId, EmployeeId, ThreadId
from bridge.domain.messages import Attachment, By, Entry, Kind
from bridge.domain.transcript import (
    HEADING as SAYS_OF_ITSELF,
)
from bridge.domain.transcript import (
    NEVER_SAID,
    Heading,
    as_contact,
    contact,
    moment,
    transcript,
)
from tests.domain.cells import Members, rebound

AT = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
HEADING = Heading(
    conversation=ConversationId("c_1"),
    thread=ThreadId("t_1"),
    alias="Blå rev",
    channel="telegram",
    team="utekontakten",
    opened_at=AT,
    sealed_at=AT + timedelta(hours=2),
    sealed_by="e_1",
    salt="5a" * 32,
    topics=("skole",),
)
HEAD = {
    "v": 1,
    "conversation": "c_1",
    "thread": "t_1",
    "alias": "Blå rev",
    "channel": "telegram",
    "team": "utekontakten",
    "opened_at": "2026-11-23T22:40:00.000Z",
    "sealed_at": "2026-11-24T00:40:00.000Z",
    "sealed_by": "e_1",
    "topics": ["skole"],
    "salt": "5a" * 32,
}
PHOTO = Attachment(id="a_1", name="bilde.jpg", type="image/jpeg", size=9, sha256="ab" * 32)


def said(
    seq: int,
    text: str,
    by: By = By.YOUTH,
    *,
    kind: Kind = Kind.SAID,
    of: int | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Entry:
    return Entry(
        conversation=ConversationId("c_1"),
        seq=seq,
        by=by,
        kind=kind,
        at=AT + timedelta(minutes=seq),
        text=text,
        author=EmployeeId("e_1") if by is By.CASEWORKER else None,
        of=of,
        attachments=attachments,
    )


TALK = [
    said(1, "hei, er det noen der?"),
    said(2, "Hei! Du skriver til Utekontakten.", By.SERVICE),
    said(3, "nå skal jeg si noe dumt", By.CASEWORKER),
    said(4, "hei, jeg er her", By.CASEWORKER),
    said(5, "hei, er det noen her?", kind=Kind.EDITED, of=1),
    said(6, "", kind=Kind.PLACEHOLDER, attachments=(PHOTO,)),
]
STATES = {2: State.SENT, 3: State.WITHDRAWN, 4: State.UNCERTAIN}


def only_what_was_withdrawn_was_never_said(never: frozenset[State]) -> None:
    filed = rebound(transcript, NEVER_SAID=never)
    counted = rebound(contact, NEVER_SAID=never)
    for state in State:
        there = state is not State.WITHDRAWN
        entries = [said(1, "hei", By.CASEWORKER)]
        document = filed(HEADING, entries, consent=ConsentId("s_1"), case=None, states={1: state})
        assert (document["messages"] != []) is there, state
        assert counted(HEADING, entries, states={1: state})["count_caseworker"] == int(there), state


def no_word_is_left_when_a_journal_becomes_a_contact(kept: frozenset[str]) -> None:
    turn = rebound(as_contact, HEADING=kept)
    sealed = transcript(HEADING, TALK, consent=ConsentId("s_1"), case="2026/17", states=STATES)
    assert turn(sealed) == {
        **HEAD,
        "count_youth": 2,
        "count_caseworker": 1,
        "count_attachments": 1,
    }


CELLS = (
    Members(
        name="transcript.HEADING",
        members=SAYS_OF_ITSELF,
        everything=[*HEAD, "case", "consent", "messages"],
        holds=no_word_is_left_when_a_journal_becomes_a_contact,
    ),
    Members(
        name="transcript.NEVER_SAID",
        members=NEVER_SAID,
        everything=list(State),
        holds=only_what_was_withdrawn_was_never_said,
    ),
)


def test_what_was_undone_is_not_filed_and_everything_else_is() -> None:
    """A journal that says a caseworker said what the youth never heard."""
    only_what_was_withdrawn_was_never_said(NEVER_SAID)


def test_an_edit_of_what_was_never_sent_is_not_filed_either() -> None:
    """The youth reads a later wording of something that nobody ever said to them."""
    reworded = said(4, "nå skal jeg si noe klokere", By.CASEWORKER, kind=Kind.EDITED, of=3)
    document = transcript(
        HEADING, [TALK[2], reworded], consent=ConsentId("s_1"), case=None, states=STATES
    )

    assert document["messages"] == []


def test_the_transcript_says_what_was_said_by_whom_and_how_far_it_came() -> None:
    """The youth reads it years later, and it must be what happened."""
    document = transcript(HEADING, TALK, consent=ConsentId("s_1"), case="2026/17", states=STATES)

    assert document == {
        **HEAD,
        "case": "2026/17",
        "consent": "s_1",
        "messages": [
            line(1, "youth", "said", "hei, er det noen der?"),
            line(2, "service", "said", "Hei! Du skriver til Utekontakten.", state="sent"),
            line(4, "caseworker", "said", "hei, jeg er her", author="e_1", state="uncertain"),
            line(5, "youth", "edited", "hei, er det noen her?", of=1),
            line(6, "youth", "placeholder", "", files=[
                {"id": "a_1", "name": "bilde.jpg", "type": "image/jpeg", "size": 9,
                 "sha256": "ab" * 32},
            ]),
        ],
    }  # fmt: skip


def line(
    seq: int,
    by: str,
    kind: str,
    text: str,
    *,
    author: str | None = None,
    of: int | None = None,
    state: str | None = None,
    files: list[dict[str, object]] | None = None,
) -> dict[str, object]:
    return {
        "seq": seq,
        "at": f"2026-11-23T22:{40 + seq}:00.000Z",
        "by": by,
        "author": author,
        "kind": kind,
        "text": text,
        "of": of,
        "state": state,
        "attachments": files or [],
    }


def test_a_stop_in_time_leaves_the_same_contact_as_if_nobody_had_said_yes() -> None:
    """The youth stopped it before the record was read back: not one word may follow."""
    no_word_is_left_when_a_journal_becomes_a_contact(SAYS_OF_ITSELF)
    sealed = transcript(HEADING, TALK, consent=ConsentId("s_1"), case=None, states=STATES)

    assert as_contact(sealed) == contact(HEADING, TALK, states=STATES)


def test_a_contact_counts_and_says_nothing() -> None:
    """Ola said no: how much and about what, and not one word of it."""
    document = contact(HEADING, TALK, states=STATES)

    assert document == {
        **HEAD,
        "count_youth": 2,
        "count_caseworker": 1,
        "count_attachments": 1,
    }


def test_a_mark_put_on_something_said_is_not_counted_as_said() -> None:
    """The year's figures would count thumbs."""
    mark = said(7, "reagerte med 👍", kind=Kind.PLACEHOLDER, of=4)

    assert contact(HEADING, [*TALK, mark], states=STATES)["count_youth"] == 2


@given(words=st.lists(st.text(st.characters(codec="utf-8")), max_size=5))
def test_no_word_of_a_refused_talk_reaches_the_register(words: list[str]) -> None:
    """Whatever was said, the contact is the same as if something else had been said."""
    entries = [said(n, text) for n, text in enumerate(words, start=1)]
    other = [said(n, "noe annet") for n, _ in enumerate(words, start=1)]

    assert canonical(contact(HEADING, entries, states={})) == canonical(
        contact(HEADING, other, states={})
    )


def test_a_moment_is_written_in_utc_whatever_clock_it_was_read_on() -> None:
    """Two spellings of one moment are two digests."""
    summer = timezone(timedelta(hours=2))

    assert moment(datetime(2026, 7, 1, 1, 30, 0, 123456, summer)) == "2026-06-30T23:30:00.123Z"
    assert moment(datetime(2026, 7, 1, tzinfo=UTC)) == "2026-07-01T00:00:00.000Z"
