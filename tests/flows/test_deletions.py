"""What the team leader deletes in the record, the bridge forgets too, and says so."""

import re

import httpx
import pytest

from bridge.demo.town import TOKEN
from bridge.domain.consent import Standing
from bridge.domain.lifecycle import Filing
from bridge.domain.lifecycle import Stage as At
from tests.support.stage import Stage, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")

STILL_TALKS = "er slettet i journalen, men skriver fortsatt her"


async def test_what_was_filed_is_forgotten_and_confirmed_and_who_writes_again_is_new(
    own_stage: Stage,
) -> None:
    """A deleted youth must not be known again by an alias that lay on at the bridge."""
    maya = await _filed(own_stage)
    await maya.presses("Ja, slett")
    await own_stage.hours(2)

    await _deletes(own_stage, maya)
    assert len(await _unconfirmed(own_stage)) == 2
    # Our own key has not been changed yet: what was forgotten could still be read.
    await own_stage.minutes(2)
    assert len(await _unconfirmed(own_stage)) == 2
    await own_stage.town.bridge.rotate_if_due()
    await own_stage.hours(25)

    assert await _unconfirmed(own_stage) == []
    assert await own_stage.thread_of(maya.youth) is None
    before = (await maya.row()).thread
    await maya.says("hei, det er meg igjen, men dere kjenner meg ikke")
    again = await maya.next()
    assert (await again.row()).thread != before
    assert "samtykke: ikke svart" in again.stands() or "samtykke: spurt" in again.stands()


async def test_an_open_conversation_loses_no_word_and_the_team_is_told_once(
    own_stage: Stage,
) -> None:
    """Time alone, and a decision about the past, never take words nobody has dealt with."""
    maya = await _filed(own_stage)
    await maya.says("jeg trenger å snakke med noen igjen")
    now = await maya.next()

    await _deletes(own_stage, maya)
    await own_stage.minutes(5)

    assert (await now.row()).stage is At.OPEN
    assert "jeg trenger å snakke med noen igjen" in now.reads()
    assert own_stage.cast.alarms().count(STILL_TALKS) == 1
    # The yes has lost its evidence: nothing more is filed on it.
    assert (await now.thread()).standing is not Standing.YES
    assert len(await _unconfirmed(own_stage)) == 2

    await now.answers("Jeg er her.")
    await now.ends()
    await now.presses("Ja, slett")
    await own_stage.hours(2)
    assert (await now.row()).filing is Filing.CONTACT
    await own_stage.town.bridge.rotate_if_due()
    await own_stage.hours(25)
    assert await _unconfirmed(own_stage) == []


async def test_what_was_sealed_meanwhile_is_counted_and_not_filed(own_stage: Stage) -> None:
    """The record refuses it in the words the bridge knows, and nobody has to be alarmed."""
    maya = await _filed(own_stage)
    await maya.says("en ting til")
    now = await maya.next()
    await now.answers("Ja?")
    await own_stage.town.store.down()
    await now.ends()
    assert (await now.row()).stage is At.SEALED_JOURNAL
    await own_stage.town.store.up()

    await _deletes(own_stage, maya)
    await own_stage.minutes(15)

    assert await own_stage.record.transcript(now.conversation) is None
    assert (await now.row()).filing is Filing.CONTACT
    assert STILL_TALKS not in own_stage.cast.alarms()


async def test_while_the_record_is_away_nothing_is_lost_and_it_is_made_up_for(
    own_stage: Stage,
) -> None:
    """An outage must not be what a deletion was forgotten in."""
    maya = await _filed(own_stage)
    await maya.presses("Ja, slett")
    await own_stage.hours(2)
    await _deletes(own_stage, maya)
    await own_stage.town.store.down()
    await own_stage.minutes(5)

    await own_stage.town.store.up()
    await own_stage.town.bridge.rotate_if_due()
    await own_stage.hours(25)

    assert await _unconfirmed(own_stage) == []


async def _filed(stage: Stage) -> Talk:
    talk = await stage.consents("dette vil jeg ha slettet etterpå")
    await talk.answers("Det kan du be om når du vil.")
    await talk.ends()
    assert (await talk.row()).stage is At.FORGOTTEN
    await stage.ties("amir", talk.conversation)
    return talk


async def _deletes(stage: Stage, talk: Talk) -> None:
    """Both steps, as the team leader's own tools take them."""
    async with stage.town.browser("turid") as http:
        page = (await http.get("/slack")).text
        token = re.search(r'name="form_token" value="(\w+)"', page)
        headers = {
            "X-Form-Token": token[1] if token else "",
            "Idempotency-Key": "a-key-of-the-flow-1",
        }
        entry = (await http.get(f"/journal/{talk.conversation}")).text
        person = re.search(r"/people/(p_\w+)", entry)
        assert person is not None
        proposal = {
            "id": "dec_flow_1", "kind": "delete_mistake", "target_kind": "person",
            "target": person[1], "basis": "no_basis", "reason": "Prøve", "reference": "",
        }  # fmt: skip
        told = await http.post("/api/deletions", json=proposal, headers=headers)
        assert told.status_code == 201, told.text
        assert told.json()["blocks"] == []
        path = "/api/deletions/dec_flow_1/carry-out"
        headers["Idempotency-Key"] = "a-key-of-the-flow-2"
        done = await http.post(path, json={"seen": told.json()["seen"]}, headers=headers)
        assert done.status_code == 200, done.text


async def _unconfirmed(stage: Stage) -> list[dict[str, str | None]]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(
        base_url=stage.town.store.url, headers=headers, timeout=60
    ) as http:
        answer = await http.get("/api/bridge/deletions?since=")
    found: list[dict[str, str | None]] = answer.json()["deletions"]
    return found
