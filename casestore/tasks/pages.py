"""«Mine oppgaver»: what a caseworker must tie to a case, a team leader must follow up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import TaskDone, TaskRead
from casestore.access.gate import may
from casestore.access.rules import Action
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import PathId
from casestore.journal.unassigned import unassigned
from casestore.keyring import Unreadable, unseal
from casestore.problems import Problem
from casestore.tasks.finishing import finish
from casestore.tasks.tables import Task
from casestore.templating import page
from casestore.threads.keys import known_keys
from casestore.transfers import chain, phrases
from casestore.transfers.view import UNREADABLE, names, open_stuck
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task as it is shown."""

    id: str
    kind: str
    alias: str
    channel: str
    opened_at: datetime
    due_at: datetime
    overdue: bool
    done_at: datetime | None
    done_by: str | None
    note: str | None


@router.get("/tasks")
async def tasks_page(request: Request, who: TaskRead, reading: ReadingNow) -> HTMLResponse:
    """Show what waits for this employee."""
    return await _page(request, who, reading)


@router.post("/tasks/{task_id}/done", dependencies=[Depends(same_site)])
async def task_done(
    request: Request,
    task_id: PathId,
    who: TaskDone,
    form_token: Annotated[str, Form(max_length=200)],
    writing: WritingNow,
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Note that a task has been followed up, by whom, and how; once."""
    form_is_ours(who, form_token)
    await chain.hold(writing)
    task = await writing.session.get(Task, task_id)
    if task is None:
        raise Problem(404, "not-found")
    if not note.strip():
        return await _page(request, who, writing, wrong=task_id)
    await finish(writing, task, by=who.id, note=note)
    return RedirectResponse("/tasks", 303)


async def _page(
    request: Request, who: Visitor, asking: Reading | Writing, *, wrong: str | None = None
) -> HTMLResponse:
    leads = may(who, Action.TASK_DONE)
    entries, more = await unassigned(asking, who)
    return page(
        request,
        "tasks.html",
        status=422 if wrong else 200,
        who=who,
        entries=entries,
        more=more is not None,
        tasks=await _tasks(asking, done=False) if leads else [],
        done=await _tasks(asking, done=True) if leads else [],
        stuck=await open_stuck(asking, who),
        wrong=wrong,
        phrases=phrases,
    )


async def _tasks(reading: Reading | Writing, *, done: bool) -> list[TaskLine]:
    people = await names(reading)
    order = Task.done_at.desc() if done else Task.due_at
    found = await reading.session.scalars(
        select(Task)
        .where(Task.done_at.is_not(None) if done else Task.done_at.is_(None))
        .order_by(order)
        .limit(20 if done else 200)
    )
    rows = list(found)
    keys = await known_keys(reading, sorted({f"thread:{row.thread}" for row in rows}))
    return [
        TaskLine(
            id=row.id,
            kind=row.kind,
            alias=_words(keys, row, "alias", row.alias) or UNREADABLE,
            channel=row.channel,
            opened_at=row.opened_at,
            due_at=row.due_at,
            overdue=row.done_at is None and row.due_at < reading.now,
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
