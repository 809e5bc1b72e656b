"""One transaction, and what everything in it shares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Executable,
    Row,
    Table,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.ports import Clock, KeyRing, Mint
from bridge.vault.foreseen import Foreseen
from bridge.vault.keys import DataKeys
from bridge.vault.later import Later
from bridge.vault.met import Met

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Values = Mapping[str, object] | Sequence[Mapping[str, object]]


def our(table: Table) -> ColumnElement[bool]:
    """
    For a statement that is made once and used again and again, with `Work.our` for its values.

    To put one together and to find it again costs more than to have it answered
    (docs/decisions/0028), so those that every message needs are made once.
    """
    mine: ColumnElement[bool] = table.c.team == bindparam("our_team")
    return mine


class NotHere(KeyError):
    """There is no such row, or no longer; the message is its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """
    One transaction of one team.

    Locks on PostgreSQL are taken in this order, so that no two wait for each other: a source
    of events, a youth's thread, everything else. On SQLite there is one writer at a time.
    """

    connection: AsyncConnection
    keys: DataKeys
    ring: KeyRing
    clock: Clock
    mint: Mint
    team: str
    met: Met = field(default_factory=Met, repr=False)
    later: Later = field(default_factory=Later, repr=False)
    foreseen: Foreseen = field(default_factory=Foreseen, repr=False)

    @property
    def shared(self) -> bool:
        """Whether others may be writing at the same time."""
        return self.connection.dialect.name == "postgresql"

    async def run(
        self, statement: Executable, values: Values | None = None, *, told: bool = False
    ) -> CursorResult[Any]:
        """For what changes rows. `told`: those that were found before have been forgotten."""
        if not told:
            self.foreseen.forget()
        return await self._told(statement, values)

    async def one(self, statement: Executable, values: Values | None = None) -> Row[Any] | None:
        return (await self._told(statement, values)).one_or_none()

    async def all(self, statement: Executable, values: Values | None = None) -> list[Row[Any]]:
        return list((await self._told(statement, values)).all())

    async def scalar(self, statement: Executable, values: Values | None = None) -> Any:
        return (await self._told(statement, values)).scalar()

    async def _told(self, statement: Executable, values: Values | None) -> CursorResult[Any]:
        """What is yet to be written is written first, so that it is seen."""
        if self.later:
            await self.later.write(self.connection)
        return await self.connection.execute(statement, values)

    def our(self, **values: object) -> dict[str, object]:
        """Values for a statement that was made with `our`."""
        return {"our_team": self.team, **values}

    async def count(self, statement: Executable) -> int:
        return int(await self.scalar(statement) or 0)

    def ours(self, table: Table) -> ColumnElement[bool]:
        own: ColumnElement[bool] = table.c.team == self.team
        return own

    def insert_once(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """An insert that does nothing where the row is there already."""
        if self.shared:
            from sqlalchemy.dialects import postgresql  # takes memory that SQLite does not need

            return postgresql.insert(table).on_conflict_do_nothing()
        return sqlite.insert(table).on_conflict_do_nothing()

    def mark(self, kind: str, *parts: str) -> str:
        """A keyed hash under which something can be found again."""
        return self.marks(kind, [parts])[0]

    def marks(self, kind: str, of: Iterable[Sequence[str]]) -> list[str]:
        """`mark` of each."""
        return self.ring.fingerprints(["\0".join((kind, *parts)) for parts in of])

    async def alone(self, name: str) -> bool:
        """Try to be the only one at `name` until the transaction ends; never waits."""
        if not self.shared:
            return True
        number = sha256(f"{self.team}\0{name}".encode()).digest()[:8]
        lock = func.pg_try_advisory_xact_lock(int.from_bytes(number, signed=True))
        return bool(await self.connection.scalar(select(lock)))
