"""
Writing down a report of concern: at once, for good, and on nobody's leave.

It lies under a key of its own, so that it is still there when a consent is withdrawn or a person
is deleted. Others than its writer find nothing, unless they lead the team.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from casestore.access.gate import permit
from casestore.access.relations import entry_relation
from casestore.access.rules import Action, Relation, seen
from casestore.audit.chain import note
from casestore.canonical import canonical
from casestore.concerns.rules import ConcernSaid
from casestore.concerns.tables import Concern
from casestore.edge import Reading, Writing
from casestore.journal.tables import Entry
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE
from casestore.people.finding import get_person, person_of_entry
from casestore.people.tables import Person
from casestore.people.tying import hold
from casestore.places import Place
from casestore.problems import Problem
from casestore.threads.keys import known_key, owned_key
from casestore.users.sessions import Visitor

Asking = Reading | Writing

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a report is about, as far as the record knows: a person, a thread, or neither."""

    person: Person | None = None
    thread: str | None = None

    @property
    def known(self) -> bool:
        """Whether it is tied to anything."""
        return self.person is not None or self.thread is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernShown:
    """A report as it is read."""

    id: str
    person: str | None
    thread: str | None
    receiver: str
    sent_at: datetime
    written_at: datetime
    written_by: str
    told: bool
    about: str = field(repr=False)
    other: str = field(repr=False)
    what: str = field(repr=False)
    why_not: str = field(repr=False)


async def about(
    asking: Asking, who: Visitor, *, person: str | None, conversation: str | None
) -> About:
    """Find whom it is about; a person or a transcript that they may not read is a 404."""
    if person:
        return About(person=await get_person(asking, who, person, Action.PERSON_READ))
    if conversation:
        entry = await asking.session.get(Entry, conversation)
        if entry is None:
            raise Problem(404, "not-found")
        permit(who, Action.ENTRY_READ, await entry_relation(asking, who, entry))
        return About(person=await person_of_entry(asking, entry), thread=entry.thread)
    return About()


async def report(
    writing: Writing, who: Visitor, whom: About, *, its_id: str, said: ConcernSaid
) -> Concern:
    """Keep the report; once for an id. Other words under the same id are a 409."""
    await hold(writing)
    person = whom.person.id if whom.person else None
    if known := await writing.session.get(Concern, its_id):
        return await _same(writing, who, known, person, said)
    key = await owned_key(writing, key_owner(its_id))
    row = Concern(
        id=its_id,
        team=writing.team,
        person=person,
        thread=whom.thread,
        receiver=said.receiver,
        told="yes" if said.told else "no",
        words=seal(key, _words(said), bound_to=_place(its_id)),
        sent_at=said.sent_at,
        written_at=writing.now,
        written_by=who.id,
    )
    writing.session.add(row)
    await writing.session.flush()
    await note(writing, "concern.written", by=who.id, of=row.id, receiver=said.receiver)
    return row


async def concerns(
    asking: Asking, who: Visitor, *, before: Place | None = None
) -> tuple[list[Concern], Place | None]:
    """Give a page of those that somebody may read, newest first, and where the next begins."""
    wanted = (
        select(Concern)
        .where(concerns_for(who, Action.CONCERN_READ))
        .order_by(Concern.sent_at.desc(), Concern.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(before.before(Concern.sent_at, Concern.id))
    found = list(await asking.session.scalars(wanted))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], Place(at=last.sent_at, id=last.id) if last else None


async def read_concern(writing: Writing, who: Visitor, its_id: str) -> ConcernShown:
    """Note that a report is read, and open it; one that they may not read is a 404."""
    row = await writing.session.get(Concern, its_id)
    if row is None:
        raise Problem(404, "not-found")
    permit(who, Action.CONCERN_READ, concern_relation(who, row))
    await note(writing, "concern.read", by=who.id, of=row.id)
    return await _opened(writing, row)


def concern_relation(who: Visitor, row: Concern) -> Relation:
    """Say what a report is to somebody: their own when they wrote it."""
    if row.team != who.team:
        return Relation.OTHER_TEAM
    return Relation.OWN if row.written_by == who.id else Relation.NOT_SHARED


def concerns_for(who: Visitor, action: Action) -> ColumnElement[bool]:
    """Keep the reports that this action is allowed on."""
    allowed = seen(who.role, action)
    parts: list[ColumnElement[bool]] = []
    if Relation.NOT_SHARED in allowed:
        parts.append(true())
    if Relation.OWN in allowed:
        parts.append(Concern.written_by == who.id)
    return and_(Concern.team == who.team, or_(false(), *parts))


def key_owner(concern: str) -> str:
    """Name the data key that a report lies under."""
    return f"concern:{concern}"


async def _same(
    writing: Writing, who: Visitor, known: Concern, person: str | None, said: ConcernSaid
) -> Concern:
    if known.written_by != who.id:
        raise Problem(409, "id-taken")
    kept = await _opened(writing, known)
    again = (kept.about, kept.other, kept.what, kept.why_not, kept.sent_at, kept.person)
    new = (said.about, said.other, said.what, said.why_not, said.sent_at, person)
    if again != new or (known.receiver, known.told == "yes") != (said.receiver, said.told):
        raise Problem(409, "different-body", "Another report was kept from this form already.")
    return known


async def _opened(asking: Asking, row: Concern) -> ConcernShown:
    try:
        key = await known_key(asking, key_owner(row.id))
        told = json.loads(unseal(key, row.words, bound_to=_place(row.id)))
    except Unreadable:
        told = {"about": "", "other": "", "what": UNREADABLE, "why_not": ""}
    return ConcernShown(
        id=row.id,
        person=row.person,
        thread=row.thread,
        receiver=row.receiver,
        sent_at=row.sent_at,
        written_at=row.written_at,
        written_by=row.written_by,
        told=row.told == "yes",
        **told,
    )


def _words(said: ConcernSaid) -> bytes:
    return canonical(
        {"about": said.about, "other": said.other, "what": said.what, "why_not": said.why_not}
    )


def _place(its_id: str) -> str:
    return f"concerns/{its_id}"
