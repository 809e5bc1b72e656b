"""
In a restored backup: no two stand joined but those that were so then, and have been so since.

What the backup knows nothing of, the bridge may still do; so it is told to take them apart.
Whether they are one youth's, somebody proposes anew.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from casestore.edge import Writing
from casestore.joins.deciding import order, part
from casestore.joins.rules import Status, Why
from casestore.joins.tables import Join, JoinOrder


async def close_join(writing: Writing, join: Join, said: Mapping[str, Any]) -> bool:
    """Bring one of the backup's to how it ended; whether that changed anything."""
    if join.status == said["status"] or join.status == Status.UNDONE:
        return False
    if join.status == Status.JOINED:
        await _part(writing, join)
    else:
        await order(writing, join.thread, join.into, joined=False)
    return True


async def close_unknown(writing: Writing, _its_id: str, said: Mapping[str, Any]) -> bool:
    """One that was proposed after the backup was taken."""
    await order(writing, said["thread"], said["into"], joined=False)
    return True


async def part_all(writing: Writing) -> None:
    """Nobody can say which have been taken apart since: take every one apart."""
    for join in await writing.session.scalars(select(Join).where(Join.status == Status.JOINED)):
        await _part(writing, join)


async def _part(writing: Writing, join: Join) -> None:
    """An order to join that the bridge had not confirmed is not to be followed any longer."""
    await writing.session.execute(
        update(JoinOrder)
        .where(
            JoinOrder.thread == join.thread,
            JoinOrder.into == join.into,
            JoinOrder.confirmed_at.is_(None),
        )
        .values(confirmed_at=writing.now)
    )
    await part(writing, join, Why.RESTORED, by=None)
