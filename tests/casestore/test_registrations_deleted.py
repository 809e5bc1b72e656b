"""Somebody who is deleted is deleted also where a word of theirs was on its way."""

import pytest

from casestore.registrations.rules import Why
from tests.casestore.deleting import deletes, proved
from tests.casestore.matrix_world import PICTURE
from tests.casestore.people import ties, youth
from tests.casestore.registering import refuses, waiting, written_down
from tests.casestore.stage import Stage, contact_body
from tests.casestore.test_registrations import NOTHING, left


@pytest.mark.parametrize("whose", ["thread:t_snap", ""])
@pytest.mark.parametrize("came_back", [False, True])
async def test_what_was_written_down_of_a_youth_goes_when_they_are_deleted(
    stage: Stage, whose: str, came_back: bool
) -> None:
    """It says whose it is: chosen or typed, waiting or sent back. The others' stands."""
    tove, berit = await stage.leader(), await stage.person("berit")
    body = contact_body(stage, "c_1", by=berit.id, thread="t_snap", channel="snapchat")
    assert (await stage.bridge.put("contacts/c_1", body)).status_code in {200, 201}
    person = await youth(berit, alias="Blå rev", name="Maya Lind")
    assert (await ties(berit, person, "t_snap")).status_code in {200, 201}
    typed = "" if whose else " blå  REV "
    await written_down(stage, berit, pictures=[PICTURE], whose=whose, alias=typed)
    if came_back:
        await stage.bridge.put("registrations/reg_1/asked", {})
        await refuses(stage, Why.STANDING)
    await written_down(stage, berit, its_id="reg_2", whose="", alias="Stille elv")

    await proved(stage, "c_1", None)
    await deletes(tove, person)

    assert "slettet med resten" in await berit.sees("/registrations")
    assert "slettet med resten" in await berit.sees("/registrations/reg_1")
    assert (await left(stage))[0] == NOTHING[0]
    assert (await left(stage))[2] == NOTHING[2]
    assert (await left(stage, "reg_2"))[0]
    assert await waiting(stage) == ["reg_2"]
