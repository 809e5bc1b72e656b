"""The case store, seen from outside the secure zone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bridge.domain.canonical import Document
from bridge.domain.ids import ConversationId, EmployeeId, ThreadId
from bridge.domain.messages import Attachment


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """The team has deleted this in the record: all of a thread, or one conversation of it."""

    id: str
    thread: ThreadId | None
    conversation: ConversationId | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """The team has decided that two threads are one youth's, or that they are not after all."""

    id: str
    thread: ThreadId
    into: ThreadId
    joined: bool
    at: datetime


class Lapse(StrEnum):
    """Why two threads cannot be joined after all, as the case store is told."""

    FORGOTTEN = "forgotten_there"  # nobody can be reached on one of them any longer
    NOT_POSSIBLE = "not_possible"  # one of them is joined with another


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that an employee has written down waits to be asked for, since then."""

    id: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of what was said; `size` in bytes."""

    id: str
    type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDown:
    """
    What an employee has written down in the case store of what was said.

    `thread` or `alias` say whose it is; neither: somebody new. `ours`: `by` said it.
    """

    id: str
    channel: str
    thread: ThreadId | None
    alias: str | None
    by: EmployeeId
    at: datetime
    said_at: datetime
    ours: bool
    text: str = field(repr=False)
    answers: bool
    insists: bool
    pictures: tuple[Picture, ...]


class NotTaken(StrEnum):
    """Why something that was written down cannot be taken in; whoever wrote it is told."""

    CHANNEL_OFF = "channel-off"
    NOBODY = "nobody"
    OUT_OF_REACH = "out-of-reach"
    STANDING = "standing"


class CaseRecord(Protocol):
    """
    The case store, seen from outside the secure zone.

    Every `put` is idempotent under our own id. Raises `RecordRefused` or `RecordUnreachable`.
    """

    async def put(self, path: str, document: Document) -> None:
        """File a document at `consents/…`, `withdrawals/…`, `requests/…`, `joins/…`, `stuck/…`."""
        ...

    async def put_attachments(
        self, conversation: ConversationId, those: Sequence[tuple[Attachment, bytes]]
    ) -> None:
        """Put files with their bytes; one that is refused is raised when all have been put."""
        ...

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

    async def deletions(self) -> Sequence[Deletion]:
        """
        The oldest of those not confirmed yet, some at a time.

        The case store remembers which are, so that a bridge that has lost its memory forgets
        them once more rather than never.
        """
        ...

    async def confirm_deletion(self, its_id: str) -> None:
        """We hold nothing of it any longer; saying so again changes nothing."""
        ...

    async def joins(self) -> Sequence[Join]:
        """The oldest of those not confirmed yet, in the order they were decided."""
        ...

    async def confirm_join(self, its_id: str) -> None:
        """It is done here; saying so again changes nothing."""
        ...

    async def lapse_join(self, its_id: str, why: Lapse) -> None:
        """It cannot be done here; saying so again changes nothing."""
        ...

    async def written_down(self) -> Sequence[Waiting]:
        """What employees have written down, the oldest first, some at a time; not what it says."""
        ...

    async def ask_for(self, its_id: str) -> WrittenDown:
        """
        The words; from now on nobody can withdraw them there, and we must say how it ended.

        `NOT_THERE`: it was withdrawn, or is being mended.
        """
        ...

    async def picture(self, its_id: str, picture: Picture) -> bytes: ...

    async def confirm_taken(self, its_id: str) -> None:
        """It is on our own disk, and goes there; saying so again changes nothing."""
        ...

    async def not_taken(self, its_id: str, why: NotTaken) -> None:
        """The words stay there until a person has seen to it; saying so again changes nothing."""
        ...
