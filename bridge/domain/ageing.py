"""What has waited too long, and who is to be told. Waiting never destroys anything."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.hours import Hours
from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Conversation


class Alert(StrEnum):
    CRISIS = "crisis"  # to everybody, at once; said when the words come, not by the clock
    UNANSWERED = "unanswered"  # to the owner, or the room when nobody has taken it
    UNANSWERED_DAY = "unanswered_day"  # to the team leader
    UNTRANSFERRED = "untransferred"  # R17, first
    UNTRANSFERRED_LONG = "untransferred_long"  # R17, to the team leader
    CLOSING = "closing"  # the clock will end it soon: «Utsett»


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Settings; `unanswered` counts opening hours only, the rest count every hour."""

    unanswered: timedelta = timedelta(hours=4)
    unanswered_day: timedelta = timedelta(hours=7, minutes=30)
    untransferred: timedelta = timedelta(hours=24)
    untransferred_long: timedelta = timedelta(hours=72)
    before_shut: timedelta = timedelta(hours=4)
    """How long before nobody may write to the youth any longer (`windows`)."""


WAITED = frozenset({Alert.CRISIS, Alert.UNANSWERED, Alert.UNANSWERED_DAY})

UNFILED = frozenset({Stage.OPEN, Stage.SEALED_JOURNAL, Stage.SEALED_CONTACT})


def due(
    conversation: Conversation, *, now: datetime, hours: Hours, limits: Limits
) -> tuple[Alert, ...]:
    """The warnings that should have been given by now and have not."""
    found: list[Alert] = []
    if conversation.stage is Stage.OPEN and conversation.unanswered and conversation.last_youth_at:
        waited = hours.worked(conversation.last_youth_at, now)
        if not hours.open:
            waited = now - conversation.last_youth_at
        if waited >= limits.unanswered:
            found.append(Alert.UNANSWERED)
        if waited >= limits.unanswered_day:
            found.append(Alert.UNANSWERED_DAY)
    if conversation.stage in UNFILED:
        age = now - conversation.opened_at
        if age >= limits.untransferred:
            found.append(Alert.UNTRANSFERRED)
        if age >= limits.untransferred_long:
            found.append(Alert.UNTRANSFERRED_LONG)
    return tuple(w for w in found if w not in conversation.warned)


def shuts_soon(
    conversation: Conversation, *, shuts_at: datetime | None, now: datetime, limits: Limits
) -> bool:
    """A youth waits for an answer that can soon be given no longer."""
    waits = conversation.stage is Stage.OPEN and conversation.unanswered
    return waits and shuts_at is not None and shuts_at - limits.before_shut <= now < shuts_at


def dealt_with(conversation: Conversation, upto: int) -> Conversation:
    """A caseworker has answered or dismissed what was said up to there; waiting begins anew."""
    kept = tuple(w for w in conversation.warned if w not in WAITED)
    return replace(conversation, handled=max(conversation.handled, upto), warned=kept)
