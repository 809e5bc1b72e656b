"""What holds a delivery up, and what waits for it, as the database is asked."""

import json
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from bridge.domain.delivery import BLOCKS, DOUBT, UNDECIDED, Doubt, State, What
from bridge.vault.tables import deliveries
from bridge.vault.work import Work, our

BLOCKING: Final = [state.value for state in BLOCKS]
WAITING: Final = [state.value for state in UNDECIDED]
LOOKED_INTO: Final = [what.value for what in What if DOUBT[what] is not Doubt.ASK]
"""When in doubt about the rest, only a person may decide, and nothing falls due."""

AWAITED: Final = [
    what.value
    for what in (
        What.REPLY,
        What.REPLY_EDIT,
        What.REPLY_ERASE,
        What.WORDS,
        What.FILE,
        What.FETCH,
        What.REPLY_CARD,
    )
]
"""Sealing waits for these, and for what the service says in the conversation."""

FURTHEST_BACK_FIRST: Final = (
    State.HELD,
    State.ASKED,
    State.QUEUED,
    State.SENDING,
    State.HANDED,
    State.FAILED,
    State.UNCERTAIN,
    State.LEFT,
    State.SENT,
    State.DELIVERED,
    State.READ,
    State.WITHDRAWN,
)
"""A reply sent in several pieces has come no further than the piece that is worst off."""


def due(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now)


def of_held(*, shared: bool) -> ColumnElement[bool]:
    """Of the threads in `held_by`, or of none; a text that is the same however many they are."""
    if shared:
        several: ColumnElement[bool] = deliveries.c.thread == any_(
            bindparam("held", type_=ARRAY(Text))
        )
    else:
        told = func.json_each(bindparam("held", type_=Text)).table_valued("value", name="wanted")
        several = deliveries.c.thread.in_(select(told.c.value))
    return or_(deliveries.c.thread.is_(None), several)


def held_by(work: Work) -> dict[str, object]:
    held = sorted(work.met.threads)
    return {"held": held if work.shared else json.dumps(held)}


def in_doubt() -> ColumnElement[bool]:
    return and_(deliveries.c.state == State.UNCERTAIN.value, deliveries.c.what.in_(LOOKED_INTO))


def behind_another() -> ColumnElement[bool]:
    earlier = deliveries.alias("earlier")
    return exists().where(
        earlier.c.team == deliveries.c.team,
        earlier.c.lane == deliveries.c.lane,
        # By state first, or all that was ever sent in the lane is read through.
        earlier.c.state.in_([*BLOCKING, State.UNCERTAIN.value]),
        # SQLite 3.40 answers wrongly where it has counted its rows, and seeks by both a list and
        # what is below a number; so the number is not for it to seek by.
        earlier.c.number + 0 < deliveries.c.number,
        # What will be looked into soon holds its place; what a person must decide does not.
        or_(earlier.c.state != State.UNCERTAIN.value, earlier.c.what.in_(LOOKED_INTO)),
    )


def unsettled(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """What is in doubt is not settled, whoever is to decide."""
    return exists().where(
        our(deliveries), which, deliveries.c.state.in_([*WAITING, State.UNCERTAIN.value])
    )


def underway(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is something that sealing must wait for."""
    return exists().where(
        our(deliveries), which, awaited(), or_(deliveries.c.state.in_(WAITING), in_doubt())
    )


def awaited() -> ColumnElement[bool]:
    return or_(
        deliveries.c.what.in_(AWAITED),
        and_(deliveries.c.what == What.SERVICE.value, deliveries.c.seq.is_not(None)),
    )
