"""Joins as JSON tells them."""

from casestore.answers import ItsId, Moment, Told


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
