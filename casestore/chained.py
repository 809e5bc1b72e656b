"""
A hash chain in the database: the head, its links, and the anchors that outlive a cut end.

`hold` locks the head. Every writing request that may add a link holds it first, so such requests
come one after another on both databases, and what one of them checked is still so when it adds.
The head is marked with the store's own key, so that nobody who can only write in the database
can make one: a head that is not ours is built upon, so that help does not stop, and never marked
again. The first link of each day anchors where the chain stood, for printing.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select

from casestore.canonical import NotCanonical, canonical
from casestore.chainrows import Anchor, HeadRow, LinkRow
from casestore.database import AnySession
from casestore.edge import Reading, Store, Writing
from casestore.hashchain import BEGINNING, Anchored, ChainVerdict, Head, Link, Walk, linked
from casestore.times import day_of, write_time

BATCH: Final = 1000
LINK: Final = ("n", "at", "prev", "event", "hash")

Rows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chained:
    """
    One chain: its name, and where its head and its links lie.

    `beside` are the columns that links are found by, each a copy of a member of the event.
    """

    name: str
    head: type[HeadRow]
    links: type[LinkRow]
    beside: Mapping[str, str] = field(default_factory=dict)

    async def hold(self, writing: Writing) -> Head:
        """Lock the head until this request is committed or undone."""
        row = await self._locked(writing)
        return Head(n=row.n, hash=row.hash)

    async def append(self, writing: Writing, event: dict[str, Any]) -> Link:
        """Add an event: ids, codes, counts, digests and times. No words, no alias, no name."""
        return (await self.append_all(writing, [event]))[0]

    async def append_all(self, writing: Writing, events: Sequence[dict[str, Any]]) -> list[Link]:
        """Add several, in order."""
        row = await self._locked(writing)
        before = Head(n=row.n, hash=row.hash)
        since = await self._since(writing.session)
        ours = self._marked(writing.store, before, since, row.mark)
        await self._anchor(writing, before)
        links, after = [], before
        for event in events:
            links.append(link := linked(after, at=write_time(writing.now), event=event))
            after = Head(n=link.n, hash=link.hash)
        writing.session.add_all([self._row_of(writing, link) for link in links])
        row.n, row.hash = after.n, after.hash
        # What somebody else has wound back or made up must not get our mark by being built upon.
        since = before.n if since is None else min(since, before.n)
        row.mark = self._mark(writing.store, after, since) if ours else None
        await writing.session.flush()
        return links

    async def verify(self, asking: Reading | Writing) -> ChainVerdict:
        """Follow every link from the beginning; compare with the anchors and with the head."""
        walk = await self._walked(asking.session)
        head = self.head
        told = await asking.session.execute(select(head.n, head.hash, head.mark).limit(2))
        rows = told.all()
        if len(rows) != 1:
            return walk.end(None, ours=False)
        end = Head(n=rows[0].n, hash=rows[0].hash)
        since = await self._since(asking.session)
        ours = self._marked(asking.store, end, since, rows[0].mark)
        return walk.end(end, ours=ours)

    async def stood(self, asking: Reading | Writing, told: Head) -> bool:
        """Say whether the chain is whole up to `told` (what somebody has on paper), and says so."""
        if told.n < 1:
            return told == Head()
        walk = await self._walked(asking.session, upto=told.n)
        return walk.broken is None and walk.head == told

    async def anchors(self, session: AnySession) -> list[Anchored]:
        """Give the anchors, the newest first."""
        found = await session.execute(
            select(Anchor.day, Anchor.n, Anchor.hash)
            .where(Anchor.chain == self.name)
            .order_by(Anchor.day.desc())
        )
        return [Anchored(day=row.day, n=row.n, hash=row.hash) for row in found]

    async def current(self, session: AnySession) -> Head:
        """Give the head without locking it."""
        row = (await session.execute(select(self.head.n, self.head.hash))).one()
        return Head(n=row.n, hash=row.hash)

    async def all(self, session: AnySession) -> AsyncIterator[Link]:
        """Give every link in order, some at a time."""
        async for rows in self._every(session):
            for row in rows:
                yield _link(row)

    async def some(self, session: AnySession, which: ColumnElement[bool]) -> list[Link]:
        """Give the links of a kind in order."""
        link = self.links
        rows = await session.execute(
            select(link.n, link.at, link.prev, link.event, link.hash).where(which).order_by(link.n)
        )
        return [_link(row) for row in rows]

    async def sign(self, writing: Writing, *, before: bool) -> None:
        """
        Mark a head that has none, when it is new; or from before heads were marked.

        `before` says that this store has never marked any. Else taking a mark away, and waiting
        for the store to start, would have anything at all marked as ours.
        """
        found = await writing.session.execute(select(self.head).with_for_update())
        row = found.scalar_one_or_none()
        if row is None or row.mark is not None or await self._since(writing.session) is not None:
            return
        link = await writing.session.scalar(select(self.links.n).limit(1))
        if before or (row.n, row.hash, link) == (0, BEGINNING, None):
            row.mark = self._mark(writing.store, Head(n=row.n, hash=row.hash), None)

    async def _walked(self, session: AnySession, *, upto: int | None = None) -> Walk:
        walk = Walk(await self.anchors(session) if upto is None else ())
        async for rows in self._every(session):
            # Off the loop: years of links take seconds, and others are being served meanwhile.
            if not await asyncio.to_thread(self._along, walk, rows, upto):
                break
        return walk

    def _along(self, walk: Walk, rows: Rows, upto: int | None) -> bool:
        """Take some steps; say whether to go on."""
        for row in rows:
            if not walk.step(_link(row), whole=self._whole(row)) or row.n == upto:
                return False
        return True

    async def _every(self, session: AnySession) -> AsyncIterator[Rows]:
        columns = [getattr(self.links, name) for name in (*LINK, *self.beside)]
        every = select(*columns).order_by(self.links.n).limit(BATCH)
        rows = (await session.execute(every)).all()
        while rows:
            yield rows
            rows = (await session.execute(every.where(self.links.n > rows[-1].n))).all()

    def _whole(self, row: Row[*tuple[Any, ...]]) -> bool:
        """Say whether the text is the very text hashed, and what lies beside it says the same."""
        link = _link(row)
        try:
            same = canonical(link.event).decode() == row.event
        except NotCanonical:
            return False
        told = row._mapping
        return same and all(
            told[column] == link.event.get(member) for column, member in self.beside.items()
        )

    def _row_of(self, writing: Writing, link: Link) -> LinkRow:
        return self.links(
            n=link.n,
            team=writing.team,
            at=link.at,
            prev=link.prev,
            event=canonical(link.event).decode(),
            hash=link.hash,
            **{column: link.event.get(member) for column, member in self.beside.items()},
        )

    async def _anchor(self, writing: Writing, head: Head) -> None:
        day = day_of(writing.now).isoformat()
        if await writing.session.get(Anchor, (self.name, day)) is None:
            writing.session.add(
                Anchor(chain=self.name, day=day, team=writing.team, n=head.n, hash=head.hash)
            )

    async def _since(self, session: AnySession) -> int | None:
        """Give the first link's number that is anchored: the mark vouches for it too."""
        return await session.scalar(select(func.min(Anchor.n)).where(Anchor.chain == self.name))

    async def _locked(self, writing: Writing) -> HeadRow:
        found = await writing.session.execute(
            select(self.head).with_for_update().execution_options(populate_existing=True)
        )
        return found.scalar_one()

    def _mark(self, store: Store, head: Head, since: int | None) -> bytes:
        said = f"{self.name}/{head.n}/{head.hash}/{since}"
        return hmac.digest(store.lookup, said.encode(), "sha256")

    def _marked(self, store: Store, head: Head, since: int | None, mark: bytes | None) -> bool:
        return mark is not None and hmac.compare_digest(mark, self._mark(store, head, since))


def _link(row: Row[*tuple[Any, ...]]) -> Link:
    return Link(n=row.n, at=row.at, prev=row.prev, event=_event(row.event), hash=row.hash)


def _event(text: str) -> dict[str, Any]:
    # An event that is no longer JSON is a broken link, not a crash: nothing hashes to it.
    try:
        event = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return {"unreadable": str(text)}
    return event if isinstance(event, dict) else {"unreadable": str(text)}
