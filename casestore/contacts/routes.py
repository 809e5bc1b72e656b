"""Contacts without a journal, and the topic codes that a contact may be given."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from casestore.answers import ById, Given, JsonRoute, Kept, also
from casestore.canonical import canonical
from casestore.contacts.answers import ReadBackAll, Topics, TopicTold
from casestore.contacts.document import TOGETHER, ContactDocument, ContactDocuments
from casestore.contacts.reading_back import digests
from casestore.contacts.rules import TOPICS
from casestore.contacts.taking_in import Told, take_in
from casestore.edge import Reading, ReadingNow, WritingNow, bridge_only
from casestore.ids import PathId
from casestore.journal.answers import ReadBackTold
from casestore.keyring import Unreadable
from casestore.problems import Problem
from casestore.received import Received, received
from casestore.transfers.answers import TakenIn

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)

ONE: Final = "[A-Za-z0-9_-]{1,64}"
Several = Annotated[str, Query(pattern=f"^{ONE}(,{ONE}){{0,{TOGETHER - 1}}}$")]
"""Conversations, with commas between them."""


@router.put("/contacts")
async def put_contacts(
    body: Annotated[Received[ContactDocuments], Depends(received(ContactDocuments))],
    writing: WritingNow,
) -> Kept[TakenIn]:
    """Register contacts of several conversations: all of them, or none."""
    told = [
        Told(said=said, canonical=canonical(document))
        for said, document in zip(body.said.contacts, body.document["contacts"], strict=True)
    ]
    return Kept(TakenIn(count=len(told)), new=await take_in(writing, told))


@router.put("/contacts/{conversation}")
async def put_contact(
    conversation: PathId,
    body: Annotated[Received[ContactDocument], Depends(received(ContactDocument))],
    writing: WritingNow,
) -> Kept[ById]:
    """Register that there was contact; the register's row does not know which conversation."""
    if body.said.conversation != conversation:
        raise Problem(422, "malformed", "The document is not this conversation's.")
    told = Told(said=body.said, canonical=body.canonical)
    return Kept(ById(id=conversation), new=await take_in(writing, [told]))


@router.get("/contacts/digests", responses=also(409))
async def contact_digests(of: Several, reading: ReadingNow) -> Given[ReadBackAll]:
    """Read several contacts back from storage; those that are not here are not told of."""
    conversations = of.split(",")
    return Given(ReadBackAll(contacts=await _read_back(reading, conversations)))


@router.get("/contacts/{conversation}/digest", responses=also(404, 409))
async def contact_digest(conversation: PathId, reading: ReadingNow) -> Given[ReadBackTold]:
    """Read the contact back from storage; never an echo of what was put."""
    found = await _read_back(reading, [conversation])
    if not found:
        raise Problem(404, "not-found")
    return Given(found[0])


async def _read_back(reading: Reading, conversations: list[str]) -> list[ReadBackTold]:
    try:
        found = await digests(reading, conversations)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    return [
        ReadBackTold(conversation=its_id, digest=found[its_id], messages=0, attachments=0)
        for its_id in conversations
        if its_id in found
    ]


@router.get("/topics")
async def topics() -> Given[Topics]:
    """Give the topic codes and what they are called."""
    return Given(Topics(topics=[TopicTold(code=code, label=label) for code, label in TOPICS]))
