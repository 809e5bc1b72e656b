"""
Whether two lines are one youth's: what is decided at once, what waits, and what cannot be.

    waiting ──▶ joined ──▶ undone (also what the bridge could not join after all)
       └──────▶ refused

Rule 1: nothing is joined that no person has proposed, and nothing that two persons of the record
own. A wrong join shows one youth's words to another.
Rule 2: the proposer's case number is the proof that they know whose the lines are. Without it,
somebody who may decide for that youth says so.
Rule 3: no chains. A line is joined into one other, which is itself joined into none.
Rule 4: what the rules need may change by itself (a tie is made, or broken). They are asked anew
then; what has been refused is not taken up again, but may be proposed again.

The first row of `RULES` that holds decides. Pure decisions.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a proposal has come to."""

    WAITING = "waiting"
    JOINED = "joined"
    REFUSED = "refused"
    UNDONE = "undone"


class Why(StrEnum):
    """What it waits for, or why it was refused or undone."""

    NOT_TIED = "not_tied"
    NO_SUCH_CASE = "no_such_case"
    NOT_THEIRS = "not_theirs"
    JOINED_ALREADY = "joined_already"
    JOINED_ELSEWHERE = "joined_elsewhere"
    INTO_IS_JOINED = "into_is_joined"
    HAS_JOINED = "has_joined"
    ANOTHER_PERSON = "another_person"
    SAID_NO = "said_no"
    BY_HAND = "by_hand"
    DELETED = "deleted"
    RESTORED = "restored"
    FORGOTTEN_THERE = "forgotten_there"
    NOT_POSSIBLE = "not_possible"


LAPSED: Final = frozenset({Why.FORGOTTEN_THERE, Why.NOT_POSSIBLE})
"""Why the bridge could not do what was decided: they have never been read together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    All that decides about a proposal now.

    `case` is whether the person of both has a case of the number that was typed, `may_see`
    whether the proposer may read it, and `said_yes` whether somebody who may decide has done so.
    """

    into: str
    thread_is_in: str | None = None
    into_is_in: str | None = None
    thread_has: bool = False
    persons: tuple[str | None, str | None] = (None, None)
    case: bool = False
    may_see: bool = False
    said_yes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to become of a proposal, and why."""

    status: Status
    why: Why | None = None


RULES: Final[tuple[tuple[Callable[[Facts], bool], Status, Why | None], ...]] = (
    (lambda f: f.thread_is_in == f.into, Status.REFUSED, Why.JOINED_ALREADY),
    (lambda f: f.thread_is_in is not None, Status.REFUSED, Why.JOINED_ELSEWHERE),
    (lambda f: f.into_is_in is not None, Status.REFUSED, Why.INTO_IS_JOINED),
    (lambda f: f.thread_has, Status.REFUSED, Why.HAS_JOINED),
    (lambda f: None in f.persons, Status.WAITING, Why.NOT_TIED),
    (lambda f: f.persons[0] != f.persons[1], Status.REFUSED, Why.ANOTHER_PERSON),
    (lambda f: f.said_yes, Status.JOINED, None),
    (lambda f: not f.case, Status.WAITING, Why.NO_SUCH_CASE),
    (lambda f: not f.may_see, Status.WAITING, Why.NOT_THEIRS),
    (lambda _: True, Status.JOINED, None),
)


def decide(facts: Facts) -> Verdict:
    """Say what becomes of a proposal that waits."""
    return next(Verdict(status=status, why=why) for holds, status, why in RULES if holds(facts))


def no_longer(facts: Facts) -> Why | None:
    """Say why two that are joined must be taken apart, or None when they may stay."""
    one, other = facts.persons
    if one is None or other is None:
        return Why.NOT_TIED
    return None if one == other else Why.ANOTHER_PERSON


NUMBER: Final = re.compile(r"(?:sak(?:snummer)?:? *)?(\d{4}) *[/-] *0*(\d{1,6})", re.I | re.A)


def number_in(typed: str) -> str | None:
    """Read a case number as people type it; None when it is none."""
    found = NUMBER.fullmatch(typed.strip())
    return f"{found[1]}/{int(found[2]):04d}" if found else None
