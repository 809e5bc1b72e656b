"""Tasks as JSON; the same rule as the page."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import TaskDone, TaskRead
from casestore.access.gate import may
from casestore.access.rules import Action
from casestore.answers import ById, Given
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import PathId
from casestore.paging import After, page_of
from casestore.problems import Problem
from casestore.received import Agreed, Received, received
from casestore.repeats.route import Once
from casestore.tasks.answers import Tasks, TaskTold
from casestore.tasks.finishing import finish
from casestore.tasks.listing import TaskLine, tasks
from casestore.tasks.tables import Task
from casestore.times import write_time
from casestore.transfers import chain
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/tasks", route_class=Once)


class FollowedUp(Agreed):
    """How a task was followed up."""

    note: str = Field(min_length=1, max_length=4000, repr=False)


@router.get("")
async def get_tasks(
    who: TaskRead, reading: ReadingNow, done: bool = False, after: After = None
) -> Given[Tasks]:
    """Give the tasks of who leads the team: what waits, or what is `done`; others have none."""
    leads = may(who, Action.TASK_DONE)
    every = await tasks(reading, done=done, at_most=None) if leads else []
    lines, cursor = page_of(every, after, lambda line: line.id)
    return Given(Tasks(tasks=[_told(line) for line in lines], next=cursor))


@router.post("/{task_id}/done", dependencies=[Depends(same_site)])
async def post_done(
    task_id: PathId,
    who: TaskDone,
    body: Annotated[Received[FollowedUp], Depends(received(FollowedUp))],
    writing: WritingNow,
) -> Given[ById]:
    """Note that a task has been followed up, by whom, and how; once."""
    if not body.said.note.strip():
        raise Problem(422, "malformed", "Not as agreed: note")
    await chain.hold(writing)
    task = await writing.session.get(Task, task_id)
    if task is None:
        raise Problem(404, "not-found")
    await finish(writing, task, by=who.id, note=body.said.note)
    return Given(ById(id=task.id))


def _told(line: TaskLine) -> TaskTold:
    return TaskTold(
        id=line.id,
        kind=line.kind,
        alias=line.alias,
        channel=line.channel,
        opened_at=write_time(line.opened_at),
        due_at=write_time(line.due_at),
        overdue=line.overdue,
        done_at=write_time(line.done_at) if line.done_at else None,
        done_by=line.done_by,
        note=line.note,
    )
