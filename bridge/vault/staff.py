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
        row = await self._work.one(
            select(staff)
            .where(self._work.ours(staff), staff.c.user == user)
            .order_by(staff.c.active.desc(), staff.c.id)
            .limit(1)
        )
        return None if row is None else _employee(row)

    async def all(self) -> Sequence[Employee]:
        if self._everybody is None:
            rows = await self._work.all(EVERYBODY, self._work.our())
            self._everybody = [_employee(row) for row in rows]
        return self._everybody


def _employee(row: Row[Any]) -> Employee:
    return Employee(id=row.id, role=row.role, active=row.active, user=row.user)
