"""
What the framework and group commit can do alone: no secret, no keys, no words understood.

The same web framework as Utebru's, the raw body, the same drivers, and one insert for all that
has gathered while the last commit ran.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiosqlite
import psycopg
from fastapi import FastAPI, Request, Response
from sqlalchemy.engine import make_url

from benchmarks.bodies import TELEGRAM_PATH
from benchmarks.contestants import DATABASE, listen, run
from benchmarks.durability import told_by

TABLE = "CREATE TABLE IF NOT EXISTS letters (event bigint PRIMARY KEY, body {bytes} NOT NULL)"


Row = tuple[int] | tuple[int, bytes]


class Lite:
    insert = "INSERT INTO letters VALUES (?, ?) ON CONFLICT DO NOTHING"
    remove = "DELETE FROM letters WHERE event = ?"

    async def open(self) -> None:
        self._db = await aiosqlite.connect(make_url(DATABASE).database or "", isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = full"):
            await self._db.execute(f"PRAGMA {pragma}")
        await self._db.execute(TABLE.format(bytes="blob"))
        await told_by(self._ask, "sqlite")

    async def _ask(self, question: str) -> Any:
        row = await (await self._db.execute(question)).fetchone()
        return None if row is None else row[0]

    async def write(self, statement: str, rows: list[Row]) -> None:
        await self._db.execute("BEGIN IMMEDIATE")
        await self._db.executemany(statement, rows)
        await self._db.execute("COMMIT")


class Postgres:
    insert = "INSERT INTO letters VALUES (%s, %s) ON CONFLICT DO NOTHING"
    remove = "DELETE FROM letters WHERE event = %s"

    async def open(self) -> None:
        url = make_url(DATABASE).set(drivername="postgresql")
        self._db = await psycopg.AsyncConnection.connect(
            url.render_as_string(hide_password=False), autocommit=True
        )
        await self._db.execute(TABLE.format(bytes="bytea").encode())
        await told_by(self._ask, "postgresql")

    async def _ask(self, question: str) -> Any:
        row = await (await self._db.execute(question.encode())).fetchone()
        return None if row is None else row[0]

    async def write(self, statement: str, rows: list[Row]) -> None:
        async with self._db.transaction(), self._db.cursor() as cursor:
            await cursor.executemany(statement.encode(), rows)


class Gathering:
    """
    `write`: what is done with all the rows that have gathered. `turn`: whoever else writes on the
    same connection has the same one.
    """

    def __init__(
        self, write: Callable[[list[Row]], Awaitable[None]], turn: asyncio.Lock | None = None
    ) -> None:
        self._write_all, self._turn = write, turn or asyncio.Lock()
        self._waiting: list[tuple[Row, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def accept(self, row: Row) -> None:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await answer

    async def _write(self) -> None:
        while self._waiting:
            async with self._turn:
                taken, self._waiting = self._waiting[:100], self._waiting[100:]
                await self._write_all([row for row, _ in taken])
            for _, answer in taken:
                answer.set_result(None)


async def opened() -> Lite | Postgres:
    store = Lite() if DATABASE.startswith("sqlite") else Postgres()
    await store.open()
    return store


async def main() -> None:
    store = await opened()
    gathering, web = Gathering(partial(store.write, store.insert)), FastAPI()

    @web.post(TELEGRAM_PATH)
    async def accept(request: Request) -> Response:
        body = await request.body()
        await gathering.accept((json.loads(body)["update_id"], body))
        return Response()

    await listen(web)


if __name__ == "__main__":
    run(main)
