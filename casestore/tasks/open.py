"""Giving the team leader something to follow up."""

from datetime import datetime

from casestore.edge import Writing
from casestore.ids import new_id
from casestore.keyring import seal
from casestore.tasks.rules import due
from casestore.tasks.tables import Task
from casestore.threads.keys import thread_key


async def open_task(
    writing: Writing,
    *,
    kind: str,
    source: str,
    thread: str,
    alias: str,
    channel: str,
    asked_at: datetime,
) -> None:
    """Open the task; the youth's alias is encrypted under their own key."""
    task = new_id("task")
    key = await thread_key(writing, thread)
    writing.session.add(
        Task(
            id=task,
            team=writing.team,
            kind=kind,
            source=source,
            thread=thread,
            channel=channel,
            alias=seal(key, alias.encode(), bound_to=f"tasks/{task}/alias"),
            opened_at=asked_at,
            due_at=due(kind, asked_at),
        )
    )
