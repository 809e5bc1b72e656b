"""
Two persons who were found to be one, and back again.

The one is merged into the other, never two deep. Cases, threads and words stay where they are
and are found through `merged_into`; what undoing must put back is kept in the merge itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select, update

from casestore.access.rules import Action
from casestore.audit.chain import AUDIT, note
from casestore.edge import Reading, Writing
from casestore.ids import new_id
from casestore.joins.deciding import look_again
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import get_person, threads_of
from casestore.people.tables import Merge, Person
from casestore.problems import Problem
from casestore.threads.keys import known_key, owned_key
from casestore.users.sessions import Visitor

MERGED: Final = "person.merged"
UNMERGED: Final = "person.unmerged"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """A merge as it is shown."""

    id: str
    person: str
    made_at: datetime
    made_by: str
    reason: str = field(repr=False)
    undone_at: datetime | None
    undone_by: str | None


async def compared(
    asking: Reading | Writing, who: Visitor, into: str, other: str
) -> tuple[Person, Person]:
    """Give the two that may be merged, or raise a 409 that says why they may not be."""
    stays = await get_person(asking, who, into, Action.PERSON_MERGE)
    goes = await get_person(asking, who, other, Action.PERSON_MERGE)
    if (stays.id, goes.id) != (into, other) or stays.id == goes.id:
        raise Problem(409, "merged-already", "They are one person already.")
    if stays.restricted_at is not None or goes.restricted_at is not None:
        # It would lift the restriction of the one, or put it on the other, with no decision.
        raise Problem(409, "restricted", "One of them is restricted.")
    return stays, goes


async def merge(
    writing: Writing,
    who: Visitor,
    into: str,
    other: str,
    *,
    versions: tuple[int, int],
    reason: str,
) -> Merge:
    """
    Merge `other` into `into`; `versions` are those of both that were compared.

    The same sent again is done already. Raises a 409 when one of them has been changed or merged
    since.
    """
    await AUDIT.hold(writing)
    if known := await _merged_so(writing, who, into, other, reason):
        return known
    stays, goes = await compared(writing, who, into, other)
    if (stays.version, goes.version) != versions:
        raise Problem(409, "overtaken", "One of them has been changed since.")
    moved = await _point(writing, Person.merged_into == goes.id, to=stays.id)
    goes.merged_into = stays.id
    its_id = new_id("merge")
    key = await owned_key(writing, key_owner(goes.id))
    row = Merge(
        id=its_id,
        team=writing.team,
        person=goes.id,
        into=stays.id,
        moved=json.dumps({"persons": moved}),
        made_at=writing.now,
        made_by=who.id,
        reason=seal(key, reason.encode(), bound_to=f"merges/{its_id}/reason"),
    )
    writing.session.add(row)
    await writing.session.flush()
    await note(writing, MERGED, by=who.id, of=stays.id, other=goes.id, merge=its_id)
    await look_again(writing, await threads_of(writing, stays))
    return row


async def undo(writing: Writing, who: Visitor, into: str, its_id: str) -> Merge:
    """
    Put back exactly what a merge changed, once. Merges of merges are undone the last one first.

    A restriction that has come since covers both, and is kept on both.
    """
    await AUDIT.hold(writing)
    stays = await get_person(writing, who, into, Action.PERSON_MERGE)
    row = await writing.session.get(Merge, its_id, populate_existing=True)
    if row is None or row.into != into:
        raise Problem(404, "not-found")
    if row.undone_by == who.id:
        return row
    if row.undone_at is not None or stays.id != into:
        raise Problem(409, "not-merged", "It is undone already, or merged further.")
    goes = await writing.session.get_one(Person, row.person, populate_existing=True)
    goes.merged_into, goes.restricted_at = None, stays.restricted_at
    await writing.session.flush()
    # Whoever was merged into them before follows them back, as far as they are here still.
    moved = json.loads(row.moved)["persons"]
    here = (Person.id.in_(moved), Person.merged_into == stays.id)
    await _point(writing, *here, to=goes.id)
    row.undone_at, row.undone_by = writing.now, who.id
    await note(writing, UNMERGED, by=who.id, of=stays.id, other=goes.id, merge=its_id)
    # Two lines that were joined while they were one person are two persons' again.
    await look_again(writing, await threads_of(writing, goes))
    return row


async def _merged_so(
    writing: Writing, who: Visitor, into: str, other: str, reason: str
) -> Merge | None:
    await get_person(writing, who, into, Action.PERSON_MERGE)
    found = await writing.session.scalars(
        select(Merge)
        .where(Merge.into == into, Merge.person == other, Merge.made_by == who.id)
        .where(Merge.undone_at.is_(None))
    )
    same = [row for row in found if await _reason(writing, row) == reason]
    return same[0] if same else None


async def merges_of(asking: Reading | Writing, person: Person) -> Sequence[MergeLine]:
    """Give the merges into a person, the newest first."""
    rows = await asking.session.scalars(
        select(Merge).where(Merge.into == person.id).order_by(Merge.made_at.desc(), Merge.id)
    )
    return [
        MergeLine(
            id=row.id,
            person=row.person,
            made_at=row.made_at,
            made_by=row.made_by,
            reason=await _reason(asking, row),
            undone_at=row.undone_at,
            undone_by=row.undone_by,
        )
        for row in rows
    ]


async def _point(writing: Writing, *which: ColumnElement[bool], to: str) -> list[str]:
    pointed = await writing.session.scalars(
        update(Person)
        .where(*which)
        .values(merged_into=to)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(pointed)


async def _reason(asking: Reading | Writing, row: Merge) -> str:
    try:
        key = await known_key(asking, key_owner(row.person))
        return unseal(key, row.reason, bound_to=f"merges/{row.id}/reason").decode()
    except Unreadable:
        return UNREADABLE
