"""Events from the bridge, exactly as agreed: sealed, read back, forgotten, and each copy's fate."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from casestore.ids import Id
from casestore.received import Agreed, Code, Hex64, Time
from casestore.transfers.rules import Verdict

MANY: Final = 500
"""Copies in one event."""

Link = Annotated[str, StringConstraints(pattern=r"^(https?|slack)://", max_length=2000)]


class Sealed(Agreed):
    """A conversation is closed; its document may come later."""

    kind: Literal["sealed"]
    at: Time
    by: Id
    filing: Literal["journal", "contact"]


class HandedOn(Agreed):
    """What came to one employee goes on where others read it, too."""

    kind: Literal["handed_on"]
    at: Time
    by: Id
    to: Literal["team", "leader"]


class ReadBack(Agreed):
    """The bridge has asked for the digest in a second request, and this is what it got."""

    kind: Literal["read_back"]
    at: Time
    digest: Hex64


class Forgotten(Agreed):
    """The bridge has erased its words, so many of them."""

    kind: Literal["forgotten"]
    at: Time
    count: int = Field(ge=0)


class CopyKnown(Agreed):
    """What is known of one copy."""

    copy_id: Id = Field(alias="copy")
    place: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,15}$")]
    """The bridge, the workspace, or a channel by its name."""
    whose: Literal["bot", "caseworker", "youth"]
    verdict: Annotated[Verdict, Field(strict=False)]
    evidence: Code | None
    until: Time | None
    link: Link | None = Field(repr=False)
    by: Id | None = None
    """Who says so, where it is one of us and not a platform."""


class CopyVerdict(CopyKnown):
    """What has become known of one."""

    kind: Literal["copy"]
    at: Time


class CopyVerdicts(Agreed):
    """What is known of several at once, as their words are forgotten."""

    kind: Literal["copies"]
    at: Time
    copies: Annotated[list[CopyKnown], Field(min_length=1, max_length=MANY)]


class NotDelivered(Agreed):
    """An entry that was filed as sent has not come there after all."""

    kind: Literal["not_delivered"]
    at: Time
    seq: int = Field(ge=1)
    reason: Code


Event = Sealed | HandedOn | ReadBack | Forgotten | CopyVerdict | CopyVerdicts | NotDelivered
EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])

TOGETHER: Final = 100
"""Events in one request."""


class Line(Agreed):
    """One of several events: whose it is, and its id."""

    conversation: Id
    event_id: Id = Field(alias="id")
    event: Annotated[Event, Field(discriminator="kind")]


class Lines(Agreed):
    """Events of any conversations, in the order they are to stand."""

    events: Annotated[list[Line], Field(min_length=1, max_length=TOGETHER)]
