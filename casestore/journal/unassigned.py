"""«Ufordelt»: entries that are filed under an alias and not yet tied to a case, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casestore.access.relations import entries_for
from casestore.access.rules import Action
from casestore.edge import Reading
from casestore.journal.rules import Age, age
from casestore.journal.tables import Entry
from casestore.transfers.tables import Transfer
from casestore.transfers.view import Row, shown
from casestore.users.sessions import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Untied:
    """An entry without a case."""

    row: Row
    filed_at: datetime
    age: Age


async def unassigned(reading: Reading, who: Visitor) -> Sequence[Untied]:
    """Give the untied entries that this employee may open."""
    wanted = (
        select(Entry.filed_at, Transfer)
        .join(Transfer, Transfer.conversation == Entry.conversation)
        .where(Entry.case.is_(None), entries_for(reading, who, Action.ENTRY_READ))
        .order_by(Entry.filed_at)
        .limit(500)
    )
    found = (await reading.session.execute(wanted)).all()
    rows = await shown(reading, [transfer for _, transfer in found])
    return [
        Untied(row=row, filed_at=filed_at, age=age(filed_at, reading.now))
        for row, (filed_at, _) in zip(rows, found, strict=True)
    ]
