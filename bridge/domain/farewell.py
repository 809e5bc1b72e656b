"""
What becomes of the chat at the youth's own end.

The youth is asked, where the platform lets us clear anything. Silence clears only what was
filed, because that can be read again; where nothing was filed, only a yes clears. Nobody is
asked between 22 and 08.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bridge.domain.lifecycle import Filing
from bridge.domain.threads import Chat

SILENCE: Final = timedelta(hours=12)
MARGIN: Final = timedelta(hours=1)
MOMENT: Final = timedelta(minutes=30)


class Fate(StrEnum):
    CLEAR = "clear"
    LEAVE = "leave"
    WAIT = "wait"


FATE: Final[Mapping[tuple[Chat, Filing, bool], Fate]] = {
    # (what the youth has said, what was filed, whether waiting is over)
    (Chat.YES, Filing.JOURNAL, False): Fate.CLEAR,
    (Chat.YES, Filing.JOURNAL, True): Fate.CLEAR,
    (Chat.YES, Filing.CONTACT, False): Fate.CLEAR,
    (Chat.YES, Filing.CONTACT, True): Fate.CLEAR,
    (Chat.NO, Filing.JOURNAL, False): Fate.LEAVE,
    (Chat.NO, Filing.JOURNAL, True): Fate.LEAVE,
    (Chat.NO, Filing.CONTACT, False): Fate.LEAVE,
    (Chat.NO, Filing.CONTACT, True): Fate.LEAVE,
    # There is nothing to ask with: each copy gets the verdict that it is out of our reach.
    (Chat.THEIRS, Filing.JOURNAL, False): Fate.CLEAR,
    (Chat.THEIRS, Filing.JOURNAL, True): Fate.CLEAR,
    (Chat.THEIRS, Filing.CONTACT, False): Fate.CLEAR,
    (Chat.THEIRS, Filing.CONTACT, True): Fate.CLEAR,
    # Nobody is asked: it lies on the team's own telephone, and goes from there.
    (Chat.BY_HAND, Filing.JOURNAL, False): Fate.CLEAR,
    (Chat.BY_HAND, Filing.JOURNAL, True): Fate.CLEAR,
    (Chat.BY_HAND, Filing.CONTACT, False): Fate.CLEAR,
    (Chat.BY_HAND, Filing.CONTACT, True): Fate.CLEAR,
    (Chat.ASKED, Filing.JOURNAL, False): Fate.WAIT,
    (Chat.ASKED, Filing.JOURNAL, True): Fate.CLEAR,
    (Chat.ASKED, Filing.CONTACT, False): Fate.WAIT,
    (Chat.ASKED, Filing.CONTACT, True): Fate.LEAVE,
    # A question that never arrived counts as no answer and clears nothing.
    (Chat.UNASKED, Filing.JOURNAL, False): Fate.WAIT,
    (Chat.UNASKED, Filing.JOURNAL, True): Fate.LEAVE,
    (Chat.UNASKED, Filing.CONTACT, False): Fate.WAIT,
    (Chat.UNASKED, Filing.CONTACT, True): Fate.LEAVE,
}


def patience_ends(asked_at: datetime, deadline: datetime | None) -> datetime:
    """
    When silence becomes an answer: in time for the oldest copy, which cannot wait longer.

    Nobody has been silent until they have had a moment to answer, whatever the deadline.
    """
    quiet = asked_at + SILENCE
    if deadline is None:
        return quiet
    return max(asked_at + MOMENT, min(quiet, deadline - MARGIN))


def fate(chat: Chat, filing: Filing, *, waited_out: bool) -> Fate:
    """Raises `KeyError` for a chat that is already settled."""
    return FATE[chat, filing, waited_out]
