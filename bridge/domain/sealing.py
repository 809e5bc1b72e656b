"""
Whether a conversation may be sealed now, and as what.

Time alone never ends a talk whose last words nobody has dealt with, and a caseworker ends
only what they have seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.consent import Standing
from bridge.domain.lifecycle import Filing, Stage
from bridge.domain.threads import Conversation


class Answer(StrEnum):
    SEAL = "seal"
    WAIT = "wait"  # something is on its way, or nobody has asked
    NEW_WORDS = "new_words"  # the youth has said more since; the wish to end no longer holds


def may_seal(conversation: Conversation, *, underway: int) -> Answer:
    """`underway`: how many deliveries of this conversation are not settled yet."""
    ending = conversation.ending
    if conversation.stage is not Stage.OPEN or ending is None:
        return Answer.WAIT
    if conversation.last_youth > ending.seen:
        return Answer.NEW_WORDS
    return Answer.WAIT if underway else Answer.SEAL


def filing(standing: Standing) -> Filing:
    return Filing.JOURNAL if standing is Standing.YES else Filing.CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the clock waits; every one of these is a setting."""

    quiet: timedelta = timedelta(hours=24)
    warning: timedelta = timedelta(hours=4)
    before_deadline: timedelta = timedelta(hours=14)


def closes_at(
    conversation: Conversation,
    *,
    deadline: datetime | None,
    goodbye_by: datetime | None = None,
    patience: Patience,
) -> datetime | None:
    """
    When the clock may end this talk, or None while a person must deal with it first.

    `deadline` is when the oldest copy at the channel can no longer be erased, `goodbye_by` when
    it must have ended for the youth to be told, where a platform lets us write only for a while.
    """
    if conversation.stage is not Stage.OPEN or conversation.unanswered:
        return None
    quiet = conversation.last_at + patience.quiet
    at = quiet if deadline is None else min(quiet, deadline - patience.before_deadline)
    at = at if goodbye_by is None else min(at, goodbye_by)
    at = max(at, conversation.last_at + patience.warning)
    if conversation.postponed_until is not None:
        at = max(at, conversation.postponed_until)
    return at
