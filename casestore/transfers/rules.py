"""
What the transfer log says, decided without a database: where a transfer has come to.

    UNDER_WAY ─stored─▶ STORED ─read back─▶ READ_BACK ─forgotten─▶ FORGOTTEN ─none pending─▶ WIPED
        └─ consent refused ─▶ REFUSED └─ as something else ─▶ MISMATCH

Events come in any order, so the status is computed from all that is known, every time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """Where a transfer has come to."""

    UNDER_WAY = "under_way"  # the bridge has told of it; nothing is stored here
    REFUSED = "refused"  # the consent does not hold, so nothing was stored
    STORED = "stored"  # stored, not yet read back
    MISMATCH = "mismatch"  # read back as something else than was stored
    READ_BACK = "read_back"  # proved to be here; the bridge may forget
    FORGOTTEN = "forgotten"  # the bridge has forgotten; some copy is pending
    WIPED = "wiped"  # forgotten, and every copy has its verdict


class Verdict(StrEnum):
    """What is known of one copy (architecture.md, the life of a conversation)."""

    PENDING = "pending"
    GONE = "gone"
    RECOVERABLE = "recoverable"
    REFUSED = "refused"
    OUT_OF_REACH = "out_of_reach"  # the platform has no way to delete it; older rows say refused
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"
    BY_HAND = "by_hand"
    TICKED = "ticked"  # one of us says that they have erased it; nobody can look
    LEFT_WITH_YOUTH = "left_with_youth"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that the status is computed from."""

    stored: bool
    refused: bool
    digest: str | None
    read_back: str | None
    forgotten: bool
    verdicts: frozenset[str]


def status(known: Known) -> Status:
    """Say where a transfer has come to."""
    if known.read_back is not None and known.digest is not None and known.read_back != known.digest:
        return Status.MISMATCH
    if not known.stored:
        return Status.REFUSED if known.refused else Status.UNDER_WAY
    if known.forgotten:
        pending = Verdict.PENDING in known.verdicts
        return Status.FORGOTTEN if pending else Status.WIPED
    return Status.STORED if known.read_back is None else Status.READ_BACK


def took(begun: datetime | None, ended: datetime | None) -> timedelta | None:
    """Give how long a step took; unknown while one end is, and never less than nothing."""
    if begun is None or ended is None:
        return None
    return max(ended - begun, timedelta())
