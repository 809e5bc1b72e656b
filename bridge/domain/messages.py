"""What someone said, in either direction. Words never reach `repr`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, ConversationId, DeliveryId, EmployeeId, Ref, Room


class By(StrEnum):
    YOUTH = "youth"
    CASEWORKER = "caseworker"
    SERVICE = "service"  # the bot itself: greeting, consent question, receipt; never advice


class Kind(StrEnum):
    SAID = "said"
    EDITED = "edited"  # a later wording of entry `of`; the original stays
    UNSENT = "unsent"  # entry `of` was taken back by whoever said it
    PLACEHOLDER = "placeholder"  # something came that cannot be shown as words or a file


REACTION: Final = "reaction"
"""A placeholder's `phrase` when it is a mark put on entry `of`, or taken away again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to an entry; `size` is in bytes, `sha256` in lower-case hex."""

    id: str
    name: str = field(repr=False)
    type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry that has not yet been given its number."""

    by: By
    kind: Kind
    at: datetime
    text: str = field(repr=False)
    author: EmployeeId | None = None
    of: int | None = None
    phrase: str | None = None
    """Which service message this is, when the bot speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One numbered line of a conversation; numbers begin at 1 and have no holes."""

    conversation: ConversationId
    seq: int
    by: By
    kind: Kind
    at: datetime
    text: str = field(repr=False)
    author: EmployeeId | None = None
    of: int | None = None
    phrase: str | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as a platform announces it; `size` in bytes, None where it does not say."""

    ref: str = field(repr=False)
    name: str = field(repr=False)
    type: str
    size: int | None


# What a youth did, as a channel tells it.


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """New words or files; `placeholder` names a kind that cannot pass as either."""

    ref: Ref = field(repr=False)
    text: str = field(repr=False)
    files: tuple[File, ...] = ()
    placeholder: str | None = None
    answers: Ref | None = field(default=None, repr=False)
    forwarded: bool = False
    """Somebody else's words, passed on: never an answer to us."""
    by: EmployeeId | None = None
    """Who in the team wrote it down by hand, the files being pictures of it; None: nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The whole new wording of a message said before."""

    ref: Ref = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A message said before was taken back: its words are no longer ours to keep."""

    ref: Ref = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """
    A mark put on a message of ours or of theirs; None takes it away again.

    It is never an answer about consent: a thumb is no yes.
    """

    ref: Ref = field(repr=False)
    emoji: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button under one of our messages; `press` is answered so that it stops spinning."""

    ref: Ref = field(repr=False)
    data: str
    press: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The youth has blocked us or closed the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The youth has let us in again."""


# What was done there by somebody who may never have written to us.


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """Something was said in public under something of ours: what goes by `comment`, and no word."""

    comment: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionAsked:
    """Somebody has asked the platform that we delete; it does not say who, and gave them a code."""

    code: str


# What was done at the platform besides: there, in our name, or to what we sent.


@dataclass(frozen=True, slots=True, kw_only=True)
class Echoed:
    """
    Said to the youth in our name at the platform itself, such as in Meta Business Suite.

    Without words or files it only tells that `delivery` came there.
    """

    ref: Ref = field(repr=False)
    text: str = field(repr=False)
    files: tuple[File, ...] = ()
    delivery: DeliveryId | None = None
    """Set where it is a delivery of ours after all, as its mark says (`Outbound.delivery`)."""
    unmarked: bool = False
    """The platform gives no mark back: it may be ours though nothing says so."""
    by: EmployeeId | None = None
    """Who said it, and has written it down, where people do."""


class Receipt(StrEnum):
    DELIVERED = "delivered"  # on the youth's phone
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What we sent has come that far: those named, and everything sent until `upto`."""

    how: Receipt
    refs: tuple[Ref, ...] = field(default=(), repr=False)
    upto: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced:
    """What we sent was taken, and the platform tells afterwards that it could not be delivered."""

    ref: Ref = field(repr=False)
    reason: Reason
    delivery: DeliveryId | None = None
    """Set where the platform gives our mark back (`Outbound.delivery`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """An update that is understood and concerns nobody (a service notice of the platform)."""


Fact = (
    Said | Edited | Unsent | Reacted | Pressed | Left | Returned | Echoed | Seen | Bounced | Nothing
    | Commented | DeletionAsked
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing that came from one youth; `at` is the platform's time, UTC."""

    address: Address = field(repr=False)
    at: datetime
    fact: Fact
    room: Room | None = None
    """Where it is to be read, where it came to one person; None: it came to the team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice under a message; `data` is at most 64 bytes (Telegram callback_data)."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """What is to be said to a youth, once."""

    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    answers: Ref | None = field(default=None, repr=False)
    by_person: bool = False
    """A caseworker's words; False: the bot's own."""
    late: bool = False
    """Sent when only a person may still write (`Capabilities.answer_late`), and to be so marked."""
    delivery: DeliveryId | None = None
    """A mark that means nothing to others, for a platform that echoes it back to us."""
