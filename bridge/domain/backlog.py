"""
How many are at each step of the way, and since when the oldest has been.

    taken in ─▶ queued ─▶ sending ─▶ (with the team, or at the youth's end)
        └ set aside  └ stuck   └ lapsed, uncertain, handed to a person
    sealed ─▶ transferred ─▶ wiping, by hand ─▶ keys

Counts and times only, beside the names of steps, platforms and places: nothing points to a youth.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.domain.delivery import What
from bridge.domain.lifecycle import Filing


class Step(StrEnum):
    """Where something can stop, from the platform's door until nothing is left here."""

    TAKEN_IN = "taken_in"  # on disk, and not yet worked on
    SET_ASIDE = "set_aside"  # it cannot be worked on: a person decides
    HELD = "held"  # a reply whose Angre card is not up yet
    QUEUED = "queued"
    STUCK = "stuck"  # queued, and tried many times
    ASKED = "asked"  # a reply so late that its author is asked before it goes
    SENDING = "sending"
    LAPSED = "lapsed"  # being sent by somebody who has not been heard of since
    HANDED = "handed"  # in a person's hands, who is to carry it
    UNCERTAIN = "uncertain"
    SEALED = "sealed"  # and not yet in the record
    TRANSFERRED = "transferred"  # in the record, and not yet forgotten here
    WIPING = "wiping"  # copies elsewhere that are to be erased
    BY_HAND = "by_hand"  # copies that only a person can erase
    KEYS = "keys"  # forgotten, until the key it lay under is destroyed
    WRITTEN_DOWN = "written_down"  # in the case store, and not yet fetched from there


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """So many at one step; `of`: which platform, place or filing. `since`: no later than so."""

    step: Step
    of: str
    count: int
    since: datetime | None


WORKSPACE: Final = "slack"
WORKSPACE_FILES: Final = "slack_file"
RECORD: Final = "casestore"
FILES: Final = "files"
INVITES: Final = "invites"
FORGOTTEN: Final = "forgotten"
CLOSING: Final = "closing"


def end_of(what: What, channel: str | None) -> str:
    """Whom it goes to, or is fetched from; `channel`: the youth's, where it is known."""
    match what:
        case What.REPLY | What.REPLY_EDIT | What.REPLY_ERASE | What.SERVICE:
            return channel or "unknown"
        case What.INVITE:
            return INVITES
        case What.FETCH:
            return FILES
        case What.RECORD | What.LINK:
            return RECORD
        case _:
            return WORKSPACE


def filled(found: Iterable[Backlog], channels: Collection[str]) -> Sequence[Backlog]:
    """What was found, and a nought for every other: what is not told looks like what is well."""
    known = {(each.step, each.of): each for each in found}
    empty = {
        (step, of): Backlog(step=step, of=of, count=0, since=None)
        for step in Step
        for of in _every(step, channels)
    }
    return list((empty | known).values())


def _every(step: Step, channels: Collection[str]) -> Sequence[str]:
    match step:
        case Step.TAKEN_IN | Step.SET_ASIDE:
            return [*channels, WORKSPACE, RECORD]
        case Step.SEALED | Step.TRANSFERRED:
            return list(Filing)
        case Step.WIPING | Step.BY_HAND:
            return [*channels, WORKSPACE, WORKSPACE_FILES]
        case Step.KEYS:
            return [FORGOTTEN, CLOSING]
        case Step.WRITTEN_DOWN:
            return [RECORD]
        case _:
            return [*channels, WORKSPACE, RECORD, FILES, INVITES]
