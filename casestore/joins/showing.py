"""Proposals to join two threads as they are shown: only those that the reader may know of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from casestore.access.relations import cases_for, entries_for, joins_for
from casestore.access.rules import Action
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.joins.rules import Status
from casestore.joins.tables import Join
from casestore.joins.words import Words, words_of_all
from casestore.journal.tables import Entry
from casestore.transfers.tables import Transfer
from casestore.transfers.view import names
from casestore.users.sessions import Visitor

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinLine:
    """
    A proposal as it is shown. `case` is (id, number), of a case that the reader may read.

    `decided_by` and `undone_by` are names, None for what the rules did by themselves.
    """

    id: str
    thread: str
    into: str
    words: Words = field(repr=False)
    channel: str
    case: tuple[str, str] | None
    status: str
    why: str | None
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """A transcript that holds what was written on the line that was joined in."""

    conversation: str
    filed_at: datetime


async def listed(
    asking: Asking,
    who: Visitor,
    *statuses: Status,
    action: Action = Action.JOIN_READ,
    threads: Sequence[str] | None = None,
    at_most: int | None,
) -> list[JoinLine]:
    """
    Give proposals, the newest first; those that wait, the oldest first.

    `threads`: only those that have to do with these.
    """
    wanted = select(Join).where(Join.status.in_(statuses), joins_for(asking, who, action))
    if threads is not None:
        wanted = wanted.where(or_(Join.thread.in_(threads), Join.into.in_(threads)))
    waits = statuses == (Status.WAITING,)
    order = (Join.proposed_at, Join.id) if waits else (Join.proposed_at.desc(), Join.id.desc())
    rows = await asking.session.scalars(wanted.order_by(*order).limit(at_most))
    return await _lines(asking, who, rows.all())


async def line_of(asking: Asking, who: Visitor, join: Join) -> JoinLine:
    """Give one as it is shown."""
    return (await _lines(asking, who, [join]))[0]


async def mixed(asking: Asking, who: Visitor, join: Join) -> Sequence[Mixed]:
    """
    Give the transcripts, filed while the two were joined, that hold words of the other channel.

    Only those that the reader may read; whoever takes two apart must look at them.
    """
    if join.decided_at is None or join.status not in {Status.JOINED, Status.UNDONE}:
        return []
    rows = await asking.session.execute(
        select(Entry.conversation, Entry.filed_at, Entry.also_on, Transfer.channel)
        .join(Transfer, Transfer.conversation == Entry.conversation)
        .where(Entry.thread == join.into, Entry.filed_at >= join.decided_at)
        .where(*_before(join), entries_for(asking, who, Action.ENTRY_READ))
        .order_by(Entry.filed_at, Entry.conversation)
    )
    return [
        Mixed(conversation=conversation, filed_at=filed_at)
        for conversation, filed_at, also_on, channel in rows
        if join.channel in {channel, *(also_on or "").split()}
    ]


def _before(join: Join) -> list[ColumnElement[bool]]:
    return [] if join.undone_at is None else [Entry.filed_at <= join.undone_at]


async def _lines(asking: Asking, who: Visitor, rows: Sequence[Join]) -> list[JoinLine]:
    people, words = await names(asking), await words_of_all(asking, rows)
    cases = await _cases(asking, who, rows)

    def name(user: str | None) -> str | None:
        return None if user is None else people.get(user, user)

    return [
        JoinLine(
            id=row.id,
            thread=row.thread,
            into=row.into,
            words=words[row.id],
            channel=row.channel,
            case=cases.get(row.case or ""),
            status=row.status,
            why=row.why,
            proposed_by=people.get(row.proposed_by, row.proposed_by),
            proposed_at=row.proposed_at,
            decided_by=name(row.decided_by),
            decided_at=row.decided_at,
            undone_by=name(row.undone_by),
            undone_at=row.undone_at,
        )
        for row in rows
    ]


async def _cases(asking: Asking, who: Visitor, rows: Sequence[Join]) -> dict[str, tuple[str, str]]:
    ids = [row.case for row in rows if row.case is not None]
    found = await asking.session.execute(
        select(Case.id, Case.number).where(
            Case.id.in_(ids), cases_for(asking, who, Action.CASE_READ)
        )
    )
    return {its_id: (its_id, number) for its_id, number in found}
