"""What was written down by hand, for the bridge: asked for, fetched, and then gone from here."""

from base64 import b64encode
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends
from sqlalchemy import select

from casestore.answers import ById, Given, JsonRoute, also
from casestore.audit.chain import note
from casestore.edge import Reading, ReadingNow, Writing, WritingNow, bridge_only
from casestore.ids import PathId
from casestore.keyring import Unreadable
from casestore.problems import Problem
from casestore.received import Agreed, Received, received
from casestore.registrations.answers import (
    PictureTold,
    PictureWhole,
    RegistrationsWaiting,
    RegistrationTold,
    RegistrationWaiting,
)
from casestore.registrations.rules import Status, Why
from casestore.registrations.tables import Registration
from casestore.registrations.words import forget, picture, pictures_of, words_of
from casestore.registrations.writing_down import held
from casestore.times import write_time

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)

SOME: Final = 20
ASKED_FOR: Final = (Status.WAITING, Status.ASKED)


class Refusal(Agreed):
    """Why it was not taken in."""

    why: Literal["channel-off", "nobody", "out-of-reach", "standing"]


@router.get("/registrations")
async def registrations(reading: ReadingNow) -> Given[RegistrationsWaiting]:
    """Give those that are due and that the bridge has not ended, the oldest first."""
    found = await reading.session.scalars(
        select(Registration)
        .where(Registration.status.in_(ASKED_FOR), Registration.due_at <= reading.now)
        .order_by(Registration.due_at, Registration.id)
        .limit(SOME)
    )
    waiting = [RegistrationWaiting(id=row.id, since=write_time(row.due_at)) for row in found]
    return Given(RegistrationsWaiting(registrations=waiting))


@router.put("/registrations/{registration_id}/asked", responses=also(404, 409))
async def asked(registration_id: PathId, writing: WritingNow) -> Given[RegistrationTold]:
    """Note that the bridge has been given it, and give it; from now on it cannot be withdrawn."""
    row = await _to_end(writing, registration_id)
    if row.status == Status.WAITING and row.due_at > writing.now:
        raise Problem(404, "not-found")  # it is being mended just now
    told = await _told(writing, row)
    row.status, row.asked_at = Status.ASKED, row.asked_at or writing.now
    return Given(told)


@router.get("/registrations/{registration_id}/pictures/{picture_id}", responses=also(404, 409))
async def one_picture(
    registration_id: PathId, picture_id: PathId, reading: ReadingNow
) -> Given[PictureWhole]:
    """Give a picture, as it was chosen."""
    row = await reading.session.get(Registration, registration_id)
    if row is None or row.status != Status.ASKED:
        raise Problem(404, "not-found")
    try:
        kind, raw = await picture(reading, row, picture_id)
    except LookupError:
        raise Problem(404, "not-found") from None
    except Unreadable:
        raise Problem(409, "unreadable") from None
    return Given(PictureWhole(id=picture_id, type=kind, body=b64encode(raw).decode()))


@router.put("/registrations/{registration_id}/taken", responses=also(404, 409))
async def taken(registration_id: PathId, writing: WritingNow) -> Given[ById]:
    """Note that it is on the bridge's own disk, and leave nothing of it here."""
    row = await held(writing, registration_id)
    if row is None:
        raise Problem(404, "not-found")
    if row.status == Status.TAKEN:
        return Given(ById(id=row.id))
    if row.status != Status.ASKED:
        raise Problem(409, "not-asked")
    await forget(writing, row)
    row.status, row.why, row.ended_at = Status.TAKEN, None, writing.now
    await note(writing, "registration.taken", by=None, of=row.id)
    return Given(ById(id=row.id))


@router.put("/registrations/{registration_id}/refused", responses=also(404, 409))
async def refused(
    registration_id: PathId,
    body: Annotated[Received[Refusal], Depends(received(Refusal))],
    writing: WritingNow,
) -> Given[ById]:
    """Note why it was not taken in; the words stay until a person has seen to it."""
    row = await _to_end(writing, registration_id)
    if row.status == Status.REFUSED:
        return Given(ById(id=row.id))
    if row.status != Status.ASKED:
        raise Problem(409, "not-asked")
    row.status, row.why = Status.REFUSED, Why(body.said.why)
    await note(writing, "registration.refused", by=None, of=row.id, why=row.why)
    return Given(ById(id=row.id))


async def _to_end(writing: Writing, its_id: str) -> Registration:
    """One that is not ended; what is, is not there for the bridge."""
    row = await held(writing, its_id)
    if row is None or row.status in {Status.TAKEN, Status.WITHDRAWN}:
        raise Problem(404, "not-found")
    return row


async def _told(asking: Reading | Writing, row: Registration) -> RegistrationTold:
    if row.status == Status.REFUSED:
        raise Problem(404, "not-found")
    try:
        said = await words_of(asking, row)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    return RegistrationTold(
        id=row.id,
        channel=said.channel,
        thread=said.thread,
        alias=said.alias,
        by=row.written_by,
        at=write_time(row.written_at),
        said_at=write_time(said.said_at),
        ours=said.ours,
        text=said.text,
        answers=said.answers,
        insists=said.insists,
        pictures=[
            PictureTold(id=each.id, type=each.type, size=each.size)
            for each in await pictures_of(asking, row)
        ],
    )
