"""What the case store holds, opened with its own keys, as only a test may."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.engine import make_url
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from bridge.ports import Clock
from casestore.cases.tables import Case
from casestore.consents.tables import Consent, Withdrawal
from casestore.contacts.tables import Contact
from casestore.edge import Reading
from casestore.journal.read_back import stored_document
from casestore.journal.staged import opened
from casestore.journal.tables import Attachment, Entry
from casestore.keyring import unseal
from casestore.opening import opened_store
from casestore.settings import Settings
from casestore.stuck.tables import Stuck
from casestore.tasks.tables import Task
from casestore.threads.keys import known_key
from tests.support.record_app import record_app

Evidence = Mapping[str, Any]
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class RecordSeen:
    settings: Settings
    clock: Clock

    async def consents(self, thread: str) -> Sequence[Evidence]:
        """Every yes of a youth's with its evidence, oldest first."""
        return await self._evidence(Consent, "consents", thread)

    async def withdrawals(self, thread: str) -> Sequence[Evidence]:
        return await self._evidence(Withdrawal, "withdrawals", thread)

    async def _evidence(
        self, table: type[Consent] | type[Withdrawal], name: str, thread: str
    ) -> Sequence[Evidence]:
        async with self._reading() as reading:
            found = (
                select(table.id, table.evidence)
                .where(table.thread == thread)
                .order_by(table.answered_at)
            )
            rows = (await reading.session.execute(found)).all()
            if not rows:
                return []
            key = await known_key(reading, f"thread:{thread}")
            return [
                {"id": its_id, **json.loads(unseal(key, sealed, bound_to=f"{name}/{its_id}"))}
                for its_id, sealed in rows
            ]

    async def transcript(self, conversation: str) -> Mapping[str, Any] | None:
        """What is in the journal of a conversation; None if nothing is."""
        async with self._reading() as reading:
            entry = await reading.session.get(Entry, conversation)
            return None if entry is None else await stored_document(reading, entry)

    async def said(self, conversation: str, by: str = "youth") -> Sequence[str]:
        """The words of one side in the journal."""
        found = await self.transcript(conversation)
        messages = found["messages"] if found else []
        return [m["text"] for m in messages if m["by"] == by]

    async def case(self, conversation: str) -> str | None:
        """The number of the case an entry is tied to."""
        async with self._reading() as reading:
            entry = await reading.session.get_one(Entry, conversation)
            if entry.case is None:
                return None
            return (await reading.session.get_one(Case, entry.case)).number

    async def file(self, conversation: str) -> bytes:
        """The one file of a conversation, as it lies in the journal."""
        async with self._reading() as reading:
            entry = await reading.session.get_one(Entry, conversation)
            found = select(Attachment).where(Attachment.conversation == conversation)
            return await opened(reading, (await reading.session.scalars(found)).one(), entry)

    async def contacts(self) -> int:
        async with self._reading() as reading:
            return len(list(await reading.session.scalars(select(Contact))))

    async def tasks(self, thread: str) -> Sequence[str]:
        """What kinds of task wait for the team leader about a youth."""
        async with self._reading() as reading:
            found = select(Task).where(Task.thread == thread).order_by(Task.opened_at)
            return [row.kind for row in await reading.session.scalars(found)]

    async def stuck(self, kind: str) -> int:
        async with self._reading() as reading:
            found = select(Stuck).where(Stuck.kind == kind, Stuck.resolved_at.is_(None))
            return len(list(await reading.session.scalars(found)))

    def flips_a_byte(self, conversation: str) -> None:
        """Damage what is stored of a conversation, as a failing disk would (SQLite only)."""
        path = make_url(self.settings.database_url).database
        with closing(sqlite3.connect(path or "")) as disk, disk:
            (words,) = disk.execute(
                "SELECT words FROM journal_messages WHERE conversation = ? AND position = 0",
                (conversation,),
            ).fetchone()
            broken = bytes([words[0] ^ 1]) + words[1:-1] + bytes([words[-1] ^ 1])
            disk.execute(
                "UPDATE journal_messages SET words = ? WHERE conversation = ? AND position = 0",
                (broken, conversation),
            )

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Reading]:
        async with (
            opened_store(self.settings, self.clock.now) as store,
            store.database.reading() as session,
        ):
            yield Reading(session=session, store=store, now=self.clock.now())


class Meddling:
    """The case store's own application, with something done, or said, in its place."""

    def __init__(self, stage_store: Settings, clock: Clock) -> None:
        self._app = record_app(stage_store, clock.now)
        self.after: dict[tuple[str, str], Callable[[], None]] = {}
        """What happens once such a call has been answered: (method, end of the path)."""
        self.instead: dict[tuple[str, str], Mapping[str, Any]] = {}
        """What is answered instead, with 200."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = str(scope.get("method", "")), str(scope.get("path", ""))
        if (answer := self._found(self.instead, call)) is not None:
            return await JSONResponse(dict(answer))(scope, receive, send)
        await self._app(scope, receive, send)
        if (happens := self._found(self.after, call)) is not None:
            happens()
        return None

    def _found(self, told: Mapping[tuple[str, str], Told], call: tuple[str, str]) -> Told | None:
        return next(
            (t for (m, end), t in told.items() if m == call[0] and call[1].endswith(end)), None
        )
