"""A person's own word on a proposal: yes, no, or that it was wrong after all; once."""

from casestore.access.gate import permit
from casestore.access.relations import join_relation
from casestore.access.rules import Action
from casestore.edge import Reading, Writing
from casestore.joins.deciding import look, look_again, part, refuse
from casestore.joins.rules import Status, Why
from casestore.joins.tables import Join
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.users.sessions import Visitor


async def get_join(asking: Reading | Writing, who: Visitor, its_id: str, action: Action) -> Join:
    """Give a proposal, or the refusal of the access table."""
    join = await asking.session.get(Join, its_id, populate_existing=True)
    if join is None:
        raise Problem(404, "not-found")
    permit(who, action, await join_relation(asking, who, join))
    return join


async def say(writing: Writing, who: Visitor, its_id: str, *, same: bool) -> Join:
    """
    Say that it is the same youth, or that it is not. Decided already by another is a 409.

    Yes counts only when both threads are that one youth's; until then it is a 409, too.
    """
    await hold(writing)
    join = await get_join(writing, who, its_id, Action.JOIN_DECIDE)
    if join.status != Status.WAITING:
        if _said_so(join, who, same=same):
            return join
        raise Problem(409, "decided-already")
    if not same:
        await refuse(writing, join, Why.SAID_NO, by=who.id)
        return join
    await look(writing, join, yes_by=who.id)
    if join.status == Status.WAITING:
        raise Problem(409, "not-tied", "Both must be tied to the same person first.")
    await look_again(writing, [join.thread, join.into])
    return join


async def undo(writing: Writing, who: Visitor, its_id: str) -> Join:
    """Have two that are joined taken apart, once."""
    await hold(writing)
    join = await get_join(writing, who, its_id, Action.JOIN_DECIDE)
    if join.status == Status.UNDONE and join.undone_by == who.id:
        return join
    if join.status != Status.JOINED:
        raise Problem(409, "not-joined", "They are not joined (any longer).")
    await part(writing, join, Why.BY_HAND, by=who.id)
    return join


def _said_so(join: Join, who: Visitor, *, same: bool) -> bool:
    status, by = (join.status, join.decided_by)
    return by == who.id and status == (Status.JOINED if same else Status.REFUSED)
