"""What has been written in a case, newest first: transcripts and notes, without their words."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.journal.kinds import KINDS
from casestore.journal.tables import Entry, Note
from casestore.texts.phrases import _, joined, ngettext
from casestore.transfers import phrases
from casestore.transfers.tables import Transfer
from casestore.users.sessions import Visitor
from casestore.users.tables import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing in a case; `by` is a name. Only a draft is not finished."""

    kind: str
    at: datetime
    href: str
    title: str = field(repr=False)
    by: str
    finished: bool


async def timeline(asking: Reading | Writing, case: Case, who: Visitor | None = None) -> list[Line]:
    """Give what is in a case; of the drafts only those of `who`, since others see none."""
    names = dict((await asking.session.execute(select(User.id, User.name))).all())
    lines = [
        _entry_line(entry, transfer, names) for entry, transfer in await _entries(asking, case)
    ]
    seen: ColumnElement[bool] = Note.finished_at.is_not(None)
    if who is not None:
        seen = or_(seen, Note.written_by == who.id)
    notes = await asking.session.scalars(select(Note).where(Note.case == case.id, seen))
    lines += [
        Line(
            kind="note",
            at=row.at,
            href=f"/notes/{row.id}",
            title=_("{what}, {minutes} min").format(
                what=KINDS.get(row.kind, row.kind), minutes=row.minutes
            ),
            by=names.get(row.written_by, row.written_by),
            finished=row.finished_at is not None,
        )
        for row in notes
    ]
    return sorted(lines, key=lambda line: (line.at, line.href), reverse=True)


async def _entries(asking: Reading | Writing, case: Case) -> list[tuple[Entry, Transfer]]:
    found = await asking.session.execute(
        select(Entry, Transfer)
        .join(Transfer, Transfer.conversation == Entry.conversation)
        .where(Entry.case == case.id)
    )
    return [(entry, transfer) for entry, transfer in found]


def _entry_line(entry: Entry, transfer: Transfer, names: dict[str, str]) -> Line:
    channel = phrases.said(phrases.CHANNEL, transfer.channel)
    many = ngettext("{n} melding", "{n} meldinger", entry.message_count)
    by = transfer.sealed_by or ""
    return Line(
        kind="transcript",
        at=transfer.opened_at or entry.filed_at,
        href=f"/journal/{entry.conversation}",
        title=joined(", ", (channel, many)),
        by=names.get(by, by),
        finished=True,
    )
