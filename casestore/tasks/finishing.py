"""Noting that a task has been followed up: by whom, when, and how."""

from casestore.edge import Writing
from casestore.keyring import Unreadable, seal, unseal
from casestore.problems import Problem
from casestore.tasks.tables import Task
from casestore.threads.keys import known_key, thread_key
from casestore.transfers import chain


async def finish(writing: Writing, task: Task, *, by: str, note: str) -> None:
    """
    Finish a task, once; the same by the same is done already, and another is a 409 `already-done`.

    The transfer log's head is held.
    """
    place = f"tasks/{task.id}/note"
    if task.done_at is not None:
        if task.done_by == by and await _noted(writing, task, place) == note:
            return
        raise Problem(409, "already-done")
    key = await thread_key(writing, task.thread)
    task.done_at, task.done_by = writing.now, by
    task.note = seal(key, note.encode(), bound_to=place)
    await chain.append(writing, {"kind": "task_done", "task": task.id, "what": task.kind, "by": by})


async def _noted(writing: Writing, task: Task, place: str) -> str | None:
    """Give what was noted; None when it cannot be read any longer."""
    try:
        key = await known_key(writing, f"thread:{task.thread}")
        return unseal(key, task.note or b"", bound_to=place).decode()
    except Unreadable:
        return None
