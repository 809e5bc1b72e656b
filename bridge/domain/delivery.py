"""
What must be sent, and how far it has come.

A delivery is a row from the moment of its cause. It holds no words: it names the entry or
the phrase, and what is said is put together when it is sent. `SENDING` is committed before
the call; what a restart finds there is `UNCERTAIN`, and what to do about that depends on
what it was (`DOUBT`), never on a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.domain.ids import ConversationId, DeliveryId, ThreadId


class State(StrEnum):
    HELD = "held"  # a reply whose Angre card is not up yet
    QUEUED = "queued"
    ASKED = "asked"  # an outage has delayed a reply; the caseworker is asked first
    SENDING = "sending"
    HANDED = "handed"  # in the team's hands: a person is to carry it, and to say when it is done
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DELIVERED = "delivered"  # on the youth's phone, as the platform tells
    READ = "read"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    LEFT = "left"  # uncertain, and a person has decided to leave it so


class Move(StrEnum):
    CARD_UP = "card_up"
    UNDONE = "undone"
    DELAYED = "delayed"
    TAKEN = "taken"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BUSY = "busy"  # the platform said not now; nothing was done
    HANDED = "handed"
    CARRIED = "carried"  # a person says that they have sent it
    LOST = "lost"  # no answer: it may or may not have happened
    FOUND = "found"
    DELIVERED = "delivered"
    READ = "read"
    NOT_THERE = "not_there"
    AGAIN = "again"
    LEAVE = "leave"


MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.HELD, Move.CARD_UP): State.QUEUED,
    (State.HELD, Move.UNDONE): State.WITHDRAWN,
    (State.HELD, Move.DELAYED): State.ASKED,
    (State.QUEUED, Move.UNDONE): State.WITHDRAWN,
    (State.QUEUED, Move.DELAYED): State.ASKED,
    (State.QUEUED, Move.TAKEN): State.SENDING,
    (State.ASKED, Move.AGAIN): State.QUEUED,
    (State.ASKED, Move.LEAVE): State.WITHDRAWN,
    (State.SENDING, Move.ACCEPTED): State.SENT,
    (State.SENDING, Move.REFUSED): State.FAILED,
    (State.SENDING, Move.BUSY): State.QUEUED,
    (State.SENDING, Move.LOST): State.UNCERTAIN,
    (State.SENDING, Move.HANDED): State.HANDED,
    (State.HANDED, Move.CARRIED): State.SENT,
    (State.HANDED, Move.REFUSED): State.FAILED,
    (State.HANDED, Move.UNDONE): State.WITHDRAWN,
    # Somebody else may have sent it all the same.
    (State.FAILED, Move.CARRIED): State.SENT,
    (State.UNCERTAIN, Move.FOUND): State.SENT,
    (State.UNCERTAIN, Move.NOT_THERE): State.QUEUED,
    (State.UNCERTAIN, Move.AGAIN): State.QUEUED,
    (State.UNCERTAIN, Move.LEAVE): State.LEFT,
    (State.SENT, Move.DELIVERED): State.DELIVERED,
    (State.SENT, Move.READ): State.READ,
    (State.DELIVERED, Move.READ): State.READ,
    (State.SENT, Move.REFUSED): State.FAILED,  # it was taken, and did not come after all
    (State.UNCERTAIN, Move.REFUSED): State.FAILED,
    (State.FAILED, Move.DELIVERED): State.DELIVERED,
    (State.FAILED, Move.READ): State.READ,
    (State.FAILED, Move.AGAIN): State.QUEUED,
}

BLOCKS: Final = frozenset({State.HELD, State.QUEUED, State.SENDING})
"""What follows in the same lane waits for these, so that order is kept."""

UNDECIDED: Final = BLOCKS | {State.ASKED, State.HANDED}
"""Sealing waits for these: nobody may end a talk with words on their way."""


ARRIVED: Final = frozenset({State.SENT, State.DELIVERED, State.READ})
"""The platform has it, at the least."""


class What(StrEnum):
    # to the youth
    REPLY = "reply"
    REPLY_EDIT = "reply_edit"
    REPLY_ERASE = "reply_erase"
    SERVICE = "service"
    INVITE = "invite"  # to write to us: to somebody we know by a comment in public, and only once
    # to the workspace
    CARD = "card"  # the room thread's own card, made or brought up to date
    WORDS = "words"
    FILE = "file"
    REPLY_CARD = "reply_card"  # Angre, then how it went
    NOTICE = "notice"
    WHISPER = "whisper"  # seen by one person only, kept nowhere
    ALARM = "alarm"
    CHECKLIST = "checklist"  # what is to be erased by hand, in the room itself
    # from the channel
    FETCH = "fetch"  # a file the youth sent, brought home before it lapses
    # to the case record
    RECORD = "record"
    LINK = "link"


SAYS: Final = frozenset({What.REPLY, What.SERVICE})
"""What is said to a youth, and leaves a message in the chat."""


class Doubt(StrEnum):
    LOOK = "look"  # the platform can be asked whether it is there
    AGAIN = "again"  # twice is better than not at all, or twice is the same as once
    ASK = "ask"  # a caseworker's words: only a person may decide


DOUBT: Final[Mapping[What, Doubt]] = {
    What.REPLY: Doubt.ASK,
    What.REPLY_EDIT: Doubt.AGAIN,
    What.REPLY_ERASE: Doubt.AGAIN,
    What.SERVICE: Doubt.AGAIN,
    What.INVITE: Doubt.AGAIN,  # the platform takes one for each comment, and refuses the next
    What.CARD: Doubt.LOOK,
    What.WORDS: Doubt.LOOK,
    What.FILE: Doubt.LOOK,
    What.REPLY_CARD: Doubt.LOOK,
    What.NOTICE: Doubt.LOOK,
    What.WHISPER: Doubt.AGAIN,
    What.CHECKLIST: Doubt.LOOK,
    What.ALARM: Doubt.AGAIN,  # two alarms are better than one that comes minutes late
    What.FETCH: Doubt.AGAIN,
    What.RECORD: Doubt.AGAIN,
    What.LINK: Doubt.AGAIN,
}


class Reason(StrEnum):
    """Why a platform did not take something, in the bridge's words."""

    BLOCKED = "blocked"
    GONE = "gone"  # the account or chat no longer exists
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    TOO_LATE = "too_late"
    NOT_ALLOWED = "not_allowed"
    REVOKED = "revoked"  # our own token no longer works: an alarm, and the queue is kept
    NOT_CARRIED = "not_carried"  # a person says that they have not sent it
    CLOSED = "closed"  # the window in which we may write has passed
    REJECTED = "rejected"
    BUSY = "busy"
    UNREACHABLE = "unreachable"  # known not to have been done
    NO_ANSWER = "no_answer"  # not known


class OutOfTurn(Exception):
    """This delivery cannot make that move from where it is."""


def moved(state: State, move: Move) -> State:
    """Raises `OutOfTurn` where the table has no such move."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise OutOfTurn(f"{move} from {state}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    id: DeliveryId
    lane: str
    """Deliveries of one lane go in the order they were made."""
    what: What
    thread: ThreadId | None = None
    conversation: ConversationId | None = None
    seq: int | None = None
    params: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    """No words: ids, phrase ids, codes."""
    words: str | None = field(default=None, repr=False)
    """What cannot be put together again later (consent evidence); encrypted at rest."""
    state: State = State.QUEUED
    not_before: datetime | None = None
    made_at: datetime
    """When it was asked for; asking again (`Move.AGAIN`) counts anew."""
    attempts: int = 0
    looks: int = 0
    """How often it has been looked for while uncertain."""
    reason: Reason | None = None


def youth_lane(thread: ThreadId) -> str:
    """What caseworkers say."""
    return f"youth:{thread}"


def service_lane(thread: ThreadId, *, urgent: bool = False) -> str:
    """What the bot says: it never waits behind a reply that can still be undone."""
    return f"service!:{thread}" if urgent else f"service:{thread}"


def room_lane(conversation: ConversationId) -> str:
    return f"room:{conversation}"


def head_lane(conversation: ConversationId) -> str:
    """For a new head where the old is gone: what waits for it is ahead of it in the room's."""
    return f"{room_lane(conversation)}/head"


def alarm_lane(team: str) -> str:
    return f"alarm:{team}"


def record_lane(thread: ThreadId | None) -> str:
    return f"record:{thread or ''}"


STUCK_AFTER: Final = 5
"""Attempts after which the team leader is told that something does not get through."""


def backoff(attempts: int) -> int:
    """Seconds to wait after so many failed attempts: doubling, never above five minutes."""
    return int(min(300, 2 ** min(attempts, 9)))
