"""What has happened with a journal: who read it, what became of the copies, what was asked for."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from casestore.audit.tables import AuditEvent
from casestore.edge import Reading, Writing
from casestore.joins.rules import LAPSED, Status
from casestore.joins.tables import Join
from casestore.journal.tables import Entry
from casestore.own_journal.rules import READINGS, copy_said, read_what
from casestore.own_journal.whole import Copies, Joining, Read, Request, Wiped
from casestore.people.finding import entries_of
from casestore.requests.tables import YouthRequest
from casestore.tasks.tables import Task
from casestore.texts.phrases import _
from casestore.threads.tables import Thread
from casestore.times import read_time
from casestore.transfers.phrases import CHANNEL, PLACE, said
from casestore.transfers.tables import Copy, Transfer
from casestore.users.tables import User

Asking = Reading | Writing
SOME = 500
"""Ids in one question; a youth may have very many, and databases take only so many."""

ROLE_SAID: Mapping[str, str] = {
    "caseworker": _("saksbehandler"),
    "team_leader": _("teamleder"),
    "department_head": _("avdelingsleder"),
}


async def reads_of(asking: Asking, ids: Sequence[str]) -> tuple[Read, ...]:
    """Give every reading of these, newest first."""
    people = {
        user.id: (user.name, ROLE_SAID.get(user.role, user.role))
        for user in await asking.session.scalars(select(User))
    }
    rows: list[AuditEvent] = []
    for start in range(0, len(ids), SOME):
        found = await asking.session.scalars(
            select(AuditEvent).where(
                AuditEvent.of.in_(ids[start : start + SOME]),
                or_(AuditEvent.what.like("%.read"), AuditEvent.what.in_(READINGS)),
            )
        )
        rows += found
    reads = []
    for row in sorted(rows, key=lambda row: row.n, reverse=True):
        name, role = people.get(row.user or "", (row.user or "", ""))
        reads.append(
            Read(
                at=read_time(row.at),
                by=name,
                role=role,
                what=row.what,
                said=read_what(row.what),
                of=row.of,
            )
        )
    return tuple(reads)


async def wiped_of(asking: Asking, parts: Sequence[str]) -> tuple[Wiped, ...]:
    """Give what became of the copies of every conversation that is the person's."""
    theirs = select(Thread.id).where(Thread.person.in_(parts))
    filed = select(Entry.conversation)
    found = await asking.session.scalars(
        select(Transfer)
        .where(
            or_(
                Transfer.conversation.in_(filed.where(entries_of(parts))),
                Transfer.thread.in_(theirs) & Transfer.conversation.not_in(filed),
            )
        )
        .order_by(Transfer.first_at.desc(), Transfer.conversation)
    )
    transfers = list(found)
    copies = await _copies(asking, [row.conversation for row in transfers])
    return tuple(
        Wiped(
            conversation=row.conversation,
            at=row.opened_at or row.first_at,
            channel=said(CHANNEL, row.channel),
            filed=row.filing == "journal",
            copies=copies.get(row.conversation, ()),
        )
        for row in transfers
    )


async def requests_of(asking: Asking, threads: Sequence[str]) -> tuple[Request, ...]:
    """Give what the youth has asked for in the chat, and whether it has been answered."""
    found = await asking.session.execute(
        select(YouthRequest, Task)
        .outerjoin(Task, Task.source == YouthRequest.id)
        .where(YouthRequest.thread.in_(threads))
        .order_by(YouthRequest.asked_at.desc(), YouthRequest.id)
    )
    rows: list[tuple[YouthRequest, Task | None]] = [(row, task) for row, task in found]
    return tuple(
        Request(
            kind=row.kind,
            at=row.asked_at,
            due_at=None if task is None else task.due_at,
            done_at=None if task is None else task.done_at,
        )
        for row, task in rows
    )


async def joinings_of(asking: Asking, threads: Sequence[str]) -> tuple[Joining, ...]:
    """
    Give when channels were read together, and taken apart again; what fell away never was.

    It names nobody but us: of two that were not the same youth after all, both read this.
    """
    found = await asking.session.scalars(
        select(Join).where(
            or_(Join.thread.in_(threads), Join.into.in_(threads)),
            Join.status.in_((Status.JOINED, Status.UNDONE)),
            or_(Join.why.is_(None), Join.why.not_in(LAPSED)),
        )
    )
    roles = dict((await asking.session.execute(select(User.id, User.role))).all())

    def role(user: str | None) -> str | None:
        code = None if user is None else roles.get(user)
        return None if code is None else ROLE_SAID.get(code, code)

    told = []
    for row in found:
        channel = said(CHANNEL, row.channel)
        by_rule = row.decided_by is None
        if row.decided_at is not None:
            by = role(row.proposed_by if by_rule else row.decided_by)
            told.append(
                Joining(at=row.decided_at, channel=channel, apart=False, by_rule=by_rule, role=by)
            )
        if row.undone_at is not None:
            by, alone = role(row.undone_by), row.undone_by is None
            told.append(
                Joining(at=row.undone_at, channel=channel, apart=True, by_rule=alone, role=by)
            )
    return tuple(sorted(told, key=lambda one: (one.at, one.apart), reverse=True))


async def _copies(asking: Asking, ids: Sequence[str]) -> Mapping[str, tuple[Copies, ...]]:
    counted: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for start in range(0, len(ids), SOME):
        rows = await asking.session.execute(
            select(Copy.conversation, Copy.place, Copy.verdict).where(
                Copy.conversation.in_(ids[start : start + SOME])
            )
        )
        for conversation, place, verdict in rows:
            counted[conversation][place, verdict] += 1
    return {
        conversation: tuple(
            Copies(place=said(PLACE, place), verdict=verdict, said=copy_said(verdict), count=count)
            for (place, verdict), count in sorted(counts.items())
        )
        for conversation, counts in counted.items()
    }
