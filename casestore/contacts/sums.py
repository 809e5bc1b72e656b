"""
The sums of each day, which the statistics are made of: exact, for they change with the register.

A contact is counted in the transaction that writes it down, and moved from one sum to another in
the one that puts it right. So nobody waits longer for a year's numbers the more there were.
"""

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, update

from casestore.contacts.tables import Contact, ContactSum
from casestore.edge import Writing
from casestore.times import day_of
from casestore.upserts import insert_into


class NeverCounted(Exception):
    """A contact that no sum holds is to be taken out of one: the sums are not the register's."""


def alike(kind: str, channel: str, topics: str) -> str:
    """Name what contacts that are counted together have in common."""
    return hashlib.sha256(f"{kind}\n{channel}\n{topics}".encode()).hexdigest()[:32]


async def count_in(writing: Writing, *contacts: Contact) -> None:
    """Count contacts that are written down in this transaction."""
    sums: dict[tuple[date, str], dict[str, Any]] = {}
    for contact in contacts:
        day, its_alike = place = _place(contact)
        none = {
            "team": contact.team,
            "day": day,
            "alike": its_alike,
            "kind": contact.kind,
            "channel": contact.channel,
            "topics": contact.topics,
            "count": 0,
            "minutes": 0,
        }
        each = sums.setdefault(place, none)
        each["count"] += 1
        each["minutes"] += contact.minutes
    new = insert_into(writing.session, ContactSum)
    more = new.on_conflict_do_update(
        index_elements=["team", "day", "alike"],
        set_={
            "count": ContactSum.count + new.excluded.count,
            "minutes": ContactSum.minutes + new.excluded.minutes,
        },
    )
    # In one order, so that no two who count wait for each other.
    await writing.session.execute(more, [sums[place] for place in sorted(sums)])


async def count_out(writing: Writing, contact: Contact) -> None:
    """Take a contact out of its sum, as it stands before it is changed."""
    held = _held(contact)
    last = delete(ContactSum).where(held, ContactSum.count == 1).returning(ContactSum.alike)
    if await writing.session.scalar(last.execution_options(synchronize_session=False)):
        return
    fewer = (
        update(ContactSum)
        .where(held)
        .values(count=ContactSum.count - 1, minutes=ContactSum.minutes - contact.minutes)
        .returning(ContactSum.alike)
        .execution_options(synchronize_session=False)
    )
    if await writing.session.scalar(fewer) is None:
        raise NeverCounted(contact.id)


def _place(contact: Contact) -> tuple[date, str]:
    return day_of(contact.hour), alike(contact.kind, contact.channel, contact.topics)


def _held(contact: Contact) -> ColumnElement[bool]:
    day, its_alike = _place(contact)
    return and_(
        ContactSum.team == contact.team, ContactSum.day == day, ContactSum.alike == its_alike
    )
