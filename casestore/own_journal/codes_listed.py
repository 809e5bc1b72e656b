"""
«Koder til Min journal»: every code the team has made, who made it, and when it was used.

For whoever looks after the others. It names no youth: who may read of them gets a link.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse

from casestore.access.asking import AccessList
from casestore.access.relations import persons_for
from casestore.access.rules import Action
from casestore.edge import Reading, ReadingNow
from casestore.own_journal.rules import IDENTITY
from casestore.own_journal.tables import JournalCode
from casestore.people.tables import Person
from casestore.routing import Late
from casestore.templating import page
from casestore.users.sessions import Visitor
from casestore.users.tables import User

router = APIRouter(route_class=Late)

SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One code; `person` is empty for who may not read of them. `after` is how long it waited."""

    made_at: datetime
    by: str
    identity: str
    person: str
    used_at: datetime | None
    after: timedelta | None
    waits: bool


@router.get("/journal-codes")
async def codes_page(request: Request, who: AccessList, reading: ReadingNow) -> HTMLResponse:
    """Show the codes, the newest first."""
    lines = await codes_made(reading, who)
    return page(request, "journal_codes.html", who=who, codes=lines, shown=SHOWN)


async def codes_made(reading: Reading, who: Visitor) -> list[CodeLine]:
    """Give the team's newest codes. One that was never used is gone when the next is made."""
    rows = await reading.session.execute(
        select(JournalCode, User.name)
        .join(User, User.id == JournalCode.made_by)
        .where(JournalCode.team == who.team)
        .order_by(JournalCode.made_at.desc())
        .limit(SHOWN)
    )
    found = rows.all()
    theirs = Person.id.in_({row.person for row, _ in found})
    seen = set(
        await reading.session.scalars(
            select(Person.id).where(theirs, persons_for(reading, who, Action.PERSON_READ))
        )
    )
    return [
        CodeLine(
            made_at=row.made_at,
            by=name,
            identity=IDENTITY.get(row.identity, row.identity),
            person=row.person if row.person in seen else "",
            used_at=row.used_at,
            after=None if row.used_at is None else row.used_at - row.made_at,
            waits=row.used_at is None and reading.now < row.expires_at,
        )
        for row, name in found
    ]
