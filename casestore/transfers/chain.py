"""
The hash chain in the database.

`hold` locks the head. Every writing request that may add a link holds it first, so such requests
come one after another on both databases, and what one of them checked is still so when it adds.
"""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from casestore.canonical import canonical
from casestore.database import AnySession
from casestore.edge import Writing
from casestore.times import write_time
from casestore.transfers.links import ChainVerdict, Head, Link, follows, linked
from casestore.transfers.tables import ChainEvent, ChainHead

BATCH: Final = 1000


async def hold(writing: Writing) -> Head:
    """Lock the head until this request is committed or undone."""
    row = await _locked(writing)
    return Head(n=row.n, hash=row.hash)


async def append(writing: Writing, event: dict[str, Any]) -> Link:
    """Add an event. `event` holds ids, codes, counts, digests and times: no words, no alias."""
    row = await _locked(writing)
    link = linked(Head(n=row.n, hash=row.hash), at=write_time(writing.now), event=event)
    writing.session.add(
        ChainEvent(
            n=link.n,
            team=writing.team,
            at=link.at,
            prev=link.prev,
            event=canonical(event).decode(),
            hash=link.hash,
            conversation=event.get("conversation"),
        )
    )
    row.n, row.hash = link.n, link.hash
    await writing.session.flush()
    return link


async def verify_chain(session: AnySession) -> ChainVerdict:
    """Follow every link from the beginning and compare the last with the head."""
    head = Head()
    async for link in links(session):
        if not follows(link, after=head):
            return ChainVerdict(count=head.n, head=head.hash, broken_at=link.n)
        head = Head(n=link.n, hash=link.hash)
    told = await current(session)
    broken = None if told == head else min(told.n, head.n) + 1
    return ChainVerdict(count=head.n, head=head.hash, broken_at=broken)


async def current(session: AnySession) -> Head:
    """Give the head without locking it."""
    row = (await session.execute(select(ChainHead.n, ChainHead.hash))).one()
    return Head(n=row.n, hash=row.hash)


async def links(session: AnySession) -> AsyncIterator[Link]:
    """Give every link in order, some at a time."""
    after = -1
    while batch := await _links(session, ChainEvent.n > after, at_most=BATCH):
        for link in batch:
            yield link
        after = batch[-1].n


async def links_of(session: AnySession, conversation: str) -> list[Link]:
    """Give the links of one conversation in order."""
    return await _links(session, ChainEvent.conversation == conversation, at_most=None)


async def _links(
    session: AnySession, which: ColumnElement[bool], *, at_most: int | None
) -> list[Link]:
    rows = await session.execute(
        select(ChainEvent.n, ChainEvent.at, ChainEvent.prev, ChainEvent.event, ChainEvent.hash)
        .where(which)
        .order_by(ChainEvent.n)
        .limit(at_most)
    )
    return [
        Link(n=n, at=at, prev=prev, event=_event(event), hash=own)
        for n, at, prev, event, own in rows
    ]


def _event(text: str) -> dict[str, Any]:
    # An event that is no longer JSON is a broken link, not a crash: nothing hashes to it.
    try:
        event = json.loads(text)
    except ValueError:
        return {"unreadable": text}
    return event if isinstance(event, dict) else {"unreadable": text}


async def _locked(writing: Writing) -> ChainHead:
    found = await writing.session.execute(
        select(ChainHead).with_for_update().execution_options(populate_existing=True)
    )
    return found.scalar_one()
