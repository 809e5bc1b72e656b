"""The bridge's client against the real case store: what somebody has written down there."""

from dataclasses import replace
from datetime import datetime

import pytest

from bridge.domain.ids import EmployeeId
from bridge.ports import (
    NotTaken,
    Picture,
    RecordUnreachable,
    Refusal,
    Waiting,
    WrittenDown,
)
from casestore.edge import Writing
from casestore.registrations.rules import Written
from casestore.registrations.tables import Registration
from casestore.registrations.words import put_pictures, put_words
from casestore.uploads import Scan
from casestore.users.tables import User
from tests.edges.zone import NOW, PHOTO, Zone, refused


async def _writes_down(zone: Zone, *ids: str, due_at: datetime = NOW) -> WrittenDown:
    """What somebody has sent in on the case store's page, with a picture."""
    async with zone.store.database.writing() as session:
        session.add(
            User(
                id="e_1", team="utekontakten", login="kari", name="Kari Prøve", role="caseworker",
                password="-", active=True, failures=0, created_at=NOW, totp_step=0,
                password_temporary=False,
            )
        )  # fmt: skip
        await session.flush()
        writing = Writing(session=session, store=zone.store, now=NOW)
        said = Written(
            channel="snapchat", thread=None, alias="Blå rev", said_at=NOW, ours=False, text="hei",
            answers=True, insists=False,
        )  # fmt: skip
        for its_id in ids:
            row = Registration(
                id=its_id, team="utekontakten", channel="snapchat", written_by="e_1",
                written_at=NOW, due_at=due_at, status="waiting", words=b"",
            )  # fmt: skip
            session.add(row)
            await session.flush()
            await put_words(writing, row, said)
            scan = Scan(name="", type="image/png", raw=PHOTO)
            await put_pictures(writing, row, [scan], keep=[])
    return WrittenDown(
        id=ids[0], channel="snapchat", thread=None, alias="Blå rev", by=EmployeeId("e_1"), at=NOW,
        said_at=NOW, ours=False, text="hei", answers=True, insists=False, pictures=(),
    )  # fmt: skip


async def test_what_was_written_down_is_given_once_asked_for_and_gone_when_confirmed(
    zone: Zone,
) -> None:
    """And cannot be had without asking, nor by a picture's id alone."""
    wanted = await _writes_down(zone, "reg_1", "reg_2")
    assert await zone.record.written_down() == [
        Waiting(id=i, since=NOW) for i in ("reg_1", "reg_2")
    ]
    async with refused(Refusal.NOT_THERE):
        await zone.record.picture("reg_1", Picture(id="rp_1", type="image/png", size=1))

    told = await zone.record.ask_for("reg_1")

    (picture,) = told.pictures
    assert replace(told, pictures=()) == wanted
    assert await zone.record.picture("reg_1", picture) == PHOTO
    for _ in range(2):
        await zone.record.confirm_taken("reg_1")
    async with refused(Refusal.NOT_THERE):
        await zone.record.ask_for("reg_1")
    async with refused(Refusal.NOT_THERE):
        await zone.record.picture("reg_1", picture)
    await zone.record.ask_for("reg_2")
    for _ in range(2):
        await zone.record.not_taken("reg_2", NotTaken.NOBODY)
    async with refused(Refusal.NOT_THERE):
        await zone.record.ask_for("reg_2")
    assert await zone.record.written_down() == []


async def test_a_picture_that_is_not_whole_is_no_picture(zone: Zone) -> None:
    """What is kept as evidence of a yes must be all of it."""
    await _writes_down(zone, "reg_1")
    (picture,) = (await zone.record.ask_for("reg_1")).pictures

    with pytest.raises(RecordUnreachable, match=r"^not-understood$"):
        await zone.record.picture("reg_1", replace(picture, size=picture.size + 1))
