"""Contacts without a journal, and the topic codes that a contact may be given."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.answers import ById, Given, JsonRoute, Kept, also
from casestore.canonical import digest
from casestore.contacts.answers import Topics, TopicTold
from casestore.contacts.rules import TOPICS, blurred
from casestore.contacts.sums import count_in
from casestore.contacts.tables import Contact
from casestore.edge import ReadingNow, Writing, WritingNow, bridge_only
from casestore.ids import Id, PathId, new_id
from casestore.journal.answers import ReadBackTold
from casestore.journal.staged import forget_staged
from casestore.keyring import Unreadable, seal, unseal
from casestore.problems import Problem
from casestore.received import Agreed, Alias, Code, Hex64, Received, Time, Version, received
from casestore.threads.keys import fingerprint, known_key
from casestore.times import read_time
from casestore.transfers import chain
from casestore.transfers.log import BY_THE_CLOCK, belongs_to, name_thread, settle, transfer_row
from casestore.transfers.tables import Transfer

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ContactDocument(Agreed):
    """A contact, exactly as agreed."""

    v: Version
    conversation: Id
    thread: Id
    alias: Alias = Field(repr=False)
    channel: Code
    team: str = Field(max_length=64)
    opened_at: Time
    sealed_at: Time
    sealed_by: Id
    count_youth: Count
    count_caseworker: Count
    count_attachments: Count
    topics: list[Code] = Field(max_length=50)
    salt: Hex64 = Field(repr=False)


@router.put("/contacts/{conversation}")
async def put_contact(
    conversation: PathId,
    body: Annotated[Received[ContactDocument], Depends(received(ContactDocument))],
    writing: WritingNow,
) -> Kept[ById]:
    """Register that there was contact; the register's row does not know which conversation."""
    said = body.said
    if said.conversation != conversation or said.sealed_at < said.opened_at:
        raise Problem(422, "malformed", "The document is not this conversation's.")
    await chain.hold(writing)
    mark = fingerprint(writing.store, body.canonical)
    row = await transfer_row(writing, conversation)
    if row.stored_at is not None:
        if row.fingerprint != mark:
            raise Problem(409, "different-body")
        return Kept(ById(id=conversation), new=False)
    await forget_staged(writing, conversation)
    key = await name_thread(writing, row, thread=said.thread, alias=said.alias)
    row.document = seal(key, body.canonical, bound_to=f"transfers/{conversation}/document")
    row.fingerprint, row.digest = mark, digest(body.document)
    _noted(row, said)
    row.stored_at = writing.now
    await _register(writing, said)
    await belongs_to(writing, row, [said.sealed_by])
    await chain.append(
        writing,
        {
            "kind": "contact_stored",
            "conversation": conversation,
            "channel": said.channel,
            "sealed_at": said.sealed_at,
            "by": said.sealed_by,
            "youth": said.count_youth,
            "caseworker": said.count_caseworker,
            "attachments": said.count_attachments,
            "digest": row.digest,
        },
    )
    await settle(writing, row)
    return Kept(ById(id=conversation), new=True)


@router.get("/contacts/{conversation}/digest", responses=also(404, 409))
async def contact_digest(conversation: PathId, reading: ReadingNow) -> Given[ReadBackTold]:
    """Read the contact back from storage; never an echo of what was put."""
    row = await reading.session.get(Transfer, conversation)
    if row is None or row.document is None or row.thread is None:
        raise Problem(404, "not-found")
    try:
        key = await known_key(reading, f"thread:{row.thread}")
        stored = unseal(key, row.document, bound_to=f"transfers/{conversation}/document")
        read_back = digest(json.loads(stored))
    except Unreadable:
        raise Problem(409, "unreadable") from None
    return Given(
        ReadBackTold(conversation=conversation, digest=read_back, messages=0, attachments=0)
    )


@router.get("/topics")
async def topics() -> Given[Topics]:
    """Give the topic codes and what they are called."""
    return Given(Topics(topics=[TopicTold(code=code, label=label) for code, label in TOPICS]))


def _noted(row: Transfer, said: ContactDocument) -> None:
    row.filing, row.channel = "contact", said.channel
    row.opened_at, row.sealed_at = read_time(said.opened_at), read_time(said.sealed_at)
    row.sealed_by = said.sealed_by
    row.count_youth, row.count_caseworker = said.count_youth, said.count_caseworker
    row.count_attachments = said.count_attachments


async def _register(writing: Writing, said: ContactDocument) -> None:
    when = blurred(read_time(said.opened_at), read_time(said.sealed_at))
    row = Contact(
        id=new_id("contact"),
        team=writing.team,
        kind="message",
        hour=when.hour,
        minutes=when.minutes,
        topics=json.dumps(sorted(said.topics)),
        caseworker=None if said.sealed_by == BY_THE_CLOCK else said.sealed_by,
        channel=said.channel,
        count_youth=said.count_youth,
        count_caseworker=said.count_caseworker,
        count_attachments=said.count_attachments,
    )
    writing.session.add(row)
    await count_in(writing, row)
