"""
When a transcript may be filed: no entry without a valid consent.

A consent holds when it is a yes, to this purpose, for this thread; when it has not been taken
back since; and when the youth has not since answered no, on this thread or on any other of
theirs. A consent of today's version of a text and one of yesterday's hold alike: each keeps the
text it was given to.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

JOURNAL = "journal"


class Refusal(StrEnum):
    """Why a transcript may not be filed, in the words of the wire format."""

    NO_CONSENT = "no-consent"
    WITHDRAWN = "consent-withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer to a consent question."""

    thread: str
    purpose: str
    answer: str
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A withdrawal."""

    thread: str
    purpose: str
    answered_at: datetime


def refusal(
    *,
    thread: str,
    consent: Given | None,
    answers: Iterable[Given],
    withdrawals: Iterable[TakenBack],
    youth: Collection[str] = (),
    purpose: str = JOURNAL,
) -> Refusal | None:
    """
    Say why nothing may be filed for `thread` on this consent, or `None` when it may.

    `youth` is all the threads that are known to be the same youth's: a withdrawal on one of them
    counts for all.
    """
    if consent is None or consent.thread != thread:
        return Refusal.NO_CONSENT
    if consent.purpose != purpose or consent.answer != "yes":
        return Refusal.NO_CONSENT
    theirs = {thread, *youth}
    if any(
        back.thread in theirs
        and back.purpose == purpose
        and back.answered_at >= consent.answered_at
        for back in withdrawals
    ):
        return Refusal.WITHDRAWN
    if any(
        later.thread in theirs
        and later.purpose == purpose
        and later.answer == "no"
        and later.answered_at > consent.answered_at
        for later in answers
    ):
        return Refusal.NO_CONSENT
    return None
