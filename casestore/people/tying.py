"""
Tying a thread to a person, and untying it: by an employee, with a reason, one tie at a time.

Every tie that ever was is kept. The heads of both chains are held by whoever calls, so that of
two who tie one thread at once the second sees what the first did.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from casestore.access.gate import permit
from casestore.access.relations import person_relation, thread_relation
from casestore.access.rules import Action
from casestore.audit.chain import AUDIT, note
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.ids import new_id
from casestore.joins.deciding import look_again
from casestore.journal.tables import Entry
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import parts_of, root_of
from casestore.people.tables import Person, Tie
from casestore.problems import Problem
from casestore.threads.keys import known_keys, owned_key
from casestore.threads.tables import Thread
from casestore.transfers import chain
from casestore.users.sessions import Visitor

TIED: Final = "thread.tied"
UNTIED: Final = "thread.untied"


@dataclass(frozen=True, slots=True, kw_only=True)
class TieLine:
    """A tie as it is shown, held or broken."""

    thread: str
    made_at: datetime
    made_by: str
    reason: str = field(repr=False)
    broken_at: datetime | None
    broken_by: str | None
    broken_reason: str | None = field(repr=False)


async def hold(writing: Writing) -> None:
    """Hold both chains, in the one order that everybody holds them in."""
    await chain.hold(writing)
    await AUDIT.hold(writing)


async def tie_thread(
    writing: Writing, who: Visitor, its_id: str, person: Person, *, reason: str
) -> None:
    """
    Tie a thread to a person. Already theirs: nothing happens. Another's: a 409.

    A thread that this employee has no part in is answered as one that is not there.
    """
    permit(who, Action.THREAD_TIE, await person_relation(writing, who, person))
    thread = await get_thread(writing, who, its_id)
    if thread.person is not None:
        owner = await root_of(writing, thread.person)
        if owner is not None and owner.id == person.id:
            return
        raise Problem(409, "tied-already", "The thread is tied to another person.")
    its = new_id("tie")
    key = await owned_key(writing, key_owner(person.id))
    writing.session.add(
        Tie(
            id=its,
            team=writing.team,
            thread=thread.id,
            person=person.id,
            made_at=writing.now,
            made_by=who.id,
            reason=seal(key, reason.encode(), bound_to=f"thread_ties/{its}/reason"),
        )
    )
    thread.person = person.id
    await writing.session.flush()
    await note(writing, TIED, by=who.id, of=person.id, thread=thread.id)
    await look_again(writing, [thread.id])


async def get_thread(writing: Writing, who: Visitor, its_id: str) -> Thread:
    """Give a thread that this employee may tie: as who took part, or through its person."""
    thread = await writing.session.get(Thread, its_id, populate_existing=True)
    if thread is None:
        raise Problem(404, "not-found")
    permit(who, Action.THREAD_TIE, await thread_relation(writing, who, thread))
    return thread


async def untie_thread(
    writing: Writing, who: Visitor, its_id: str, person: Person, *, reason: str
) -> None:
    """
    Untie a thread from a person, once for a reason; not tied to them (any more) is a 409.

    Its transcripts leave the cases of that person at once: they are *ufordelt* until they are
    tied anew. Those that were moved to somebody stay with them.
    """
    permit(who, Action.THREAD_TIE, await person_relation(writing, who, person))
    parts = await parts_of(writing, person)
    tie = await writing.session.scalar(
        select(Tie)
        .where(Tie.thread == its_id, Tie.person.in_(parts), Tie.broken_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if tie is None:
        if await _untied_so(writing, who, its_id, person, reason):
            return
        raise Problem(409, "not-tied", "The thread is not tied to this person.")
    key = await owned_key(writing, key_owner(tie.person))
    tie.broken_at, tie.broken_by = writing.now, who.id
    tie.broken_reason = seal(key, reason.encode(), bound_to=f"thread_ties/{tie.id}/broken")
    loosened = await loosen(writing, its_id, parts)
    await note(writing, UNTIED, by=who.id, of=person.id, thread=its_id, entries=loosened)


async def _untied_so(
    writing: Writing, who: Visitor, its_id: str, person: Person, reason: str
) -> bool:
    """Say whether the last that was done here is this, by the same employee."""
    lines = [line for line in await ties_of(writing, person) if line.thread == its_id]
    last = max(lines, key=lambda line: line.broken_at or line.made_at, default=None)
    return last is not None and (last.broken_by, last.broken_reason) == (who.id, reason)


async def ties_of(asking: Reading | Writing, person: Person) -> Sequence[TieLine]:
    """Give every tie of a person, the newest first, with the reasons."""
    rows = await asking.session.scalars(
        select(Tie)
        .where(Tie.person.in_(await parts_of(asking, person)))
        .order_by(Tie.made_at.desc(), Tie.id)
    )
    ties = list(rows)
    keys = await known_keys(asking, [key_owner(part) for part in {tie.person for tie in ties}])
    return [
        TieLine(
            thread=tie.thread,
            made_at=tie.made_at,
            made_by=tie.made_by,
            reason=_words(keys, tie, "reason", tie.reason),
            broken_at=tie.broken_at,
            broken_by=tie.broken_by,
            broken_reason=_words(keys, tie, "broken", tie.broken_reason)
            if tie.broken_reason
            else None,
        )
        for tie in ties
    ]


def _words(keys: dict[str, bytes], tie: Tie, part: str, sealed: bytes) -> str:
    key = keys.get(key_owner(tie.person))
    if key is None:
        return UNREADABLE
    try:
        return unseal(key, sealed, bound_to=f"thread_ties/{tie.id}/{part}").decode()
    except Unreadable:
        return UNREADABLE


async def loosen(writing: Writing, its_id: str, parts: Sequence[str]) -> int:
    """
    Make a thread nobody's, and its transcripts *ufordelt*; how many these were.

    What it was joined with is taken apart.
    """
    thread = await writing.session.get_one(Thread, its_id, populate_existing=True)
    thread.person = None
    theirs = select(Case.id).where(Case.person.in_(parts))
    loosened = await writing.session.execute(
        update(Entry)
        .where(Entry.thread == its_id, Entry.person.is_(None), Entry.case.in_(theirs))
        .values(case=None, tied_at=None, tied_by=None)
        .returning(Entry.conversation)
    )
    count = len(loosened.all())
    await look_again(writing, [its_id])
    return count
