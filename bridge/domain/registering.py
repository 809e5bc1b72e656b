"""
What a caseworker writes down of what a youth wrote where no program may read.

Rule 1: it is what the youth wrote, and when; who wrote it down stays with it.
Rule 2: two may have read the same. What stands in that minute is shown before more is added,
and the very same words in the same minute are taken once, unless somebody insists.
Rule 3: a yes to the journal is not testimony. It counts as it stands in a picture, and as
an answer to the question that was put.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bridge.domain.consent import Question
from bridge.domain.ids import ThreadId
from bridge.domain.messages import File, Said

AHEAD: Final = timedelta(minutes=5)
"""How far a telephone's clock may be ahead of ours."""

MOST_YOUTHS: Final = 99
"""How many a list can hold (Slack: 100), with «ny ungdom» among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """`key` is the same when the same form is told again."""

    key: str
    channel: str
    thread: ThreadId | None
    """None: somebody who has not been written down before."""
    user: str
    at: datetime
    said_at: datetime
    text: str = field(repr=False)
    pictures: tuple[File, ...] = ()
    answers: bool = False
    """Whoever wrote it down says that it answers the question about the journal."""
    moves: str | None = None
    """It stands with somebody else, and belongs here: the conversation and the number there."""
    insists: bool = False
    """Whoever wrote it down has seen what stands in that minute."""
    ours: bool = False
    """Whoever wrote it down said it, to the youth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is registered already in the minute that somebody wants to register."""

    alias: str
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The form: whom it can be about, and what has been filled in already."""

    channel: str
    when: datetime
    youths: tuple[tuple[ThreadId, str], ...] = ()
    """Newest first, each with its alias."""
    filled: Registered | None = None
    moves: str | None = None
    """It is asked only whose it was."""
    standing: tuple[Standing, ...] = ()
    """Not empty: it is asked whether this is the same."""


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def may_have_been(said_at: datetime, now: datetime) -> bool:
    """Nobody has read what is not yet written."""
    return said_at <= now + AHEAD


def is_the_same(one: Registered, at: datetime, text: str) -> bool:
    """Whether `text`, which stands at `at`, is what is being registered. A picture adds to it."""
    if one.insists or one.pictures:
        return False
    return minute(one.said_at) == minute(at) and _bare(one.text) == _bare(text)


def counts_as_yes(said: Said, at: datetime, question: Question | None) -> bool:
    """Whether a yes that somebody has written down is an answer to the question."""
    if question is None or question.shown_at is None or not said.files:
        return False
    return at >= minute(question.asked_at)


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()
