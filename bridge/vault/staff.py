"""Who works here, as the case store last told; replaced whole."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select

from bridge.ports import Employee
from bridge.vault.tables import staff
from bridge.vault.work import Work, our

EVERYBODY: Final = select(staff).where(our(staff)).order_by(staff.c.id)


class SqlStaff:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._everybody: Sequence[Employee] | None = None

    async def replace(self, employees: Sequence[Employee]) -> None:
        self._everybody = None
        await self._work.run(delete(staff).where(self._work.ours(staff)))
        rows = [
            {
                "team": self._work.team,
                "id": e.id,
                "role": e.role,
                "active": e.active,
                "user": e.user,
            }
            for e in employees
        ]
        if rows:
            await self._work.connection.execute(insert(staff), rows)

    async def by_user(self, user: str) -> Employee | None:
        """Of two who have had the same one, whoever works here still."""
        theirs = [each for each in await self.all() if each.user == user]
        return min(theirs, key=lambda each: not each.active, default=None)

    async def all(self) -> Sequence[Employee]:
        if self._everybody is None:
            rows = await self._work.all(EVERYBODY, self._work.our())
            self._everybody = [_employee(row) for row in rows]
        return self._everybody


def _employee(row: Row[Any]) -> Employee:
    return Employee(id=row.id, role=row.role, active=row.active, user=row.user)
