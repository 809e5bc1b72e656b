"""What is stuck or uncertain: the one PUT whose later body replaces the earlier."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.answers import ById, JsonRoute, Kept
from casestore.edge import Writing, WritingNow, bridge_only
from casestore.ids import Id, PathId
from casestore.keyring import seal
from casestore.received import Agreed, Alias, Code, Received, Time, received
from casestore.stuck.tables import Stuck
from casestore.threads.keys import TEAM, fingerprint, owned_key
from casestore.times import read_time
from casestore.transfers import chain

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)


class ItIsStuck(Agreed):
    """Something that does not move by itself, or has moved again."""

    kind: Code
    conversation: Id | None
    alias: Alias | None = Field(repr=False)
    since: Time
    resolved_at: Time | None
    reason: Code


@router.put("/stuck/{stuck_id}")
async def put_stuck(
    stuck_id: PathId,
    body: Annotated[Received[ItIsStuck], Depends(received(ItIsStuck))],
    writing: WritingNow,
) -> Kept[ById]:
    """Note how it stands now; every change is a link in the chain."""
    await chain.hold(writing)
    mark = fingerprint(writing.store, body.canonical)
    row = await writing.session.get(Stuck, stuck_id)
    if row is not None and row.fingerprint == mark:
        return Kept(ById(id=stuck_id), new=False)
    is_new, alias = row is None, await _sealed_alias(writing, stuck_id, body.said)
    if row is None:
        row = Stuck(id=stuck_id, team=writing.team)
        writing.session.add(row)
    _noted(row, body.said)
    row.alias, row.fingerprint = alias, mark
    event = {k: v for k, v in body.document.items() if k not in {"alias", "kind"}}
    await chain.append(
        writing, {**event, "kind": "stuck", "stuck": stuck_id, "what": body.said.kind}
    )
    return Kept(ById(id=stuck_id), new=is_new)


def _noted(row: Stuck, said: ItIsStuck) -> None:
    row.kind, row.conversation, row.reason = said.kind, said.conversation, said.reason
    row.since = read_time(said.since)
    row.resolved_at = read_time(said.resolved_at) if said.resolved_at else None


async def _sealed_alias(writing: Writing, stuck_id: str, said: ItIsStuck) -> bytes | None:
    if said.alias is None or said.resolved_at is not None:
        return None
    key = await owned_key(writing, TEAM)
    return seal(key, said.alias.encode(), bound_to=f"stuck/{stuck_id}/alias")
