"""INNSYN, SLETT and what was taken back too late: registered here, answered by a person."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.answers import ById, JsonRoute, Kept
from casestore.edge import WritingNow, bridge_only
from casestore.ids import Id, PathId
from casestore.problems import Problem
from casestore.received import Agreed, Alias, Code, Received, Time, received
from casestore.requests.tables import YouthRequest
from casestore.tasks.open import open_task
from casestore.threads.keys import fingerprint, thread_key
from casestore.times import read_time
from casestore.transfers import chain

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)


class Asked(Agreed):
    """What a youth has asked for."""

    thread: Id
    alias: Alias = Field(repr=False)
    channel: Code
    kind: Literal["access", "deletion", "taken_back"]
    asked_at: Time


@router.put("/requests/{request_id}")
async def put_request(
    request_id: PathId,
    body: Annotated[Received[Asked], Depends(received(Asked))],
    writing: WritingNow,
) -> Kept[ById]:
    """Register what was asked, and open the task of answering it."""
    said = body.said
    await chain.hold(writing)
    mark = fingerprint(writing.store, body.canonical)
    if known := await writing.session.get(YouthRequest, request_id):
        if known.fingerprint != mark:
            raise Problem(409, "different-body")
        return Kept(ById(id=request_id), new=False)
    await thread_key(writing, said.thread)
    asked_at = read_time(said.asked_at)
    writing.session.add(
        YouthRequest(
            id=request_id,
            team=writing.team,
            thread=said.thread,
            kind=said.kind,
            channel=said.channel,
            asked_at=asked_at,
            fingerprint=mark,
            received_at=writing.now,
        )
    )
    await open_task(
        writing,
        kind=said.kind,
        source=request_id,
        thread=said.thread,
        alias=said.alias,
        channel=said.channel,
        asked_at=asked_at,
    )
    event = {"kind": "request", "request": request_id, "asked": said.kind}
    await chain.append(writing, {**event, "asked_at": said.asked_at})
    return Kept(ById(id=request_id), new=True)
