"""What the page of one transfer shows besides its row: each copy, the entry, the review."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from casestore.edge import Reading
from casestore.journal.tables import Entry
from casestore.keyring import Unreadable, unseal
from casestore.reviews.tables import Review
from casestore.threads.keys import TEAM, known_key
from casestore.transfers.phrases import PLACE, WHOSE, said, verdict_said
from casestore.transfers.tables import ChainEvent, Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """One copy: where it is, whose, and what became of it."""

    id: str
    place: str
    whose: str
    verdict: str
    words: str
    at: datetime
    link: str | None


async def copy_lines(reading: Reading, conversation: str) -> list[CopyLine]:
    """Give every copy, those that want a hand first."""
    rows = await reading.session.scalars(
        select(Copy).where(Copy.conversation == conversation).order_by(Copy.place, Copy.at, Copy.id)
    )
    lines = [
        CopyLine(
            id=row.id,
            place=said(PLACE, row.place),
            whose=said(WHOSE, row.whose),
            verdict=row.verdict,
            words=verdict_said(row.verdict, row.evidence, row.until),
            at=row.at,
            link=await _link(reading, row),
        )
        for row in rows
    ]
    return sorted(
        lines,
        key=lambda line: line.verdict not in {"by_hand", "unknown", "refused", "out_of_reach"},
    )


async def journal_number(reading: Reading, conversation: str) -> Entry | None:
    """Give the entry that the transfer became, if it became one."""
    return await reading.session.get(Entry, conversation)


async def reviewed_at(reading: Reading, conversation: str) -> datetime | None:
    """Say when a review first took in everything that the log says of this transfer."""
    last = await reading.session.scalar(
        select(func.max(ChainEvent.n)).where(ChainEvent.conversation == conversation)
    )
    return await reading.session.scalar(
        select(func.min(Review.at)).where(Review.upto >= (last or 0))
    )


async def _link(reading: Reading, row: Copy) -> str | None:
    if row.link is None:
        return None
    try:
        key = await known_key(reading, TEAM)
        place = f"transfer_copies/{row.conversation}/{row.id}/link"
        return unseal(key, row.link, bound_to=place).decode()
    except Unreadable:
        return None
