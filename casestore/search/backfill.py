"""
Marking what was filed before there were marks, when the store opens: then search is never partial.

What is filed now is marked in its own transaction, so that this finds nothing from then on.
"""

from typing import Final

from sqlalchemy import exists, select

from casestore.edge import Store, Writing
from casestore.journal.tables import Entry
from casestore.keyring import Unreadable
from casestore.search.marking import mark_entry
from casestore.search.tables import Mark

BATCH: Final = 200


async def mark_what_is_not(store: Store) -> int:
    """Mark the transcripts that have no marks, some in each transaction; give how many."""
    after, marked = "", 0
    while some := await _unmarked(store, after):
        async with store.database.writing() as session:
            writing = Writing(session=session, store=store, now=store.clock())
            for entry in await session.scalars(select(Entry).where(Entry.conversation.in_(some))):
                marked += await _marked(writing, entry)
        after = some[-1]
    return marked


async def _unmarked(store: Store, after: str) -> list[str]:
    marks = exists(select(Mark.of).where(Mark.of == Entry.conversation))
    async with store.database.reading() as session:
        found = await session.scalars(
            select(Entry.conversation)
            .where(Entry.conversation > after, ~marks)
            .order_by(Entry.conversation)
            .limit(BATCH)
        )
        return list(found)


async def _marked(writing: Writing, entry: Entry) -> bool:
    # What cannot be read cannot be found either, and is no reason not to open.
    try:
        await mark_entry(writing, entry)
    except Unreadable:
        return False
    return True
