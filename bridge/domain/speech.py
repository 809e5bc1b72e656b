"""
Whether a post in the workspace is spoken to the youth.

Only an explicit act sends: a plain post in a live conversation's room thread, by a linked
employee, that begins with the bot's mention. Everything else is talk among colleagues. A
post that looks as if it was meant to be sent gets a hint that only its author sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.domain.ids import Ref, Room
from bridge.domain.registering import Registered


class Mention(StrEnum):
    NONE = "none"
    BEGINS = "begins"
    ELSEWHERE = "elsewhere"


class Manner(StrEnum):
    PLAIN = "plain"
    BROADCAST = "broadcast"  # a thread reply also shown in the room
    FORWARD = "forward"
    QUOTE = "quote"
    AUTOMATIC = "automatic"  # a bot or a workflow
    DIRECT = "direct"  # a direct message to the bot
    ADDED = "added"  # the mention came by an edit


class Intent(StrEnum):
    SPEAK = "speak"
    HINT = "hint"
    NOTE = "note"


INTENT: Final[Mapping[tuple[Mention, Manner], Intent]] = {
    (Mention.BEGINS, Manner.PLAIN): Intent.SPEAK,
    (Mention.BEGINS, Manner.BROADCAST): Intent.HINT,
    (Mention.BEGINS, Manner.FORWARD): Intent.HINT,
    (Mention.BEGINS, Manner.QUOTE): Intent.HINT,
    (Mention.BEGINS, Manner.DIRECT): Intent.HINT,
    (Mention.BEGINS, Manner.ADDED): Intent.HINT,
    (Mention.BEGINS, Manner.AUTOMATIC): Intent.NOTE,
    (Mention.ELSEWHERE, Manner.PLAIN): Intent.HINT,
    (Mention.ELSEWHERE, Manner.BROADCAST): Intent.HINT,
    (Mention.ELSEWHERE, Manner.FORWARD): Intent.NOTE,
    (Mention.ELSEWHERE, Manner.QUOTE): Intent.NOTE,
    (Mention.ELSEWHERE, Manner.DIRECT): Intent.HINT,
    (Mention.ELSEWHERE, Manner.ADDED): Intent.HINT,
    (Mention.ELSEWHERE, Manner.AUTOMATIC): Intent.NOTE,
    (Mention.NONE, Manner.PLAIN): Intent.NOTE,
    (Mention.NONE, Manner.BROADCAST): Intent.NOTE,
    (Mention.NONE, Manner.FORWARD): Intent.NOTE,
    (Mention.NONE, Manner.QUOTE): Intent.NOTE,
    (Mention.NONE, Manner.AUTOMATIC): Intent.NOTE,
    (Mention.NONE, Manner.DIRECT): Intent.HINT,
    (Mention.NONE, Manner.ADDED): Intent.NOTE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message somebody wrote in the workspace."""

    room: Room
    ref: Ref
    root: Ref | None
    """The room thread it stands in; None at the top level of a room."""
    user: str
    at: datetime
    mention: Mention
    manner: Manner
    text: str = field(repr=False)
    """Without the leading mention; mentions of people made into neutral names."""
    files: tuple[str, ...] = ()
    """Ids of files uploaded with it; they are the team's own and never sent."""
    late: bool = False
    """Found by reading a gap, not told when it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A post was edited; `ref` is the post."""

    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A post was deleted by somebody."""

    room: Room
    ref: Ref
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked:
    """A button on one of our cards; `value` is what we put there, never words."""

    action: str
    value: str
    user: str
    room: Room
    ref: Ref
    root: Ref | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A form was sent in; `about` is what we put in its private metadata."""

    form: str
    about: str
    user: str
    at: datetime
    text: str = field(default="", repr=False)
    case: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command; the code in it is a secret until used."""

    user: str
    room: Room
    at: datetime
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Irrelevant:
    """An event that is understood and concerns nobody (our own posts among them)."""


Event = Post | Changed | Deleted | Clicked | Submitted | Registered | Command | Irrelevant


def intent(post: Post, *, live: bool, linked: bool) -> Intent:
    """`live`: it stands in an open conversation's room thread. `linked`: a current employee."""
    meant = INTENT[post.mention, post.manner]
    if meant is Intent.SPEAK and not (live and linked):
        return Intent.HINT
    return meant
