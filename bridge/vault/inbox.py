"""
What has come in and is not yet worked on, each body under a key of its own.

That an event has been seen is remembered (as a keyed hash) after its body and key are gone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select, update

from bridge.ports import Arrived
from bridge.vault.several import insert_new
from bridge.vault.tables import inbox
from bridge.vault.work import NotHere, Work

NEW: Final = "new"
ASIDE: Final = "aside"
DONE: Final = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What an adapter hands over."""

    source: str
    event: str
    body: bytes = field(repr=False)


async def take_in(work: Work, letters: Sequence[Letter]) -> list[bool]:
    """Put letters on disk; for each, whether it came for the first time."""
    now = work.clock.now()
    keys = [work.keys.draw(work.mint.new("in")) for _ in letters]
    rows = [
        {
            "team": work.team,
            "id": key.owner,
            "source": letter.source,
            "event_mark": work.mark("event", letter.source, letter.event),
            "arrived_at": now,
            "state": NEW,
            "body": key.encrypt(letter.body, number=0, column="body"),
        }
        for key, letter in zip(keys, letters, strict=True)
    ]
    new = await insert_new(work.connection, inbox, rows)
    await work.keys.keep([key for key in keys if key.owner in new])
    return [key.owner in new for key in keys]


class SqlInbox:
    """
    `Inbox`, in order.

    A source that somebody is at work on is left alone until they are done: two processes
    that each took one of a youth's messages might otherwise put them in the wrong order.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    async def next(self, now: datetime) -> Arrived | None:
        busy: set[str] = set()
        while (row := await self._oldest(now, busy=busy)) is not None:
            if not self._work.shared:
                return await self._opened(row)
            if await self._work.alone(f"inbox/{row.source}"):
                row = await self._oldest(now, source=row.source)
                return None if row is None else await self._opened(row)
            busy.add(row.source)
        return None

    async def knows(self, source: str, event: str) -> bool:
        mark = self._work.mark("event", source, event)
        found = select(func.count()).where(
            self._work.ours(inbox), inbox.c.source == source, inbox.c.event_mark == mark
        )
        return bool(await self._work.count(found))

    async def done(self, event: str) -> None:
        await self._set(event, state=DONE, done_at=self._work.clock.now(), body=None)
        await self._work.keys.destroy(event)

    async def set_aside(self, event: str, reason: str) -> None:
        await self._set(event, state=ASIDE, reason=reason)

    async def stuck(self) -> Sequence[tuple[str, datetime, str]]:
        rows = await self._work.all(
            select(inbox.c.id, inbox.c.arrived_at, inbox.c.reason)
            .where(self._work.ours(inbox), inbox.c.state == ASIDE)
            .order_by(inbox.c.number)
        )
        return [(row.id, row.arrived_at, row.reason) for row in rows]

    async def drop(self, event: str) -> None:
        await self._set(event, ASIDE, state=DONE, done_at=self._work.clock.now(), body=None)
        await self._work.keys.destroy(event)

    async def again(self, event: str) -> None:
        await self._set(event, ASIDE, state=NEW, reason=None)

    async def waiting(self) -> int:
        return await self._work.count(
            select(func.count()).where(self._work.ours(inbox), inbox.c.state == NEW)
        )

    async def _oldest(
        self, now: datetime, *, busy: Collection[str] = (), source: str | None = None
    ) -> Row[Any] | None:
        found = (
            select(inbox.c.id, inbox.c.source, inbox.c.body, inbox.c.arrived_at)
            .where(self._work.ours(inbox), inbox.c.state == NEW, inbox.c.arrived_at <= now)
            .order_by(inbox.c.number)
            .limit(1)
        )
        if busy:
            found = found.where(inbox.c.source.not_in(busy))
        if source is not None:
            found = found.where(inbox.c.source == source)
        return await self._work.one(found)

    async def _opened(self, row: Row[Any]) -> Arrived:
        key = await self._work.keys.get(row.id)
        return Arrived(
            id=row.id,
            source=row.source,
            body=key.decrypt(row.body, number=0, column="body"),
            at=row.arrived_at,
        )

    async def _set(self, event: str, *only: str, **values: object) -> None:
        """`only`: the states it may be in; any, where none is named."""
        which = update(inbox).where(self._work.ours(inbox), inbox.c.id == event)
        if only:
            which = which.where(inbox.c.state.in_(only))
        changed = await self._work.run(which.values(**values))
        if changed.rowcount != 1:
            raise NotHere(event)
