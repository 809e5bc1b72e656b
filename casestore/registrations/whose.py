"""Whose it may be: the youths that somebody may read, who have a thread on the channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, or_, select

from casestore.access.gate import may
from casestore.access.rules import Action, Relation
from casestore.database import Unsought
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

Lines = Select[str | None, datetime]
"""Lines of the log: a thread, and when it was first heard of a conversation in it."""


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
    threads = await _written_in(asking, await _some(asking, who, channel))
    if also.startswith(PERSON):
        chosen = _of_threads(channel, [also.removeprefix(PERSON)])
        threads += await _written_in(asking, chosen)
    last = await _by_youth(asking, threads)
    persons = await visible(asking, who, Action.PERSON_READ, Person.id.in_(list(last)))
    details = await details_of_all(asking, persons)
    found = [
        Choice(value=PERSON + last[its_id], alias=told.alias, name=told.name)
        for its_id, told in details.items()
    ]
    return sorted(found, key=lambda each: each.alias.casefold())


async def _some(asking: Reading | Writing, who: Visitor, channel: str) -> Lines:
    """Look with one's own; or, where everybody is, through what is newest."""
    if may(who, Action.PERSON_READ, Relation.NOT_SHARED):
        return (
            select(Transfer.thread, Transfer.first_at)
            .where(Transfer.channel == channel)
            .order_by(Transfer.first_at.desc(), Transfer.conversation.desc())
            .limit(LOOKED_THROUGH)
        )
    own = [each.id for each in await visible(asking, who, Action.PERSON_READ)]
    parts = or_(Person.id.in_(own), Person.merged_into.in_(own))
    theirs = await asking.session.scalars(
        select(Thread.id).join(Person, Person.id == Thread.person).where(parts)
    )
    return _of_threads(channel, theirs.all())


def _of_threads(channel: str, threads: Sequence[str]) -> Lines:
    """By the threads: of a channel there are as many lines as the log is long."""
    return select(Transfer.thread, Transfer.first_at).where(
        Transfer.thread.in_(threads), Unsought(Transfer.channel) == channel
    )


async def _written_in(asking: Reading | Writing, lines: Lines) -> list[str]:
    """Give the threads of these lines, that which was written in last first."""
    some = lines.subquery()
    last = func.max(some.c.first_at)
    rows = await asking.session.scalars(
        select(some.c.thread)
        .where(some.c.thread.is_not(None))
        .group_by(some.c.thread)
        .order_by(last.desc(), some.c.thread)
        .limit(AT_MOST)
    )
    return list(rows)


async def _by_youth(asking: Reading | Writing, threads: Sequence[str]) -> Mapping[str, str]:
    """Give the first of these threads of each youth, by the youth's id."""
    rows = await asking.session.execute(
        select(Thread.id, func.coalesce(Person.merged_into, Person.id))
        .join(Person, Person.id == Thread.person)
        .where(Thread.id.in_(threads))
    )
    whose = dict(rows.all())
    return {whose[thread]: thread for thread in reversed(threads) if thread in whose}
