"""A person's own word on a proposal: yes, no, or that it was wrong after all; once."""

from casestore.access.gate import may, permit
from casestore.access.relations import join_relation, person_relation, thread_relation
from casestore.access.rules import Action
from casestore.edge import Reading, Writing
from casestore.joins.deciding import look, look_again, part, refuse
from casestore.joins.rules import Status, Why
from casestore.joins.tables import Join
from casestore.people.finding import person_of_thread
from casestore.people.tables import Person
from casestore.people.tying import hold, tie_thread
from casestore.problems import Problem
from casestore.threads.tables import Thread
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


async def loose_side(
    asking: Reading | Writing, who: Visitor, join: Join
) -> tuple[str, Person] | None:
    """Give the thread that is nobody's, and the other's person, if this employee may tie them."""
    one, other = [await person_of_thread(asking, its) for its in (join.thread, join.into)]
    thread, person = (join.thread, other) if one is None else (join.into, one)
    if person is None or (one is not None and other is not None):
        return None
    row = await asking.session.get_one(Thread, thread)
    allowed = may(who, Action.THREAD_TIE, await person_relation(asking, who, person)) and may(
        who, Action.THREAD_TIE, await thread_relation(asking, who, row)
    )
    return (thread, person) if allowed else None


async def tie(writing: Writing, who: Visitor, its_id: str, *, reason: str) -> Join:
    """
    Tie the thread that is nobody's to the other's person; the rules then decide, as at any tie.

    When both are one person's already, nothing happens.
    """
    await hold(writing)
    join = await get_join(writing, who, its_id, Action.THREAD_TIE)
    if await one_person(writing, join):
        return join
    side = await loose_side(writing, who, join)
    if side is None:
        raise Problem(409, "not-loose", "There is no thread here that you can tie.")
    await tie_thread(writing, who, side[0], side[1], reason=reason)
    return join


async def one_person(asking: Reading | Writing, join: Join) -> bool:
    """Say whether both threads are one and the same person's."""
    one = await person_of_thread(asking, join.thread)
    other = await person_of_thread(asking, join.into)
    return one is not None and other is not None and one.id == other.id


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
