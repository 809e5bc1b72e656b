"""Noting that a task has been followed up: by whom, when, and how."""

from casestore.edge import Writing
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.tasks.tables import Task
from casestore.threads.keys import thread_key
from casestore.transfers import chain


async def finish(writing: Writing, task: Task, *, by: str, note: str) -> None:
    """Finish a task, once; raises 409 `already-done`. The transfer log's head is held."""
    if task.done_at is not None:
        raise Problem(409, "already-done")
    key = await thread_key(writing, task.thread)
    task.done_at, task.done_by = writing.now, by
    task.note = seal(key, note.encode(), bound_to=f"tasks/{task.id}/note")
    await chain.append(writing, {"kind": "task_done", "task": task.id, "what": task.kind, "by": by})
