"""
Marking what was filed before there were marks, when the store opens: then search is never partial.

What is filed now is marked in its own transaction, so that this finds nothing from then on.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute

from casestore.edge import Store, Writing
from casestore.journal.additions import mark_addition
from casestore.journal.tables import Addition, Entry
from casestore.keyring import Unreadable
from casestore.search.marking import mark_entry
from casestore.search.tables import Mark

BATCH: Final = 200

Text = TypeVar("Text", Entry, Addition)


async def mark_what_is_not(store: Store) -> int:
    """Mark what has no marks, some in each transaction; give how much."""
    entries = await _mark_all(store, Entry, Entry.conversation, mark_entry)
    return entries + await _mark_all(store, Addition, Addition.id, mark_addition)


async def _mark_all(
    store: Store,
    table: type[Text],
    its_id: InstrumentedAttribute[str],
    marks: Callable[[Writing, Text], Awaitable[object]],
) -> int:
    after, marked = "", 0
    while some := await _unmarked(store, its_id, after):
        async with store.database.writing() as session:
            writing = Writing(session=session, store=store, now=store.clock())
            for row in await session.scalars(select(table).where(its_id.in_(some))):
                # What cannot be read cannot be found either, and is no reason not to open.
                with suppress(Unreadable):
                    marked += await marks(writing, row) is not False
        after = some[-1]
    return marked


async def _unmarked(store: Store, its_id: InstrumentedAttribute[str], after: str) -> list[str]:
    marks = exists(select(Mark.of).where(Mark.of == its_id))
    async with store.database.reading() as session:
        found = await session.scalars(
            select(its_id).where(its_id > after, ~marks).order_by(its_id).limit(BATCH)
        )
        return list(found)
