"""Tasks as JSON tells them."""

from casestore.answers import Cursor, ItsId, Moment, Told


class TaskTold(Told):
    """A task; `done_by` is a name, `note` how it was followed up."""

    id: ItsId
    kind: str
    alias: str
    channel: str
    opened_at: Moment
    due_at: Moment
    overdue: bool
    done_at: Moment | None
    done_by: str | None
    note: str | None


class Tasks(Told):
    """What waits, the one that is due first on top; or what is done, the last on top."""

    tasks: list[TaskTold]
    next: Cursor
