"""
Closing again, in a restored backup, what has been closed since it was taken.

Every line of the log outside is gone through, for what is told twice comes to the same. A line
whose transaction nobody can say the end of closes too; only a deletion does not, for it cannot
be undone: then the person is restricted, and the team leader decides again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select, update

from casestore.access.tables import Grant
from casestore.cases.tables import Share
from casestore.consents.tables import Consent, Withdrawal
from casestore.database import Table
from casestore.deletions.erasing import EMPTY, erase
from casestore.deletions.extent import Extent, extent_of_person
from casestore.deletions.tables import Decision, Hold
from casestore.edge import Writing
from casestore.outside.kept import KEPT, mark
from casestore.outside.log import Line, undone
from casestore.people.details import key_owner
from casestore.people.tables import Person, Tie
from casestore.threads.keys import fingerprint
from casestore.threads.tables import Thread
from casestore.times import read_time
from casestore.users.rules import Role
from casestore.users.sessions import Visitor
from casestore.users.tables import User

Said = Mapping[str, Any]
NOBODY: Final = "*"
"""A password's hash that no password has; the team leader, or a command, gives a new one."""
LOST: Final = "(konto fra etter sikkerhetskopien)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many deletions were carried out again, and how much else was closed again."""

    erased: int
    closed: int
    restricted: int


async def replay(writing: Writing, lines: Sequence[Line] | None) -> Replayed:
    """Close everything again; without a log (None), restrict every person there is."""
    if lines is None:
        return Replayed(erased=0, closed=0, restricted=await _restrict_all(writing))
    doubtful = {line.n for waiting in undone(lines).values() for line in waiting}
    void = _void(lines)
    latest = {
        (line.said["kind"], line.said["id"]): line
        for line in lines
        if "id" in line.said and line.said["tx"] not in void
    }
    erased = closed = restricted = 0
    for (kind, its_id), line in latest.items():
        if kind == Decision.__tablename__:
            sure = line.n not in doubtful
            deletion = await _delete(writing, its_id, line.said["said"], sure=sure)
            erased, restricted = erased + (deletion == "erased"), restricted + (deletion == "shut")
        else:
            closed += await _close(writing, kind, its_id, line.said["said"])
    await writing.session.flush()
    return Replayed(erased=erased, closed=closed, restricted=restricted)


def _void(lines: Sequence[Line]) -> set[str]:
    """Transactions that were not committed; said twice, «done» counts."""
    how = {
        kind: {x.said["tx"] for x in lines if x.said["kind"] == kind} for kind in ("done", "void")
    }
    return how["void"] - how["done"]


async def _close(writing: Writing, kind: str, its_id: str, said: Said) -> bool:
    table = next(each for each in KEPT if each.__tablename__ == kind)
    row = await writing.session.get(table, its_id)
    if row is None:
        make = MADE.get(table)
        return make is not None and await make(writing, its_id, said)
    return CLOSED[table](row, said)


def _person(row: Person, said: Said) -> bool:
    before, row.restricted_at = row.restricted_at, _at(said["restricted_at"])
    return row.restricted_at != before


def _user(row: User, said: Said) -> bool:
    """As it ended; and a password or a second factor that is not the last one opens nothing."""
    before = (row.role, row.active, row.employed_from, row.employed_until)
    row.role, row.active = said["role"], said["active"]
    row.employed_from, row.employed_until = (
        _day(said["employed_from"]),
        _day(said["employed_until"]),
    )
    row.closed_at = _at(said["closed_at"])
    changed = before != (row.role, row.active, row.employed_from, row.employed_until)
    if mark(row.password) != said["password"]:
        row.password, row.password_temporary, changed = NOBODY, True, True
    if mark(row.totp) != said["totp"]:
        row.totp, row.totp_since, changed = None, None, True
    return changed


def _ended(row: Grant | Share, said: Said) -> bool:
    if row.ended_at is not None:
        return False
    row.ended_at, row.ended_by = _at(said["ended_at"]), row.made_by
    return True


def _untied(row: Tie, said: Said) -> bool:
    """Only the tie: what lay under it is found by whoever looks at what is nobody's."""
    if row.broken_at is not None or said["broken_at"] is None:
        return False
    row.broken_at = _at(said["broken_at"])
    return True


def _lifted(row: Hold, said: Said) -> bool:
    before, row.lifted_at = row.lifted_at, _at(said["lifted_at"])
    row.lifted_by = said["lifted_by"] and row.made_by
    return row.lifted_at != before


CLOSED: Final[Mapping[type[Table], Callable[[Any, Said], bool]]] = {
    Person: _person,
    User: _user,
    Grant: _ended,
    Share: _ended,
    Tie: _untied,
    Hold: _lifted,
    Withdrawal: lambda _row, _said: False,
    Consent: lambda _row, _said: False,
}


async def _take_back(writing: Writing, its_id: str, said: Said) -> bool:
    """The evidence is lost with the rest of those days; that it was taken back is not."""
    if await writing.session.get(Thread, said["thread"]) is None:
        return False
    writing.session.add(
        Withdrawal(
            id=its_id,
            team=writing.team,
            thread=said["thread"],
            purpose=said["purpose"],
            answered_at=_at(said["answered_at"]),
            channel=said["channel"],
            evidence=EMPTY,
            fingerprint=fingerprint(writing.store, b"restored", its_id.encode()),
            received_at=writing.now,
        )
    )
    return True


async def _hold(writing: Writing, its_id: str, said: Said) -> bool:
    if await writing.session.get(Person, said["person"]) is None:
        return False
    writing.session.add(
        Hold(
            id=its_id,
            team=writing.team,
            person=said["person"],
            reason=EMPTY,
            made_at=_at(said["made_at"]),
            made_by=await _account(writing, said["made_by"]),
            lifted_at=_at(said["lifted_at"]),
            lifted_by=await _account(writing, said["lifted_by"]),
        )
    )
    return True


MADE: Final = {Withdrawal: _take_back, Consent: _take_back, Hold: _hold}


async def _delete(writing: Writing, its_id: str, said: Said, *, sure: bool) -> str:
    """Take away exactly what went then, and all that is the person's in this older copy."""
    known = await writing.session.get(Decision, its_id)
    if known is not None and known.carried_out_at is not None:
        return "known"
    certificate = json.loads(said["certificate"])
    persons = [p for p in certificate["ids"]["persons"] if await writing.session.get(Person, p)]
    if not sure:
        await _restrict(writing, persons)
        return "shut"
    extent = await _extent(writing, certificate["ids"], persons)
    await erase(writing, await _visitor(writing, said["carried_out_by"]), extent)
    await _stub(writing, its_id, said)
    return "erased"


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
        "confirmed_at": _at(said["confirmed_at"]),
        "confirmed_by": await _account(writing, said["confirmed_by"]),
        "confirmed_extent": said["confirmed_extent"],
        "carried_out_at": _at(said["carried_out_at"]),
        "carried_out_by": await _account(writing, said["carried_out_by"]),
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
                proposed_at=_at(said["proposed_at"]),
                proposed_by=await _account(writing, said["proposed_by"]),
                **told,
            )
        )
    await writing.session.flush()


async def _restrict(writing: Writing, persons: Sequence[str]) -> None:
    await writing.session.execute(
        update(Person)
        .where(Person.id.in_(persons), Person.restricted_at.is_(None))
        .values(restricted_at=writing.now)
    )


async def _restrict_all(writing: Writing) -> int:
    await _restrict(writing, list(await writing.session.scalars(select(Person.id))))
    return int(await writing.session.scalar(select(func.count()).select_from(Person)) or 0)


async def _account(writing: Writing, user: str | None) -> str | None:
    """An account that was made after the backup is there again, closed: ids are never reused."""
    if user is not None and await writing.session.get(User, user) is None:
        writing.session.add(
            User(
                id=user,
                team=writing.team,
                login=f"{user}-lost",
                name=LOST,
                role=Role.CASEWORKER,
                password=NOBODY,
                password_temporary=True,
                active=False,
                closed_at=writing.now,
                failures=0,
                totp_step=0,
                created_at=writing.now,
            )
        )
        await writing.session.flush()
    return user


async def _visitor(writing: Writing, user: str) -> Visitor:
    await _account(writing, user)
    row = await writing.session.get_one(User, user)
    return Visitor(id=row.id, name=row.name, role=Role(row.role), team=row.team, secret="")


def _at(text: str | None) -> Any:
    return None if text is None else read_time(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
