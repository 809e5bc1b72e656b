"""The incidents as the team leader sees them: where each one's clock stands, open ones first."""

from dataclasses import dataclass

from sqlalchemy import func, select

from casestore.edge import Reading, Writing
from casestore.incidents.rules import Deadline, deadline
from casestore.incidents.tables import Affected, Incident
from casestore.users.sessions import Visitor
from casestore.users.tables import User


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident without its words."""

    row: Incident
    by: str
    affected: int
    clock: Deadline


async def incidents(
    asking: Reading | Writing, who: Visitor, *, at_most: int | None = 500
) -> list[IncidentLine]:
    """Give the team's incidents: the open ones first, the one that was found first on top."""
    counts = (
        select(Affected.incident, func.count().label("count"))
        .group_by(Affected.incident)
        .subquery()
    )
    rows = await asking.session.execute(
        select(Incident, User.name, func.coalesce(counts.c.count, 0))
        .outerjoin(User, User.id == Incident.written_by)
        .outerjoin(counts, counts.c.incident == Incident.id)
        .where(Incident.team == who.team)
        .order_by(Incident.closed_at.is_not(None), Incident.closed_at.desc(), Incident.found_at)
        .limit(at_most)
    )
    return [
        IncidentLine(row=row, by=name or row.written_by, affected=count, clock=clock(asking, row))
        for row, name, count in rows
    ]


def clock(asking: Reading | Writing, incident: Incident) -> Deadline:
    """Say where the 72 hours of an incident stand."""
    return deadline(
        severity=incident.severity,
        found_at=incident.found_at,
        told_at=incident.authority_told_at,
        closed=incident.closed_at is not None,
        now=asking.now,
    )
