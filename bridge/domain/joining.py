"""
One youth on several channels: what holds for both threads once they are joined, or parted.

A person proposes it and the case record decides; nothing here is ever guessed. A yes that was
given on one channel does not reach what is written on another, so of two standings the more
careful holds. What was answered while they were joined may have been somebody else's answer,
if it turns out that they were not the same youth: then it is asked for again.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bridge.domain.consent import Standing
from bridge.domain.threads import Thread

CAREFUL: Final = (
    Standing.WITHDRAWN,
    Standing.REFUSED,
    Standing.ASKED,
    Standing.UNASKED,
    Standing.YES,
)
"""Of two, the one that comes first holds for both."""

ANSWERED: Final = frozenset({Standing.YES, Standing.ASKED})


def standing(one: Standing, other: Standing) -> Standing:
    """What was asked on the one channel is not to be answered on the other: it is asked anew."""
    holds = min(one, other, key=CAREFUL.index)
    return Standing.UNASKED if holds is Standing.ASKED else holds


def joined(into: Thread, line: Thread) -> Thread:
    """`into`, as it stands from when `line` is read in it."""
    holds = standing(into.standing, line.standing)
    both = holds is Standing.YES
    return replace(
        into,
        standing=holds,
        consent=into.consent if both else None,
        question=into.question if both else None,
        cooling_until=_later(into.cooling_until, line.cooling_until),
        crisis_until=_later(into.crisis_until, line.crisis_until),
    )


def parted(into: Thread, line: Thread) -> Thread:
    """`into`, as it stands from when `line` is a youth's of its own again."""
    into = replace(into, speaks=None if into.speaks == line.id else into.speaks)
    question, since = into.question, line.joined_at
    while_joined = question is None or since is None or question.asked_at >= since
    if into.standing in ANSWERED and while_joined:
        return replace(
            into, standing=Standing.UNASKED, consent=None, question=None, cooling_until=None
        )
    return into


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
