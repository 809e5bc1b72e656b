"""
What is done with a row that the log outside tells of: one table.

Where the row is in the backup, it is brought to how it ended. Where it is not, it is made if it
closes something for somebody who is there.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from casestore.access.tables import Grant
from casestore.cases.tables import Share
from casestore.consents.tables import Consent, Withdrawal
from casestore.database import Table
from casestore.deletions.erasing import EMPTY
from casestore.deletions.tables import Hold
from casestore.edge import Writing
from casestore.joins.restored import close_join, close_unknown
from casestore.joins.tables import Join
from casestore.outside.kept import KEPT, mark
from casestore.people.finding import parts_of
from casestore.people.tables import Person, Tie
from casestore.people.tying import loosen
from casestore.threads.keys import fingerprint
from casestore.threads.tables import Thread
from casestore.times import read_time
from casestore.users.rules import Role
from casestore.users.tables import User

Said = Mapping[str, Any]
NOBODY: Final = "*"
"""A password's hash that no password has; the team leader, or a command, gives a new one."""
LOST: Final = "(konto fra etter sikkerhetskopien)"


async def close(writing: Writing, kind: str, its_id: str, said: Said) -> bool:
    """Close it again; whether it was open in the backup."""
    table = next(each for each in KEPT if each.__tablename__ == kind)
    row = await writing.session.get(table, its_id)
    if row is None:
        make = MADE.get(table)
        return make is not None and await make(writing, its_id, said)
    if isinstance(row, Join):
        return await close_join(writing, row, said)
    if isinstance(row, Tie):
        return await _untied(writing, row, said)
    return CLOSED[table](row, said)


def _person(row: Person, said: Said) -> bool:
    before, row.restricted_at = row.restricted_at, at(said["restricted_at"])
    return row.restricted_at != before


def _user(row: User, said: Said) -> bool:
    """As it ended; and a password, a factor or a tie that is not the last one opens nothing."""
    before = (row.role, row.active, row.employed_from, row.employed_until)
    row.role, row.active = said["role"], said["active"]
    row.employed_from, row.employed_until = (
        day(said["employed_from"]),
        day(said["employed_until"]),
    )
    row.closed_at = at(said["closed_at"])
    changed = before != (row.role, row.active, row.employed_from, row.employed_until)
    if mark(row.password) != said["password"]:
        row.password, row.password_temporary, changed = NOBODY, True, True
    if mark(row.totp) != said["totp"]:
        row.totp, row.totp_since, changed = None, None, True
    # A line from before there were ties says nothing of one, and there was none.
    if row.oidc_subject is not None and mark(row.oidc_subject) != said.get("oidc_subject"):
        row.oidc_subject, row.oidc_since, changed = None, None, True
    return changed


def _ended(row: Grant | Share, said: Said) -> bool:
    if row.ended_at is not None:
        return False
    row.ended_at, row.ended_by = at(said["ended_at"]), row.made_by
    return True


async def _untied(writing: Writing, row: Tie, said: Said) -> bool:
    """As when it was untied: the thread is nobody's, and what was filed from it is *ufordelt*."""
    if row.broken_at is not None or said["broken_at"] is None:
        return False
    row.broken_at, row.broken_by = at(said["broken_at"]), row.made_by
    person = await writing.session.get_one(Person, row.person)
    await loosen(writing, row.thread, await parts_of(writing, person))
    return True


def _lifted(row: Hold, said: Said) -> bool:
    before, row.lifted_at = row.lifted_at, at(said["lifted_at"])
    row.lifted_by = said["lifted_by"] and row.made_by
    return row.lifted_at != before


CLOSED: Final[Mapping[type[Table], Callable[[Any, Said], bool]]] = {
    Person: _person,
    User: _user,
    Grant: _ended,
    Share: _ended,
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
            answered_at=at(said["answered_at"]),
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
            made_at=at(said["made_at"]),
            made_by=await account(writing, said["made_by"]),
            lifted_at=at(said["lifted_at"]),
            lifted_by=await account(writing, said["lifted_by"]),
        )
    )
    return True


MADE: Final = {
    Withdrawal: _take_back,
    Consent: _take_back,
    Hold: _hold,
    Join: close_unknown,
}


async def account(writing: Writing, user: str | None) -> str | None:
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


def at(text: str | None) -> Any:
    """Read a moment that may be none; what the column takes."""
    return None if text is None else read_time(text)


def day(text: str | None) -> date | None:
    """Read a day that may be none."""
    return None if text is None else date.fromisoformat(text)
