"""
What a channel can do, in degrees, said once at the top of its adapter.

The bridge asks here before it calls; an adapter is never asked for what it has refused.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum


class Support(IntEnum):
    REFUSED = -2  # the bridge will not even try, and says so
    LOST = -1  # goes through, but something is lost on the way
    NONE = 0
    FALLBACK = 1  # arrives in another form
    FULL = 2

    @property
    def works(self) -> bool:
        return self > Support.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Limits are the platform's own: `max_text` in UTF-16 code units, `max_file` in bytes."""

    max_text: int
    max_file: int
    buttons: Support
    edit_ours: Support
    erase_ours: Support
    erase_theirs: Support
    erase_within: timedelta | None
    """How old a message may be when it is erased; None where there is no limit."""
    reread: Support
    """Whether one can look afterwards to see that it is gone."""
    sees_unsend: Support
    """Whether the platform tells us that a youth took a message back."""
    reads: Support
    """Whether it tells us that what we sent has been read."""
    answer_within: timedelta | None
    """For how long after the youth's last word we may write; None where there is no limit."""
    answer_late: timedelta | None
    """For how long after it a person still may, marked as late; None: no longer than the bot."""
    keeps_for: timedelta | None
    """
    For how long it keeps for us what it could not bring; None where it keeps it until we ask, or
    brings nothing.
    """
    per_chat: timedelta
    """The shortest pause between two messages to one youth."""
    per_second: int
    """How many messages a second the platform takes from us in all."""
    carried: Support = Support.NONE
    """Whether people carry what is said, both ways: nothing is sent or erased but by a person."""


def clears(can: Capabilities) -> bool:
    """Whether anything that stands in a youth's chat can be erased by us."""
    return can.erase_ours.works or can.erase_theirs.works


def at_our_end_only(can: Capabilities) -> bool:
    """
    Whether what we erase is a copy of our own, as in a mailbox: the youth's stays where it is.

    Then nothing is taken from them by erasing even what they are meant to keep.
    """
    return Support.LOST in (can.erase_ours, can.erase_theirs)
