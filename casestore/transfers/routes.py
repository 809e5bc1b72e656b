"""Events from the bridge, for the transfer log: one, or what has come together."""

from typing import Annotated

from fastapi import APIRouter, Depends

from casestore.answers import ById, JsonRoute, Kept
from casestore.edge import WritingNow, bridge_only
from casestore.ids import PathId
from casestore.received import Received, received
from casestore.transfers.answers import TakenIn
from casestore.transfers.events import EVENT, Event, Lines
from casestore.transfers.taking_in import Told, take_in

router = APIRouter(
    prefix="/api/bridge/transfers", dependencies=[Depends(bridge_only)], route_class=JsonRoute
)


@router.put("/{conversation}/events/{event_id}")
async def put_event(
    conversation: PathId,
    event_id: PathId,
    body: Annotated[Received[Event], Depends(received(EVENT))],
    writing: WritingNow,
) -> Kept[ById]:
    """Take in one event and add it to the chain; the same one again is only acknowledged."""
    told = Told(place=(conversation, event_id), said=body.said, document=body.document)
    return Kept(ById(id=event_id), new=await take_in(writing, [told]))


@router.put("/events")
async def put_events(
    body: Annotated[Received[Lines], Depends(received(Lines))],
    writing: WritingNow,
) -> Kept[TakenIn]:
    """Take in several, of one conversation or many: all of them, or none."""
    told = [
        Told(place=(line.conversation, line.event_id), said=line.event, document=each["event"])
        for line, each in zip(body.said.events, body.document["events"], strict=True)
    ]
    return Kept(TakenIn(count=len(told)), new=await take_in(writing, told))
