"""Events from the bridge: sealed, read back, forgotten, and what became of each copy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, assert_never

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints, TypeAdapter
from sqlalchemy import select

from casestore.answers import ById, JsonRoute, Kept
from casestore.edge import Writing, WritingNow, bridge_only
from casestore.ids import Id, PathId
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.received import Agreed, Code, Hex64, Received, Time, received
from casestore.threads.keys import TEAM, fingerprint, owned_key
from casestore.times import read_time
from casestore.transfers import chain
from casestore.transfers.log import belongs_to, settle, transfer_row
from casestore.transfers.rules import Verdict
from casestore.transfers.tables import Copy, Transfer, TransferEvent

router = APIRouter(
    prefix="/api/bridge/transfers", dependencies=[Depends(bridge_only)], route_class=JsonRoute
)

MANY: Final = 500
"""Copies in one event."""

Link = Annotated[str, StringConstraints(pattern=r"^(https?|slack)://", max_length=2000)]


class Sealed(Agreed):
    """A conversation is closed; its document may come later."""

    kind: Literal["sealed"]
    at: Time
    by: Id
    filing: Literal["journal", "contact"]


class HandedOn(Agreed):
    """What came to one employee goes on where others read it, too."""

    kind: Literal["handed_on"]
    at: Time
    by: Id
    to: Literal["team", "leader"]


class ReadBack(Agreed):
    """The bridge has asked for the digest in a second request, and this is what it got."""

    kind: Literal["read_back"]
    at: Time
    digest: Hex64


class Forgotten(Agreed):
    """The bridge has erased its words, so many of them."""

    kind: Literal["forgotten"]
    at: Time
    count: int = Field(ge=0)


class CopyKnown(Agreed):
    """What is known of one copy."""

    copy_id: Id = Field(alias="copy")
    place: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,15}$")]
    """The bridge, the workspace, or a channel by its name."""
    whose: Literal["bot", "caseworker", "youth"]
    verdict: Annotated[Verdict, Field(strict=False)]
    evidence: Code | None
    until: Time | None
    link: Link | None = Field(repr=False)
    by: Id | None = None
    """Who says so, where it is one of us and not a platform."""


class CopyVerdict(CopyKnown):
    """What has become known of one."""

    kind: Literal["copy"]
    at: Time


class CopyVerdicts(Agreed):
    """What is known of several at once, as their words are forgotten."""

    kind: Literal["copies"]
    at: Time
    copies: Annotated[list[CopyKnown], Field(min_length=1, max_length=MANY)]


class NotDelivered(Agreed):
    """An entry that was filed as sent has not come there after all."""

    kind: Literal["not_delivered"]
    at: Time
    seq: int = Field(ge=1)
    reason: Code


Event = Sealed | HandedOn | ReadBack | Forgotten | CopyVerdict | CopyVerdicts | NotDelivered
EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


@router.put("/{conversation}/events/{event_id}")
async def put_event(
    conversation: PathId,
    event_id: PathId,
    body: Annotated[Received[Event], Depends(received(EVENT))],
    writing: WritingNow,
) -> Kept[ById]:
    """Take in one event and add it to the chain; the same one again is only acknowledged."""
    await chain.hold(writing)
    mark = fingerprint(writing.store, body.canonical)
    if known := await writing.session.get(TransferEvent, (conversation, event_id)):
        if known.fingerprint != mark:
            raise Problem(409, "different-body")
        return Kept(ById(id=event_id), new=False)
    row = await transfer_row(writing, conversation)
    link = await chain.append(writing, _for_the_chain(conversation, body))
    writing.session.add(
        TransferEvent(
            conversation=conversation,
            id=event_id,
            team=writing.team,
            fingerprint=mark,
            n=link.n,
        )
    )
    await _noted(writing, row, body.said)
    await settle(writing, row)
    return Kept(ById(id=event_id), new=True)


def _for_the_chain(conversation: str, body: Received[Event]) -> dict[str, Any]:
    # A link to a message holds the platform's ids, so the chain says only that there is one.
    event = {**_without_link(body.document), "conversation": conversation}
    if isinstance(body.said, CopyVerdicts):
        event["copies"] = [_without_link(each) for each in body.document["copies"]]
    return event


def _without_link(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "link": told["link"] is not None} if "link" in told else dict(told)


async def _noted(writing: Writing, row: Transfer, said: Event) -> None:
    at = read_time(said.at)
    match said:
        case Sealed():
            await belongs_to(writing, row, [said.by])
            if row.stored_at is None:
                row.filing, row.sealed_at, row.sealed_by = said.filing, at, said.by
        case HandedOn():
            await belongs_to(writing, row, [said.by])
        case ReadBack() if row.read_back_at is None or row.read_back_at <= at:
            row.read_back_at, row.read_back_digest = at, said.digest
        case ReadBack():
            pass
        case Forgotten():
            row.forgotten_at, row.forgotten_count = at, said.count
        case CopyVerdict():
            await _copies(writing, row, at, [said])
        case CopyVerdicts():
            await _copies(writing, row, at, said.copies)
        case NotDelivered():
            pass  # what is filed stands; the log tells what came of it
        case _:
            assert_never(said)


async def _copies(writing: Writing, row: Transfer, at: datetime, told: Sequence[CopyKnown]) -> None:
    conversation = row.conversation
    known = {copy.id: copy for copy in await _known(writing, conversation, told)}
    for said in told:
        copy = known.get(said.copy_id)
        if copy is None:
            copy = Copy(
                conversation=conversation,
                id=said.copy_id,
                team=writing.team,
                at=at,
                first_at=row.first_at,
            )
            writing.session.add(copy)
            known[said.copy_id] = copy
        elif copy.at > at:
            continue
        copy.at, copy.place, copy.whose = at, said.place, said.whose
        copy.verdict, copy.evidence = said.verdict, said.evidence
        copy.until = read_time(said.until) if said.until else None
        copy.link = await _sealed_link(writing, conversation, said)


async def _known(writing: Writing, conversation: str, told: Sequence[CopyKnown]) -> Sequence[Copy]:
    ids = [said.copy_id for said in told]
    which = select(Copy).where(Copy.conversation == conversation, Copy.id.in_(ids))
    return (await writing.session.scalars(which)).all()


async def _sealed_link(writing: Writing, conversation: str, said: CopyKnown) -> bytes | None:
    if said.link is None:
        return None
    key = await owned_key(writing, TEAM)
    place = f"transfer_copies/{conversation}/{said.copy_id}/link"
    return seal(key, said.link.encode(), bound_to=place)
