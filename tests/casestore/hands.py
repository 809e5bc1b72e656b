"""Somebody with the whole database in their hands, and every trigger switched off."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from casestore.audit.chain import AUDIT, note
from casestore.chained import Chained
from casestore.hashchain import ChainVerdict, Why
from casestore.transfers.chain import TRANSFERS, append
from tests.casestore.stage import Stage

LAST: Final = 12
DAYS: Final = 4
A_DAY: Final = LAST // DAYS
CHAINS: Final = (AUDIT, TRANSFERS)
Rows = list[dict[str, Any]]


@pytest.fixture(params=CHAINS, ids=lambda chain: str(chain.name))
def chain(request: pytest.FixtureRequest) -> Chained:
    found: Chained = request.param
    return found


async def filled(stage: Stage) -> None:
    """Twelve links on four days, in both chains."""
    for number in range(LAST):
        async with stage.writing() as writing:
            await append(writing, {"kind": "tied", "conversation": f"c_{number}", "by": "e_1"})
            await note(writing, "case.read", by="e_1", of=f"case_{number}", count=number)
        if number % A_DAY == A_DAY - 1:
            stage.clock.move(timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The attacker's: one chain's three tables, as they lie."""

    chain: Chained
    connection: AsyncConnection

    async def rows(self, table: str) -> Rows:
        mine = " WHERE chain = :chain" if table == "chain_anchors" else ""
        order = {"chain_anchors": "day"}.get(table, "n")
        said = text(f'SELECT * FROM "{table}"{mine} ORDER BY {order}')  # noqa: S608
        found = await self.connection.execute(said, {"chain": self.chain.name} if mine else {})
        return [dict(row) for row in found.mappings()]

    async def put(self, table: str, rows: Rows) -> None:
        """Put these rows in the place of those that are there."""
        mine = " WHERE chain = :chain" if table == "chain_anchors" else ""
        said = text(f'DELETE FROM "{table}"{mine}')  # noqa: S608
        await self.connection.execute(said, {"chain": self.chain.name} if mine else {})
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join(f":{name}" for name in row)
            said = text(f'INSERT INTO "{table}" ({names}) VALUES ({marks})')  # noqa: S608
            await self.connection.execute(said, row)

    @property
    def links(self) -> str:
        return str(self.chain.links.__tablename__)

    @property
    def head(self) -> str:
        return str(self.chain.head.__tablename__)


@asynccontextmanager
async def hands_on(stage: Stage, chain: Chained) -> AsyncIterator[Hands]:
    """The database without its triggers."""
    tables = (chain.links.__tablename__, chain.head.__tablename__, "chain_anchors")
    async with stage.store.database.migrating() as connection:
        if connection.dialect.name == "sqlite":
            named = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            for name, table in (await connection.execute(text(named))).all():
                if table in tables:
                    await connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            for table in tables:
                await connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
        yield Hands(chain=chain, connection=connection)


async def verdict(stage: Stage, chain: Chained) -> ChainVerdict:
    async with stage.reading() as reading:
        return await chain.verify(reading)


async def found(stage: Stage, chain: Chained) -> tuple[int | None, Why | None]:
    told = await verdict(stage, chain)
    return told.broken_at, told.why


async def change(stage: Stage, chain: Chained, n: int, **changed: Any) -> None:
    async with hands_on(stage, chain) as hands:
        rows = [row | changed if row["n"] == n else row for row in await hands.rows(hands.links)]
        await hands.put(hands.links, rows)


async def cut(hands: Hands, last: int, *, anchors: bool, head: Mapping[str, Any]) -> None:
    """Everything after link `last` never was; `head` is what becomes of the head."""
    rows = await hands.rows(hands.links)
    await hands.put(hands.links, rows[:last])
    if head:
        now = (await hands.rows(hands.head))[0] | dict(head)
        await hands.put(hands.head, [now])
    if anchors:
        kept = [row for row in await hands.rows("chain_anchors") if row["n"] < last]
        await hands.put("chain_anchors", kept)


WHERE: Final[Mapping[str, tuple[int, Why]]] = {
    "last removed": (9, Why.ANCHOR),
    "first removed": (LAST + 1, Why.SEAL),
    "all removed": (LAST + 1, Why.SEAL),
    "first hash": (1, Why.ANCHOR),
    "beyond the end": (LAST + 1, Why.END),
    "before the beginning": (1, Why.ANCHOR),
}


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(row["event"])
    return event
