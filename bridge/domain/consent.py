"""
What an answer about the journal does, cell by cell.

Only an explicit yes to this very question counts. A no, silence, a thumb or doubt files
nothing and costs nothing: help goes on. What is absent from `ACT` is just words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.domain.ids import ConsentId, Ref, ThreadId


class Standing(StrEnum):
    """Where a thread stands; it outlives the conversation, until the youth says otherwise."""

    UNASKED = "unasked"
    ASKED = "asked"
    YES = "yes"
    REFUSED = "refused"  # no, or don't know
    WITHDRAWN = "withdrawn"


class Heard(StrEnum):
    YES_BUTTON = "yes_button"  # under this very question, and its text still stands
    YES_OLD_TEXT = "yes_old_text"  # under a question whose text has changed since
    YES_ANSWER = "yes_answer"  # typed as the platform's reply, or with the question last sent
    YES_LOOSE = "yes_loose"  # a typed yes, perhaps to something else
    NO_ANSWER = "no_answer"  # by button, or typed in answer to the question
    UNSURE_ANSWER = "unsure_answer"  # «vet ikke», by button or typed in answer
    STOP = "stop"  # the whole message
    YES_UNSAID = "yes_unsaid"  # the very message that said yes was taken back, or reworded


class Act(StrEnum):
    RECORD_YES = "record_yes"
    SHOW_AGAIN = "show_again"
    ASK_MEANT = "ask_meant"
    NOTE_REFUSAL = "note_refusal"
    WITHDRAW = "withdraw"
    JUST_WORDS = "just_words"


ACT: Final[Mapping[tuple[Heard, Standing], Act]] = {
    (Heard.YES_BUTTON, Standing.ASKED): Act.RECORD_YES,
    (Heard.YES_BUTTON, Standing.REFUSED): Act.RECORD_YES,
    (Heard.YES_BUTTON, Standing.WITHDRAWN): Act.SHOW_AGAIN,
    (Heard.YES_BUTTON, Standing.UNASKED): Act.SHOW_AGAIN,
    (Heard.YES_OLD_TEXT, Standing.UNASKED): Act.SHOW_AGAIN,
    (Heard.YES_OLD_TEXT, Standing.ASKED): Act.SHOW_AGAIN,
    (Heard.YES_OLD_TEXT, Standing.REFUSED): Act.SHOW_AGAIN,
    (Heard.YES_OLD_TEXT, Standing.WITHDRAWN): Act.SHOW_AGAIN,
    (Heard.YES_ANSWER, Standing.ASKED): Act.RECORD_YES,
    (Heard.YES_ANSWER, Standing.REFUSED): Act.RECORD_YES,
    (Heard.YES_ANSWER, Standing.WITHDRAWN): Act.SHOW_AGAIN,
    (Heard.YES_LOOSE, Standing.ASKED): Act.ASK_MEANT,
    (Heard.NO_ANSWER, Standing.ASKED): Act.NOTE_REFUSAL,
    (Heard.NO_ANSWER, Standing.REFUSED): Act.NOTE_REFUSAL,
    # A no where there was a yes takes the yes back: no more steps than giving it (GDPR art. 7).
    (Heard.NO_ANSWER, Standing.YES): Act.WITHDRAW,
    (Heard.UNSURE_ANSWER, Standing.ASKED): Act.NOTE_REFUSAL,
    (Heard.UNSURE_ANSWER, Standing.REFUSED): Act.NOTE_REFUSAL,
    # Doubt about a yes is no longer a yes.
    (Heard.UNSURE_ANSWER, Standing.YES): Act.WITHDRAW,
    (Heard.STOP, Standing.UNASKED): Act.WITHDRAW,
    (Heard.STOP, Standing.ASKED): Act.WITHDRAW,
    (Heard.STOP, Standing.YES): Act.WITHDRAW,
    (Heard.STOP, Standing.REFUSED): Act.WITHDRAW,
    (Heard.STOP, Standing.WITHDRAWN): Act.WITHDRAW,
    # Who no longer stands by the message that said it, no longer says it: as a stop, at any stage.
    (Heard.YES_UNSAID, Standing.YES): Act.WITHDRAW,
}

AFTER: Final[Mapping[Act, Standing]] = {
    Act.RECORD_YES: Standing.YES,
    Act.SHOW_AGAIN: Standing.ASKED,
    Act.NOTE_REFUSAL: Standing.REFUSED,
    Act.WITHDRAW: Standing.WITHDRAWN,
}


def act_on(heard: Heard, standing: Standing) -> Act:
    return ACT.get((heard, standing), Act.JUST_WORDS)


def may_ask(standing: Standing, *, cooling_until: datetime | None, now: datetime) -> bool:
    """Whether the question may be put without nagging; a caseworker may put it at any time."""
    if standing is Standing.UNASKED:
        return True
    if standing is Standing.YES:
        return False
    return cooling_until is not None and now >= cooling_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question the bot has put to a youth, and which text it was put in."""

    id: ConsentId
    text_id: str
    version: str
    language: str
    asked_at: datetime
    asked_by: str = "bot"
    shown_at: datetime | None = None
    """When the platform took it; None until then, and a yes cannot come before."""
    ref: Ref | None = None
    on: ThreadId | None = None
    """Which of the youth's threads it was put on, for a typed answer counts only there."""
    meant_asked: bool = False
    """«Mente du ja til journal?» has been asked; it is asked once."""
    yes: Ref | None = None
    """The message of the youth's own that said yes to it, or the one whose button did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A yes with its evidence (domain.md §2.6); times are UTC."""

    id: ConsentId
    question: Question
    text: str = field(repr=False)
    reply: str = field(repr=False)
    how: str
    reply_ref: Ref | None
    answered_at: datetime
