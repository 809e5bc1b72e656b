"""
What the bridge needs of the world, in its own words.

Each port is small. Its docstrings say what a caller may rely on; one contract suite holds
every adapter, and every fake, to that.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bridge.domain.canonical import Document
from bridge.domain.capabilities import Capabilities
from bridge.domain.cards import Card, Form, Note
from bridge.domain.copies import Copy, Erasure, Whose
from bridge.domain.delivery import Delivery, Move, Reason, State
from bridge.domain.ids import Address, ConversationId, CopyId, DeliveryId, Ref, Room, ThreadId
from bridge.domain.lifecycle import Event as Ending
from bridge.domain.lifecycle import Ledger
from bridge.domain.messages import Attachment, Draft, Entry, Inbound, Outbound
from bridge.domain.practice import Practice
from bridge.domain.speech import Event as TeamEvent
from bridge.domain.speech import Post
from bridge.domain.threads import Conversation, Thread


class Clock(Protocol):
    def now(self) -> datetime:
        """The time in UTC, with a time zone; never goes backwards."""
        ...


class Mint(Protocol):
    """Where randomness comes from."""

    def new(self, prefix: str) -> str:
        """An id nobody has had before: `prefix_` and at most 24 letters and digits."""
        ...

    def draw(self, below: int) -> int: ...

    def salt(self) -> str:
        """64 hex digits."""
        ...


class SendFailed(Exception):
    """
    The platform did not take the message.

    `retry`: nothing was done, and it may be tried again after `after` (None: our own pace).
    `Reason.NO_ANSWER` means nobody knows whether it was done; it is never `retry`.
    """

    def __init__(self, reason: Reason, *, retry: bool, after: timedelta | None = None) -> None:
        super().__init__(reason.value)
        self.reason, self.retry, self.after = reason, retry, after


class Unreadable(Exception):
    """An update that cannot be understood; it is set aside, never dropped."""


class Accept(Protocol):
    """How a receiving adapter hands something over before it acknowledges."""

    async def __call__(self, source: str, event: str, body: bytes) -> bool:
        """
        Put `body` on disk, encrypted; True the first time, False if `event` was known.

        When this returns it is durable, and only then may the platform be told that it came.
        """
        ...


class Channel(Protocol):
    """A platform that a youth writes on."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def read(self, body: bytes) -> Inbound:
        """What an accepted update says. Pure; raises `Unreadable`, without the words."""
        ...

    def pieces(self, text: str) -> Sequence[str]:
        """`text` cut to what the platform takes at once, between graphemes. Pure."""
        ...

    async def send(self, to: Address, what: Outbound) -> Ref:
        """Say one piece. Raises `SendFailed`."""
        ...

    async def edit(self, to: Address, ref: Ref, text: str) -> None:
        """Replace what we said; the same text twice is no error. Raises `SendFailed`."""
        ...

    async def erase(self, to: Address, refs: Sequence[Ref]) -> Mapping[Ref, Erasure]:
        """Erase at the youth's end; every ref gets an answer of its own. Never raises."""
        ...

    async def answer(self, press: str) -> None:
        """Stop the button from spinning; best effort, never raises."""
        ...

    async def fetch(self, file: str, *, limit: int) -> bytes:
        """
        The bytes of a file, at most `limit`. Raises `SendFailed` (`TOO_LARGE`, `GONE`, …).
        """
        ...


class Workspace(Protocol):
    """Where the team reads and answers."""

    def read(self, body: bytes) -> TeamEvent:
        """What an accepted event says. Pure; raises `Unreadable`, without the words."""
        ...

    async def show(self, room: Room, root: Ref | None, card: Card, *, key: str) -> Ref:
        """
        Post a card, in the room thread `root` or as the first of a new one.

        `key` (opaque) can be looked for afterwards with `find`. Raises `SendFailed`.
        """
        ...

    async def renew(self, ref: Ref, card: Card) -> None:
        """Bring a card up to date. Raises `SendFailed`; `GONE` when somebody deleted it."""
        ...

    async def upload(
        self, room: Room, root: Ref, name: str, mime: str, body: bytes, *, key: str
    ) -> "Uploaded":
        """
        Put a file in a room thread under a neutral name, without what it tells besides.

        `key` (opaque) can be looked for with `find_file`. Raises `SendFailed`; `REJECTED`
        for a picture that cannot be cleaned of where and with what it was taken.
        """
        ...

    async def find(self, room: Room, root: Ref | None, key: str) -> Ref | None:
        """The card that was posted with `key`, if it is there. Raises `SendFailed`."""
        ...

    async def find_file(self, room: Room, root: Ref, key: str) -> "Uploaded | None":
        """The file that was uploaded with `key`, if it is there. Raises `SendFailed`."""
        ...

    async def shown_by(self, file: Ref) -> Ref | None:
        """The message that shows a file, if there is one. Raises `SendFailed`."""
        ...

    async def whisper(self, room: Room, root: Ref | None, user: str, note: Note) -> None:
        """Tell one person something nobody else sees. Raises `SendFailed`."""
        ...

    async def replies(
        self, room: Room, root: Ref | None, *, since: datetime | None = None
    ) -> Sequence[Post]:
        """
        What people have written in a room thread (or, without one, in the room itself).

        Our own posts are left out. All pages are read. Raises `SendFailed`.
        """
        ...

    async def standing(self, room: Room, root: Ref) -> frozenset[Ref]:
        """Every message that still stands in a room thread, the root included."""
        ...

    async def erase(self, ref: Ref, whose: Whose) -> Erasure:
        """Delete a message with whichever token may. Never raises."""
        ...

    async def erase_file(self, ref: Ref) -> Erasure: ...

    async def link(self, ref: Ref) -> str | None:
        """A permanent link to a message, for whoever must delete it by hand."""
        ...

    async def readers(self, room: Room) -> frozenset[str]:
        """Who can read the room. Raises `SendFailed`."""
        ...

    async def open(self, trigger: str, form: Form) -> None:
        """Open a form for whoever pressed; `trigger` lapses in three seconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file is two copies: the file itself, and the message that shows it (if known yet)."""

    file: Ref
    message: Ref | None


class Refusal(StrEnum):
    """Why the case store would not take something; trying again will not help."""

    NO_CONSENT = "no-consent"
    WITHDRAWN = "consent-withdrawn"
    DIFFERENT = "different-body"
    UNREADABLE = "unreadable"
    NOT_THERE = "not-there"
    UNKNOWN_CODE = "unknown-code"
    ALREADY_LINKED = "already-linked"
    MALFORMED = "malformed"


class RecordRefused(Exception):
    """The case store said no, and means it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class RecordUnreachable(Exception):
    """The case store did not answer, or not sensibly; every call may be repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    id: str
    role: str
    active: bool
    user: str | None
    """The workspace user linked to this employee."""


class CaseRecord(Protocol):
    """
    The case store, seen from outside the secure zone.

    Every `put` is idempotent under our own id. Raises `RecordRefused` or `RecordUnreachable`.
    """

    async def put(self, path: str, document: Document) -> None:
        """File a document at `consents/…`, `withdrawals/…`, `requests/…`, `stuck/…` and so on."""
        ...

    async def put_attachment(
        self, conversation: ConversationId, attachment: Attachment, body: bytes
    ) -> None: ...

    async def digest(self, kind: str, conversation: ConversationId) -> str:
        """Read back, as a second request; `kind` is `transcripts` or `contacts`."""
        ...

    async def employees(self) -> Sequence[Employee]: ...

    async def link(self, code: str, user: str) -> Employee: ...

    async def cases(self, thread: ThreadId) -> Sequence[str]:
        """Case numbers proposed for an alias; numbers only."""
        ...

    async def topics(self) -> Sequence[tuple[str, str]]:
        """Topic codes with what they are called."""
        ...


class Sealed(Exception):
    """The conversation is no longer open; begin the next one."""


class Stale(Exception):
    """Something has moved since it was read; look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An accepted event, not yet worked on."""

    id: str
    source: str
    body: bytes = field(repr=False)
    at: datetime


class Inbox(Protocol):
    async def next(self, now: datetime) -> Arrived | None:
        """The oldest event that is due and nobody else holds; held until the transaction ends."""
        ...

    async def done(self, event: str) -> None:
        """Its body goes; that it has been seen stays."""
        ...

    async def set_aside(self, event: str, reason: str) -> None:
        """It cannot be understood: kept encrypted until a person decides."""
        ...

    async def stuck(self) -> Sequence[tuple[str, datetime, str]]:
        """What has been set aside: its id, when it came, and why; never what it says."""
        ...

    async def drop(self, event: str) -> None:
        """A person's decision: it goes unread. `LookupError` unless it was set aside."""
        ...

    async def again(self, event: str) -> None:
        """A person's decision: it is due anew. `LookupError` unless it was set aside."""
        ...

    async def waiting(self) -> int: ...


class Threads(Protocol):
    async def of(self, channel: str, address: Address) -> Thread | None:
        """The youth's thread, held until the transaction ends."""
        ...

    async def add(self, thread: Thread) -> None: ...

    async def get(self, thread: ThreadId) -> Thread:
        """Held until the transaction ends."""
        ...

    async def save(self, thread: Thread) -> None: ...

    async def aliases(self) -> frozenset[str]: ...

    async def conversations(self, thread: ThreadId) -> Sequence[Conversation]:
        """Oldest first."""
        ...

    async def open(self, thread: ThreadId) -> Conversation | None: ...

    async def conversation(self, conversation: ConversationId) -> Conversation: ...

    async def by_root(self, root: Ref) -> Conversation | None: ...

    async def amend(self, conversation: Conversation) -> None:
        """Save everything about a conversation but its ledger, which only `Words` moves."""
        ...

    async def live(self) -> Sequence[Conversation]:
        """Every conversation that is not forgotten."""
        ...

    async def settling(self) -> Sequence[Conversation]:
        """Sealed or later, with the chat at the youth's end not yet settled."""
        ...


class Words(Protocol):
    async def begin(self, conversation: Conversation) -> None: ...

    async def append(self, conversation: ConversationId, draft: Draft) -> Entry:
        """
        The one door in: numbers and checks in one statement. Raises `Sealed`.
        """
        ...

    async def attach(self, entry: Entry, attachment: Attachment, body: bytes) -> None:
        """Add a file to an entry of an open conversation. Raises `Sealed`."""
        ...

    async def entry(self, conversation: ConversationId, seq: int) -> Entry: ...

    async def upto(self, conversation: ConversationId, count: int) -> Sequence[Entry]: ...

    async def body(self, attachment: str) -> bytes: ...

    async def move(
        self, before: Ledger, event: Ending, *, document: Document | None = None
    ) -> Ledger:
        """
        Move on from `before`, or raise `Stale` if anything has happened since it was read.

        `document` is what is to be filed, kept encrypted until forgotten. `Erased` deletes
        words, files and key in this same transaction, and raises `NotAllWordsAccountedFor`
        if there are not exactly as many entries as it says.
        """
        ...

    async def document(self, conversation: ConversationId) -> Document: ...


class Outbox(Protocol):
    async def add(self, delivery: Delivery) -> None: ...

    async def claim(self, now: datetime, *, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """The first due delivery of every free lane, now `SENDING`; at most `limit`."""
        ...

    async def lost(self, now: datetime) -> Sequence[Delivery]:
        """Those whose sender has not reported back within its lease, now `UNCERTAIN`."""
        ...

    async def uncertain(self, now: datetime) -> Sequence[Delivery]:
        """Those in doubt that are due for a look."""
        ...

    async def get(self, delivery: DeliveryId) -> Delivery: ...

    async def move(
        self,
        delivery: DeliveryId,
        move: Move,
        *,
        not_before: datetime | None = None,
        reason: Reason | None = None,
    ) -> Delivery:
        """Raises `OutOfTurn`, having changed nothing."""
        ...

    async def put_back(self, delivery: DeliveryId, until: datetime) -> None:
        """Claimed, but its turn has not come: queued again, as if it had not been tried."""
        ...

    async def look_later(self, delivery: DeliveryId, again: datetime, *, looked: bool) -> None:
        """Look for an uncertain delivery at `again`; `looked`: it was looked for, in vain."""
        ...

    async def underway(self, conversation: ConversationId) -> int:
        """How many of its deliveries sealing must wait for."""
        ...

    async def in_lane(self, lane: str) -> int:
        """How many in a lane have not been settled."""
        ...

    async def of_entry(self, conversation: ConversationId, seq: int) -> Sequence[Delivery]: ...

    async def states(self, conversation: ConversationId) -> Mapping[int, State]:
        """How far each reply of ours has come, by entry number."""
        ...

    async def next_due(self) -> datetime | None: ...


class Copies(Protocol):
    async def expect(self, copy: Copy) -> None:
        """A copy may come to be; written before the call that makes it."""
        ...

    async def found(self, copy: CopyId, ref: Ref, *, erasable_until: datetime | None) -> None: ...

    async def never_was(self, copy: CopyId) -> None:
        """The call that would have made it is known to have failed."""
        ...

    async def by_ref(self, ref: Ref) -> Sequence[Copy]:
        """Of every thread: a platform may number messages anew in each chat."""
        ...

    async def of_entry(self, conversation: ConversationId, seq: int) -> Sequence[Copy]: ...

    async def of(self, conversation: ConversationId) -> Sequence[Copy]: ...

    async def due(self, now: datetime, *, hold: timedelta, limit: int) -> Sequence[Copy]:
        """Copies whose erasing or looking is due; not handed out again within `hold`."""
        ...

    async def save(self, copy: Copy) -> None: ...

    async def next_due(self) -> datetime | None: ...


class Staff(Protocol):
    """Who works here, as the case store last told."""

    async def replace(self, employees: Sequence[Employee]) -> None: ...

    async def by_user(self, user: str) -> Employee | None: ...

    async def all(self) -> Sequence[Employee]: ...


class Transaction(Protocol):
    """Everything inside happens, or nothing."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def threads(self) -> Threads: ...
    @property
    def words(self) -> Words: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def copies(self) -> Copies: ...
    @property
    def staff(self) -> Staff: ...


class Vault(Protocol):
    """Where words wait, encrypted, for as short a time as we can manage."""

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        """As `Accept`."""
        ...

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """
        A writing transaction; commits at the end of the block, rolls back if it raises.

        No call to a platform may be made inside: other writers may be waiting.
        """
        ...


class KeyRing(Protocol):
    """Keys apart from the data. A period's key, once dropped, is nowhere to be read."""

    def wrap(self, period: str, key: bytes) -> bytes: ...

    def unwrap(self, period: str, wrapped: bytes) -> bytes:
        """Raises `KeyGone` when the period's key is no longer here."""
        ...

    def fingerprint(self, text: str) -> str:
        """A keyed hash under which something can be found again; hex."""
        ...

    def periods(self) -> frozenset[str]: ...

    def add(self, period: str) -> None:
        """Make a new key; on disk and synced when this returns."""
        ...

    def drop(self, period: str) -> None: ...


class KeyGone(Exception):
    """What was written under this key can no longer be read by anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything a service works with, chosen once in `wiring`."""

    vault: Vault
    channels: Mapping[str, Channel]
    workspace: Workspace
    record: CaseRecord
    clock: Clock
    mint: Mint
    practice: Practice
