"""Joins as JSON tells them."""

from casestore.answers import Cursor, ItsId, Moment, Told


class JoinOrderTold(Told):
    """What the bridge must do: join two threads, or take them apart again."""

    id: ItsId
    thread: ItsId
    into: ItsId
    joined: bool
    at: Moment


class JoinOrders(Told):
    """The orders that are not confirmed yet, the oldest first, some at a time."""

    joins: list[JoinOrderTold]


class JoinTold(Told):
    """
    That two threads may be one youth's, and what became of it.

    `case` is the number of the case that was named, to who may read it. Who proposed, decided
    and took apart are names; null is what the rules did by themselves.
    """

    id: ItsId
    thread: ItsId
    into: ItsId
    alias: str
    into_alias: str
    channel: str
    case: str | None
    status: str
    why: str | None
    proposed_by: str
    proposed_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    undone_by: str | None
    undone_at: Moment | None


class JoinWhole(JoinTold):
    """The same, with the transcripts filed while they were joined that hold words of both."""

    mixed: list[ItsId]


class Joins(Told):
    """Those that may be seen: what waits on top, the oldest first; then the newest first."""

    joins: list[JoinTold]
    next: Cursor
