"""
Registering a contact by hand (R19), and putting it right on the same day.

The row says nothing of anybody; who registered it, and when, is known from the audit. What was
said before a correction stands there too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.audit.tables import AuditEvent
from casestore.contacts.rules import MESSAGE, ByHand, channel_of, may_correct, mistakes_in
from casestore.contacts.sums import count_in, count_out
from casestore.contacts.tables import Contact
from casestore.edge import Reading, Writing
from casestore.problems import Problem
from casestore.times import OSLO, read_time, write_time
from casestore.users.sessions import Visitor

SHOWN: Final = timedelta(days=30)
REGISTERED: Final = "contact.registered"
CORRECTED: Final = "contact.corrected"

Mistakes = Mapping[str, str]
Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContact:
    """A contact that an employee has registered by hand."""

    id: str
    kind: str
    channel: str
    hour: datetime
    minutes: int
    topics: tuple[str, ...]
    correctable: bool

    @property
    def seen(self) -> str:
        """Say how it stood when it was shown, so that a correction of something else is noticed."""
        return "|".join((write_time(self.hour), *_values(self).values()))


async def register(writing: Writing, who: Visitor, its_id: str, told: ByHand) -> Mistakes:
    """
    Register a contact, or say what is wrong. The audit's head is held.

    The same id with the same contact is registered once; with another it is a 409.
    """
    if known := await writing.session.get(Contact, its_id):
        if known.caseworker != who.id or not _same(known, told):
            raise Problem(409, "different-body")
        return {}
    mistakes = mistakes_in(told, writing.now)
    if mistakes:
        return mistakes
    row = Contact(
        id=its_id,
        team=who.team,
        caseworker=who.id,
        count_youth=0,
        count_caseworker=0,
        count_attachments=0,
    )
    _fill(row, told)
    writing.session.add(row)
    await count_in(writing, row)
    await note(writing, REGISTERED, by=who.id, of=its_id)
    return {}


async def correct(
    writing: Writing, who: Visitor, its_id: str, told: ByHand, *, seen: str
) -> Mistakes:
    """
    Put right a contact of one's own, on the day it was registered; the audit says what was there.

    Somebody else's is a 404. Another day, or one that is not as it was when shown, is a 409.
    """
    own = await own_contact(writing, who, its_id)
    row = await writing.session.get(Contact, its_id)
    if row is None or not own.correctable:
        raise Problem(409, "too-late")
    if _same(row, told):
        return {}
    if own.seen != seen:
        raise Problem(409, "changed-since")
    mistakes = mistakes_in(told, writing.now)
    if mistakes:
        return mistakes
    before, before_hour = _values(own), write_time(own.hour)
    await count_out(writing, row)
    _fill(row, told)
    await count_in(writing, row)
    after = _values(_shown(row, own.correctable))
    was = [f"{name}={value}" for name, value in before.items() if after[name] != value]
    if write_time(row.hour) != before_hour:
        was.append(f"hour={before_hour}")
    await note(writing, CORRECTED, by=who.id, of=its_id, was=was)
    return {}


async def own_contact(asking: Asking, who: Visitor, its_id: str) -> OwnContact:
    """Give a contact that this employee has registered by hand; any other is a 404."""
    row = await asking.session.get(Contact, its_id)
    if row is None or (row.caseworker, row.team) != (who.id, who.team) or row.kind == MESSAGE:
        raise Problem(404, "not-found")
    told = await asking.session.scalar(
        select(AuditEvent.at)
        .where(AuditEvent.of == its_id, AuditEvent.what == REGISTERED, AuditEvent.user == who.id)
        .order_by(AuditEvent.n)
        .limit(1)
    )
    at = None if told is None else read_time(told)
    return _shown(row, may_correct(registered_at=at, now=asking.now))


async def own_contacts(
    asking: Asking, who: Visitor, *, at_most: int | None = 500
) -> list[OwnContact]:
    """Give what this employee has registered by hand in the last 30 days, newest first."""
    rows = await asking.session.scalars(
        select(Contact)
        .where(
            Contact.hour >= asking.now - SHOWN,
            Contact.caseworker == who.id,
            Contact.team == who.team,
            Contact.kind != MESSAGE,
        )
        .order_by(Contact.hour.desc(), Contact.id)
        .limit(at_most)
    )
    today = await _registered_today(asking, who)
    return [_shown(row, row.id in today) for row in rows]


async def _registered_today(asking: Asking, who: Visitor) -> set[str | None]:
    midnight = asking.now.astimezone(OSLO).replace(hour=0, minute=0, second=0, microsecond=0)
    found = await asking.session.scalars(
        select(AuditEvent.of).where(
            AuditEvent.user == who.id,
            AuditEvent.what == REGISTERED,
            AuditEvent.at >= write_time(midnight),
        )
    )
    return set(found)


def _fill(row: Contact, told: ByHand) -> None:
    began = told.began()
    if began is None or told.minutes is None:
        raise ValueError("a contact that was not checked")
    row.kind, row.channel = told.kind, channel_of(told)
    row.hour, row.minutes = began, told.minutes
    row.topics = json.dumps(sorted(told.topics))


def _same(row: Contact, told: ByHand) -> bool:
    stands = (row.kind, row.channel, row.hour, row.minutes, json.loads(row.topics))
    return stands == (
        told.kind, channel_of(told), told.began(), told.minutes, sorted(told.topics),
    )  # fmt: skip


def _shown(row: Contact, correctable: bool) -> OwnContact:
    return OwnContact(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        hour=row.hour,
        minutes=row.minutes,
        topics=tuple(json.loads(row.topics)),
        correctable=correctable,
    )


def _values(contact: OwnContact) -> dict[str, str]:
    return {
        "kind": contact.kind,
        "channel": contact.channel,
        "minutes": str(contact.minutes),
        "topics": "+".join(contact.topics),
    }
