"""The team leader's tasks as they are shown: what waits, and what was done last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, unseal
from casestore.tasks.tables import Task
from casestore.threads.keys import known_keys
from casestore.transfers.view import UNREADABLE, names

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task as it is shown."""

    id: str
    kind: str
    alias: str = field(repr=False)
    channel: str
    opened_at: datetime
    due_at: datetime
    overdue: bool
    done_at: datetime | None
    done_by: str | None
    note: str | None = field(repr=False)


async def tasks(asking: Asking, *, done: bool, at_most: int | None) -> list[TaskLine]:
    """Give what waits, the one that is due first on top; or what was done, the last on top."""
    people = await names(asking)
    order = Task.done_at.desc() if done else Task.due_at
    found = await asking.session.scalars(
        select(Task)
        .where(Task.done_at.is_not(None) if done else Task.done_at.is_(None))
        .order_by(order)
        .limit(at_most)
    )
    rows = list(found)
    keys = await known_keys(asking, sorted({f"thread:{row.thread}" for row in rows}))
    return [
        TaskLine(
            id=row.id,
            kind=row.kind,
            alias=_words(keys, row, "alias", row.alias) or UNREADABLE,
            channel=row.channel,
            opened_at=row.opened_at,
            due_at=row.due_at,
            overdue=row.done_at is None and row.due_at < asking.now,
            done_at=row.done_at,
            done_by=people.get(row.done_by, row.done_by) if row.done_by else None,
            note=_words(keys, row, "note", row.note),
        )
        for row in rows
    ]


def _words(keys: Mapping[str, bytes], task: Task, part: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    try:
        key = keys[f"thread:{task.thread}"]
        return unseal(key, sealed, bound_to=f"tasks/{task.id}/{part}").decode()
    except (KeyError, Unreadable):
        return UNREADABLE
