"""
What has come in and is not yet worked on, each body under a key of its own.

That an event has been seen is remembered (as a keyed hash) after its body and key are gone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, Row, bindparam, func, select, update

from bridge.ports import Arrived
from bridge.vault.keys import DataKey
from bridge.vault.several import insert_new
from bridge.vault.tables import inbox
from bridge.vault.work import NotHere, Work, our

NEW: Final = "new"
ASIDE: Final = "aside"
DONE: Final = "done"

OLDEST: Final = (
    select(inbox.c.id, inbox.c.source, inbox.c.body, inbox.c.arrived_at)
    .where(our(inbox), inbox.c.state == NEW, inbox.c.arrived_at <= bindparam("now"))
    .order_by(inbox.c.number)
    .limit(bindparam("at_most", type_=Integer))
)
FINISH: Final = update(inbox).where(our(inbox), inbox.c.id.in_(bindparam("events", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What an adapter hands over."""

    source: str
    event: str
    body: bytes = field(repr=False)


def drawn(work: Work, letters: Sequence[Letter]) -> tuple[list[DataKey], list[dict[str, Any]]]:
    """
    A key for each letter, which lies nowhere yet, and its row, encrypted under it.

    Their ids begin alike, so that those which come together lie together in every index. An
    id drawn for each would touch as many pages of an index as there are letters.
    """
    now, alike = work.clock.now(), work.mint.new("in")
    keys = [work.keys.draw(f"{alike}_{nth}") for nth in range(len(letters))]
    marks = work.marks("event", [(letter.source, letter.event) for letter in letters])
    return keys, [
        {
            "team": work.team,
            "id": key.owner,
            "source": letter.source,
            "event_mark": mark,
            "arrived_at": now,
            "state": NEW,
            "body": key.encrypt(letter.body, number=0, column="body"),
        }
        for key, mark, letter in zip(keys, marks, letters, strict=True)
    ]


async def take_in(work: Work, letters: Sequence[Letter]) -> list[bool]:
    """Put letters on disk; for each, whether it came for the first time."""
    keys, rows = drawn(work, letters)
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

    async def next(self, now: datetime, *, limit: int = 1) -> Sequence[Arrived]:
        busy: set[str] = set()
        while rows := await self._oldest(now, limit, besides=busy):
            if not self._work.shared:
                return await self._opened(rows)
            sources = dict.fromkeys(row.source for row in rows)
            free = {name for name in sources if await self._work.alone(f"inbox/{name}")}
            if free:
                return await self._opened(await self._oldest(now, limit, of=free))
            busy |= sources.keys()
        return ()

    async def knows(self, source: str, event: str) -> bool:
        mark = self._work.mark("event", source, event)
        found = select(func.count()).where(
            self._work.ours(inbox), inbox.c.source == source, inbox.c.event_mark == mark
        )
        return bool(await self._work.count(found))

    async def done(self, *events: str) -> None:
        values = {"state": DONE, "done_at": self._work.clock.now(), "body": None}
        changed = await self._work.run(FINISH, self._work.our(events=list(events), **values))
        if changed.rowcount != len(events):
            raise NotHere(", ".join(events))
        await self._work.keys.destroy_all(events)

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
        self,
        now: datetime,
        limit: int,
        *,
        besides: Collection[str] = (),
        of: Collection[str] = (),
    ) -> list[Row[Any]]:
        found = OLDEST
        if besides:
            found = found.where(inbox.c.source.not_in(besides))
        if of:
            found = found.where(inbox.c.source.in_(of))
        return await self._work.all(found, self._work.our(now=now, at_most=limit))

    async def _opened(self, rows: Sequence[Row[Any]]) -> Sequence[Arrived]:
        await self._work.keys.hold(row.id for row in rows)
        return [
            Arrived(
                id=row.id,
                source=row.source,
                body=(await self._work.keys.get(row.id)).decrypt(row.body, number=0, column="body"),
                at=row.arrived_at,
            )
            for row in rows
        ]

    async def _set(self, event: str, *only: str, **values: object) -> None:
        """`only`: the states it may be in; any, where none is named."""
        which = update(inbox).where(self._work.ours(inbox), inbox.c.id == event)
        if only:
            which = which.where(inbox.c.state.in_(only))
        changed = await self._work.run(which.values(**values))
        if changed.rowcount != 1:
            raise NotHere(event)
