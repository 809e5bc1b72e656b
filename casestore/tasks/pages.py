"""«Mine oppgaver»: what must be tied to a case, followed up, or answered."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import TaskDone, TaskRead
from casestore.access.gate import may
from casestore.access.rules import Action
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import PathId
from casestore.joins import phrases as join_phrases
from casestore.joins.rules import Status
from casestore.joins.showing import listed
from casestore.journal.unassigned import unassigned
from casestore.problems import Problem
from casestore.registrations import phrases as registration_phrases
from casestore.registrations.writing_down import unsettled
from casestore.routing import Late
from casestore.tasks.finishing import finish
from casestore.tasks.listing import tasks
from casestore.tasks.tables import Task
from casestore.templating import page
from casestore.transfers import chain, phrases
from casestore.transfers.view import open_stuck
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)


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
        tasks=await tasks(asking, done=False, at_most=200) if leads else [],
        done=await tasks(asking, done=True, at_most=20) if leads else [],
        stuck=await open_stuck(asking, who),
        joins=await listed(asking, who, Status.WAITING, action=Action.JOIN_DECIDE, at_most=200),
        join_phrases=join_phrases,
        registrations=await unsettled(asking, who),
        registration_phrases=registration_phrases,
        wrong=wrong,
        phrases=phrases,
    )
