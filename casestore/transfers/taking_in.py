"""
Taking in events from the bridge, many or one: each a link of the chain, and what it tells noted.

What is the same for all of them is asked once, so that a thousand talks which end together do not
hold the head of the chain a thousand times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from sqlalchemy import select

from casestore.canonical import canonical
from casestore.edge import Writing
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.threads.keys import TEAM, fingerprint, owned_key
from casestore.times import read_time
from casestore.transfers import chain
from casestore.transfers.events import (
    CopyKnown,
    CopyVerdict,
    CopyVerdicts,
    Event,
    Forgotten,
    HandedOn,
    NotDelivered,
    ReadBack,
    Sealed,
)
from casestore.transfers.log import belong_to, settle, transfer_rows
from casestore.transfers.tables import Copy, Transfer, TransferEvent

Place = tuple[str, str]
"""A conversation, and the id of an event of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event, as it was said and as it was written."""

    place: Place
    said: Event = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)


async def take_in(writing: Writing, told: Sequence[Told]) -> bool:
    """
    Take in all that are new, in order; say whether any was. The same one again is no news.

    Raises a `Problem`, and then none of them is taken, where an id stands for another event.
    """
    await chain.hold(writing)
    new, marks = await _new(writing, told)
    if not new:
        return False
    rows = await transfer_rows(writing, [each.place[0] for each in new])
    links = await chain.append_all(writing, [_for_the_chain(each) for each in new])
    for each, link in zip(new, links, strict=True):
        conversation, its_id = each.place
        writing.session.add(
            TransferEvent(
                conversation=conversation,
                id=its_id,
                team=writing.team,
                fingerprint=marks[each.place],
                n=link.n,
            )
        )
    await _note(writing, rows, new)
    await settle(writing, *rows.values())
    return True


async def _new(
    writing: Writing, told: Sequence[Told]
) -> tuple[Sequence[Told], Mapping[Place, bytes]]:
    """Those not taken in before, and what each is recognised by."""
    found = await writing.session.execute(
        select(TransferEvent.conversation, TransferEvent.id, TransferEvent.fingerprint).where(
            TransferEvent.conversation.in_({each.place[0] for each in told}),
            TransferEvent.id.in_({each.place[1] for each in told}),
        )
    )
    marks: dict[Place, bytes] = {(row.conversation, row.id): row.fingerprint for row in found}
    new: list[Told] = []
    for each in told:
        mark = fingerprint(writing.store, canonical(each.document))
        if each.place not in marks:
            new.append(each)
        if marks.setdefault(each.place, mark) != mark:
            raise Problem(409, "different-body")
    return new, marks


def _for_the_chain(told: Told) -> dict[str, Any]:
    # A link to a message holds the platform's ids, so the chain says only that there is one.
    event = {**_without_link(told.document), "conversation": told.place[0]}
    if isinstance(told.said, CopyVerdicts):
        event["copies"] = [_without_link(each) for each in told.document["copies"]]
    return event


def _without_link(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "link": told["link"] is not None} if "link" in told else dict(told)


async def _note(writing: Writing, rows: Mapping[str, Transfer], new: Sequence[Told]) -> None:
    """What each tells, in order; those whose copies are told of are asked for together."""
    people: list[tuple[Transfer, str]] = []
    copies: list[tuple[Transfer, str, CopyKnown]] = []
    for each in new:
        row, said = rows[each.place[0]], each.said
        match said:
            case Sealed() | HandedOn():
                people.append((row, said.by))
            case CopyVerdict():
                copies.append((row, said.at, said))
            case CopyVerdicts():
                copies += [(row, said.at, one) for one in said.copies]
            case _:
                pass
        _note_on(row, said)
    await belong_to(writing, people)
    await _copies(writing, copies)


def _note_on(row: Transfer, said: Event) -> None:
    at = read_time(said.at)
    match said:
        case Sealed() if row.stored_at is None:
            row.filing, row.sealed_at, row.sealed_by = said.filing, at, said.by
        case ReadBack() if row.read_back_at is None or row.read_back_at <= at:
            row.read_back_at, row.read_back_digest = at, said.digest
        case Forgotten():
            row.forgotten_at, row.forgotten_count = at, said.count
        case Sealed() | HandedOn() | ReadBack() | CopyVerdict() | CopyVerdicts() | NotDelivered():
            pass  # of an entry that came nowhere: what is filed stands; the log tells what came
        case _:
            assert_never(said)


async def _copies(writing: Writing, told: Sequence[tuple[Transfer, str, CopyKnown]]) -> None:
    if not told:
        return
    known = await _known(writing, told)
    for row, when, said in told:
        at, place = read_time(when), (row.conversation, said.copy_id)
        copy = known.get(place)
        if copy is None:
            copy = Copy(
                conversation=row.conversation,
                id=said.copy_id,
                team=writing.team,
                at=at,
                first_at=row.first_at,
            )
            writing.session.add(copy)
            known[place] = copy
        elif copy.at > at:
            continue
        copy.at, copy.place, copy.whose = at, said.place, said.whose
        copy.verdict, copy.evidence = said.verdict, said.evidence
        copy.until = read_time(said.until) if said.until else None
        copy.link = await _sealed_link(writing, row.conversation, said)


async def _known(
    writing: Writing, told: Sequence[tuple[Transfer, str, CopyKnown]]
) -> dict[Place, Copy]:
    which = select(Copy).where(
        Copy.conversation.in_({row.conversation for row, _, _ in told}),
        Copy.id.in_({said.copy_id for _, _, said in told}),
    )
    found = (await writing.session.scalars(which)).all()
    return {(copy.conversation, copy.id): copy for copy in found}


async def _sealed_link(writing: Writing, conversation: str, said: CopyKnown) -> bytes | None:
    if said.link is None:
        return None
    key = await owned_key(writing, TEAM)
    place = f"transfer_copies/{conversation}/{said.copy_id}/link"
    return seal(key, said.link.encode(), bound_to=place)
