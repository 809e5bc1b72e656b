"""
Where the words lie besides the record, and what is known of each copy.

A copy is a row from the moment it may come to be. Its verdict never says more than is
known: `GONE` needs evidence, and what a workspace or a mailbox may still restore is
`RECOVERABLE`, however empty it looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bridge.domain.ids import ConversationId, CopyId, Ref, Room, ThreadId


class Place(StrEnum):
    BRIDGE = "bridge"
    WORKSPACE = "slack"
    WORKSPACE_FILE = "slack_file"
    CHANNEL = "channel"  # at the youth's end; the copy says which channel


class Whose(StrEnum):
    BOT = "bot"
    CASEWORKER = "caseworker"
    YOUTH = "youth"


class Verdict(StrEnum):
    PENDING = "pending"
    GONE = "gone"
    RECOVERABLE = "recoverable"
    REFUSED = "refused"
    OUT_OF_REACH = "out_of_reach"  # there is no way to erase it: only the youth can
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"
    BY_HAND = "by_hand"
    TICKED = "ticked"  # a person says that they have erased it; nobody can look
    LEFT_WITH_YOUTH = "left_with_youth"
    HELD = "held"


class Erasure(StrEnum):
    """How an attempt to erase one copy went, as the platform tells it."""

    CONFIRMED = "confirmed"  # it says it is done, and offers no second look
    RESTORABLE = "restorable"  # out of everybody's sight, and kept for a while by its keepers
    REREAD = "reread"  # looked for afterwards, and not there
    NOT_FOUND = "not_found"  # it says there is no such thing
    TOO_LATE = "too_late"
    REFUSED = "refused"
    NO_CALL = "no_call"  # the platform has nothing to ask it with, and has not been asked
    NOT_OURS = "not_ours"  # only its author or an administrator may
    BY_HAND = "by_hand"  # a person is to do it, and to say when it is done
    BUSY = "busy"  # not now; nothing was done
    UNREACHABLE = "unreachable"
    STILL_THERE = "still_there"  # looked for afterwards, and found
    KEY_ROTATED = "key_rotation"  # the key it was written under no longer exists


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    id: CopyId
    thread: ThreadId
    conversation: ConversationId
    seq: int | None = None
    place: Place
    channel: str | None = None
    """Which channel, where the place is one."""
    whose: Whose
    author: str | None = None
    """The workspace user who wrote it, where a person must delete it by hand."""
    ref: Ref | None = field(default=None, repr=False)
    """None until the platform has told; a copy without one may or may not exist."""
    keep: bool = False
    """Stays with the youth whatever is cleared: consent, receipt, crisis numbers."""
    erasable_until: datetime | None = None
    verdict: Verdict = Verdict.PENDING
    evidence: str | None = None
    until: datetime | None = None
    attempts: int = 0
    looks: int = 0
    due_at: datetime | None = None
    """When the next attempt or the next look is due; None while nobody has asked for it."""

    @property
    def where(self) -> str:
        """The place as it is told: a channel goes by its own name."""
        return self.channel or self.place.value


def of_file(message: CopyId) -> CopyId:
    """A file is two copies: that of the message which shows it, and this one, of itself."""
    return CopyId(f"{message}f")


UNSENT: Final = "unsent"
"""Evidence: whoever wrote it has taken it back, as the platform tells."""


def taken_back(copies: Iterable[Copy]) -> bool:
    """Say whether the youth has taken back what these are the copies of."""
    return any(c.place is Place.CHANNEL and c.evidence == UNSENT for c in copies)


def stands_in_chat(copy: Copy) -> bool:
    """Say whether the youth can still read it, as far as is known."""
    return copy.place is Place.CHANNEL and copy.verdict is Verdict.PENDING


def stands_in(copy: Copy, room: Room | None) -> bool:
    """Whether it is in that room, and not in one that the talk has been moved from."""
    return copy.ref is not None and (room is None or room_of(copy.ref) == room)


def room_of(ref: Ref) -> Room:
    """A workspace's reference begins with the room."""
    return Room(ref.partition("/")[0])


def channels(copies: Iterable[Copy]) -> Mapping[int, str]:
    """By entry number, in order: the channel that each was said on, as its copy there tells."""
    said = {c.seq: c.channel for c in copies if c.seq is not None and c.channel is not None}
    return dict(sorted(said.items()))


TICKED: Final = "ticked"
"""Evidence: whoever ticked it says so; their id stands behind a colon."""


def ticked_by(copy: Copy) -> str | None:
    """Who says that they have erased it, where somebody does."""
    evidence, _, employee = (copy.evidence or "").partition(":")
    return employee if evidence == TICKED and employee else None


def to_tick(copies: Iterable[Copy]) -> list[Copy]:
    """Those at a youth's end that a person is to erase, and has not."""
    return [c for c in copies if c.place is Place.CHANNEL and c.verdict is Verdict.BY_HAND]


OUTSIDE: Final = 0
"""The number of what belongs to a conversation and stands outside its room thread: the list."""

OPEN: Final = frozenset({Verdict.PENDING, Verdict.BY_HAND})

RETRY: Final = frozenset({Erasure.BUSY, Erasure.UNREACHABLE, Erasure.STILL_THERE})

VERDICT: Final[Mapping[tuple[Place, Erasure], Verdict]] = {
    (Place.WORKSPACE, Erasure.REREAD): Verdict.GONE,
    (Place.WORKSPACE, Erasure.TOO_LATE): Verdict.TOO_LATE,
    (Place.WORKSPACE, Erasure.REFUSED): Verdict.REFUSED,
    (Place.WORKSPACE, Erasure.NOT_OURS): Verdict.BY_HAND,
    (Place.WORKSPACE_FILE, Erasure.REREAD): Verdict.GONE,
    (Place.WORKSPACE_FILE, Erasure.REFUSED): Verdict.REFUSED,
    (Place.WORKSPACE_FILE, Erasure.NOT_OURS): Verdict.BY_HAND,
    # Bot API: a deletion is answered with true and cannot be looked up afterwards.
    (Place.CHANNEL, Erasure.CONFIRMED): Verdict.GONE,
    # Graph, permanentDelete: out of the mailbox, and purged when the tenant's retention ends.
    (Place.CHANNEL, Erasure.RESTORABLE): Verdict.RECOVERABLE,
    # «message to delete not found» is also said of what the server has merely forgotten.
    (Place.CHANNEL, Erasure.NOT_FOUND): Verdict.UNKNOWN,
    (Place.CHANNEL, Erasure.TOO_LATE): Verdict.TOO_LATE,
    (Place.CHANNEL, Erasure.REFUSED): Verdict.REFUSED,
    # Graph API, Messenger, Instagram and WhatsApp: it has no call that deletes a message.
    (Place.CHANNEL, Erasure.NO_CALL): Verdict.OUT_OF_REACH,
    (Place.CHANNEL, Erasure.BY_HAND): Verdict.BY_HAND,
    (Place.BRIDGE, Erasure.CONFIRMED): Verdict.RECOVERABLE,
    (Place.BRIDGE, Erasure.KEY_ROTATED): Verdict.GONE,
}


class NoSuchOutcome(Exception):
    """A platform answered what the table has no verdict for; the copy stays pending."""


def verdict(place: Place, erasure: Erasure, *, revisions_kept: bool) -> Verdict:
    """
    What may be said of the copy now.

    `revisions_kept`: the operator has not recorded that the workspace keeps no revisions,
    so that what is deleted there may be restored by its owners (Slack retention settings).
    Raises `NoSuchOutcome`.
    """
    if erasure in RETRY:
        return Verdict.PENDING
    try:
        said = VERDICT[place, erasure]
    except KeyError:
        raise NoSuchOutcome(f"{erasure} at {place}") from None
    in_workspace = place in (Place.WORKSPACE, Place.WORKSPACE_FILE)
    if said is Verdict.GONE and in_workspace and revisions_kept:
        return Verdict.RECOVERABLE
    return said


LOOK_AGAIN: Final = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24))
"""When a place that can be re-read is looked at again after its copy was erased."""


def next_look(looks: int, erased_at: datetime) -> datetime | None:
    """The time of look number `looks` + 1, or None when there are no more."""
    return erased_at + LOOK_AGAIN[looks] if looks < len(LOOK_AGAIN) else None
