"""A youth's line to the team, lifelong, and one stretch of talk on it, which ends."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.domain.consent import Question, Standing
from bridge.domain.ids import Address, ConsentId, ConversationId, EmployeeId, Ref, Room, ThreadId
from bridge.domain.lifecycle import Filing, Ledger, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    id: ThreadId
    team: str
    channel: str
    alias: str
    address: Address = field(repr=False)
    language: str = "nb"
    standing: Standing = Standing.UNASKED
    consent: ConsentId | None = None
    question: Question | None = None
    """The consent question last put."""
    last_out: str | None = None
    """What was last delivered to the youth: a phrase id, or `reply`."""
    cooling_until: datetime | None = None
    crisis_until: datetime | None = None
    """Until then the consent question is held back."""
    left: bool = False
    """The youth has blocked us, as far as we know."""
    last_youth_at: datetime | None = None
    joined: ThreadId | None = None
    """The same youth's thread that what is written here is read in; None: this one."""
    joined_at: datetime | None = None
    speaks: ThreadId | None = None
    """Of the threads joined into this one, the one that answers go to; None: this one."""
    room: Room | None = None
    """The room its talks are read in, where they are one person's; None: the team's."""


class Chat(StrEnum):
    """What the youth wants done with the chat at their own end."""

    UNASKED = "unasked"
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    THEIRS = "theirs"  # the platform lets nobody but the youth clear it; they are told so
    BY_HAND = "by_hand"  # people carry it, and clear it: a line on a list for each copy
    SETTLED = "settled"  # acted upon; nothing more will be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A caseworker has asked to end the talk, having seen everything up to `seen`."""

    by: EmployeeId | None
    """None when the clock ends it."""
    at: datetime
    seen: int
    case: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    ledger: Ledger
    thread: ThreadId
    opened_at: datetime
    room: Room | None = None
    root: Ref | None = None
    """The room thread it is read in; None until the card is up."""
    owner: EmployeeId | None = None
    ending: Ending | None = None
    sealed_at: datetime | None = None
    sealed_by: str | None = None
    last_youth: int = 0
    """The number of the youth's last words here."""
    last_youth_at: datetime | None = None
    """Since when the youth waits: the first words that nobody has dealt with yet."""
    handled: int = 0
    """A caseworker has answered or dismissed everything up to this number."""
    last_at: datetime
    postponed_until: datetime | None = None
    warned: tuple[str, ...] = ()
    """Which ageing warnings have been given."""
    chat: Chat = Chat.UNASKED
    chat_asked_at: datetime | None = None

    @property
    def id(self) -> ConversationId:
        return self.ledger.conversation

    @property
    def stage(self) -> Stage:
        return self.ledger.stage

    @property
    def filing(self) -> Filing | None:
        return self.ledger.filing

    @property
    def unanswered(self) -> bool:
        return self.last_youth > self.handled
