"""Whose it may be: the youths that somebody may read, who have a thread on the channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, or_, select, text

from casestore.access.gate import may
from casestore.access.rules import Action, Relation
from casestore.database import Moment
from casestore.edge import Reading, Writing
from casestore.people.details import details_of_all
from casestore.people.showing import visible
from casestore.people.tables import Person
from casestore.registrations.rules import PERSON
from casestore.threads.tables import Thread
from casestore.transfers.tables import Transfer
from casestore.users.sessions import Visitor

AT_MOST: Final = 100
LOOKED_THROUGH: Final = 1000
"""Of the log's lines on the channel, the newest, for somebody who may read of everybody."""

ROOT: Final = func.coalesce(Person.merged_into, Person.id)
Lines = Select[str, str, datetime]
"""A youth, a thread of theirs, and when it was written in last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A youth to choose; `value` is what the form sends."""

    value: str
    alias: str = field(repr=False)
    name: str | None = field(default=None, repr=False)


async def choices(
    asking: Reading | Writing, who: Visitor, channel: str, *, also: str = ""
) -> Sequence[Choice]:
    """
    Give those who wrote last, by alias; each by the thread there that was written in last.

    `also`: a choice that was made, whose youth is among them however long ago they wrote.
    """
    last = await _last(asking, await _some(asking, who, channel))
    if also.startswith(PERSON):
        chosen = _lines(channel).where(Thread.id == also.removeprefix(PERSON))
        last = {**await _last(asking, chosen), **last}
    persons = await visible(asking, who, Action.PERSON_READ, Person.id.in_(list(last)))
    details = await details_of_all(asking, persons)
    found = [
        Choice(value=PERSON + last[its_id], alias=told.alias, name=told.name)
        for its_id, told in details.items()
    ]
    return sorted(found, key=lambda each: each.alias.casefold())


async def _some(asking: Reading | Writing, who: Visitor, channel: str) -> Lines:
    """Give where it is looked: with one's own, or where everybody is, with what is newest."""
    if may(who, Action.PERSON_READ, Relation.NOT_SHARED):
        newest = (
            select(Transfer.thread, Transfer.first_at)
            .where(Transfer.channel == channel)
            .order_by(Transfer.first_at.desc(), Transfer.conversation.desc())
            .limit(LOOKED_THROUGH)
            .subquery()
        )
        # Those lines first: SQLite, which has not counted, would begin with everybody.
        return (
            select(ROOT, Thread.id, func.max(newest.c.first_at, type_=Moment()).label("at"))
            .select_from(newest)
            .join(Thread, Thread.id == newest.c.thread)
            .join(Person, Person.id == Thread.person)
        )
    own = [each.id for each in await visible(asking, who, Action.PERSON_READ)]
    return _lines(channel).where(or_(Person.id.in_(own), Person.merged_into.in_(own)))


def _lines(channel: str) -> Lines:
    return (
        select(ROOT, Thread.id, func.max(Transfer.first_at).label("at"))
        .select_from(Person)
        .join(Thread, Thread.person == Person.id)
        .join(Transfer, Transfer.thread == Thread.id)
        .where(Transfer.channel == channel)
    )


async def _last(asking: Reading | Writing, lines: Lines) -> Mapping[str, str]:
    """Give the thread that each youth wrote in last, by the youth's id."""
    rows = await asking.session.execute(
        lines.group_by(ROOT, Thread.id).order_by(text("at DESC"), Thread.id).limit(AT_MOST)
    )
    return dict(reversed([(person, thread) for person, thread, _ in rows]))
