"""«Ufordelt»: entries that are filed under an alias and not yet tied to a case, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from casestore.access.relations import entries_for
from casestore.access.rules import Action
from casestore.edge import Reading, Writing
from casestore.journal.rules import Age, age
from casestore.journal.tables import Entry
from casestore.places import Place
from casestore.transfers.tables import Transfer
from casestore.transfers.view import Row, shown
from casestore.users.sessions import Visitor

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Untied:
    """An entry without a case."""

    row: Row
    filed_at: datetime
    age: Age


async def unassigned(
    reading: Reading | Writing, who: Visitor, *, after: Place | None = None
) -> tuple[Sequence[Untied], Place | None]:
    """Give a page of the untied entries that this employee may open, and where the next begins."""
    wanted = (
        select(Entry.filed_at, Transfer)
        .join(Transfer, Transfer.conversation == Entry.conversation)
        .where(Entry.case.is_(None), entries_for(reading, who, Action.ENTRY_READ))
        .order_by(Entry.filed_at, Entry.conversation)
        .limit(PAGE + 1)
    )
    if after is not None:
        wanted = wanted.where(after.after(Entry.filed_at, Entry.conversation))
    found = (await reading.session.execute(wanted)).all()
    rows = await shown(reading, [transfer for _, transfer in found[:PAGE]])
    lines = [
        Untied(row=row, filed_at=filed_at, age=age(filed_at, reading.now))
        for row, (filed_at, _) in zip(rows, found, strict=False)
    ]
    more = len(found) > PAGE
    last = lines[-1] if more else None
    place = Place(at=last.filed_at, id=last.row.transfer.conversation) if last else None
    return lines, place
