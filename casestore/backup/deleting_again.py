"""Deleting again, in a restored backup, whoever has been deleted since it was taken."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import func, select, update

from casestore.backup.closing_again import Said, account, at
from casestore.deletions.erasing import EMPTY, erase
from casestore.deletions.extent import Extent, extent_of_person
from casestore.deletions.tables import Decision
from casestore.edge import Writing
from casestore.people.details import key_owner
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.users.rules import Role
from casestore.users.sessions import Visitor
from casestore.users.tables import User


class Again(StrEnum):
    """What became of a deletion that the log outside tells of."""

    ERASED = "erased"
    KNOWN = "known"  # it was done before the backup was taken
    SHUT = "shut"  # nobody can say that it was done: the persons are restricted


async def delete(writing: Writing, its_id: str, said: Said, *, sure: bool) -> Again:
    """Take away exactly what went then, and all that is the person's in this older copy."""
    known = await writing.session.get(Decision, its_id)
    if known is not None and known.carried_out_at is not None:
        return Again.KNOWN
    certificate = json.loads(said["certificate"])
    persons = [p for p in certificate["ids"]["persons"] if await writing.session.get(Person, p)]
    if not sure:
        await restrict(writing, persons)
        return Again.SHUT
    extent = await _extent(writing, certificate["ids"], persons)
    await erase(writing, await _visitor(writing, said["carried_out_by"]), extent)
    await _stub(writing, its_id, said)
    return Again.ERASED


async def _extent(writing: Writing, ids: Mapping[str, list[str]], persons: list[str]) -> Extent:
    """What the certificate names, and what this copy has of the same persons."""
    threads = list(
        await writing.session.scalars(select(Thread.id).where(Thread.id.in_(ids["threads"])))
    )
    found = Extent(
        persons=tuple(persons),
        threads=tuple(threads),
        owners=(*(key_owner(p) for p in persons), *(f"thread:{t}" for t in threads)),
        cases=tuple(ids["cases"]),
        entries=tuple(ids["entries"]),
        notes=tuple(ids["notes"]),
        files=tuple(ids["files"]),
        transfers=tuple(ids["log"]),
    )
    for its_id in persons:
        row = await writing.session.get(Person, its_id)
        if row is not None:
            found = found.and_also(await extent_of_person(writing, row))
    return found


async def _stub(writing: Writing, its_id: str, said: Said) -> None:
    """The decision as it was then, without its reason: that went with the person."""
    row = await writing.session.get(Decision, its_id)
    told = {
        "reason": EMPTY,
        "certificate": said["certificate"],
        "confirmed_at": at(said["confirmed_at"]),
        "confirmed_by": await account(writing, said["confirmed_by"]),
        "confirmed_extent": said["confirmed_extent"],
        "carried_out_at": at(said["carried_out_at"]),
        "carried_out_by": await account(writing, said["carried_out_by"]),
    }
    if row is not None:
        for name, value in told.items():
            setattr(row, name, value)
    else:
        writing.session.add(
            Decision(
                id=its_id,
                team=writing.team,
                **{name: said[name] for name in ("kind", "target_kind", "target", "basis")},
                proposed_at=at(said["proposed_at"]),
                proposed_by=await account(writing, said["proposed_by"]),
                **told,
            )
        )
    await writing.session.flush()


async def restrict(writing: Writing, persons: Sequence[str]) -> None:
    await writing.session.execute(
        update(Person)
        .where(Person.id.in_(persons), Person.restricted_at.is_(None))
        .values(restricted_at=writing.now)
    )


async def restrict_all(writing: Writing) -> int:
    """Restrict every person there is; how many."""
    await restrict(writing, list(await writing.session.scalars(select(Person.id))))
    return int(await writing.session.scalar(select(func.count()).select_from(Person)) or 0)


async def _visitor(writing: Writing, user: str) -> Visitor:
    await account(writing, user)
    row = await writing.session.get_one(User, user)
    return Visitor(id=row.id, name=row.name, role=Role(row.role), team=row.team, secret="")
