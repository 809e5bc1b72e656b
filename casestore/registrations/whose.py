"""Whose it may be: the youths that somebody may read, who have a thread on the channel."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from casestore.access.rules import Action
from casestore.edge import Reading, Writing
from casestore.people.details import details_of_all
from casestore.people.showing import visible
from casestore.people.tables import Person
from casestore.registrations.rules import PERSON
from casestore.threads.tables import Thread
from casestore.transfers.tables import Transfer
from casestore.users.sessions import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A youth to choose; `value` is what the form sends."""

    value: str
    alias: str = field(repr=False)
    name: str | None = field(default=None, repr=False)


async def choices(asking: Reading | Writing, who: Visitor, channel: str) -> Sequence[Choice]:
    """Give them by alias; each by the thread there that was written in last."""
    persons = {each.id: each for each in await visible(asking, who, Action.PERSON_READ)}
    root = func.coalesce(Person.merged_into, Person.id)
    rows = await asking.session.execute(
        select(root, Thread.id)
        .join(Thread, Thread.person == Person.id)
        .join(Transfer, Transfer.thread == Thread.id)
        .where(Transfer.channel == channel)
        .order_by(Transfer.first_at)
    )
    last = {person: thread for person, thread in rows if person in persons}
    details = await details_of_all(asking, [persons[its_id] for its_id in last])
    found = [
        Choice(value=PERSON + thread, alias=details[its_id].alias, name=details[its_id].name)
        for its_id, thread in last.items()
    ]
    return sorted(found, key=lambda each: each.alias.casefold())
