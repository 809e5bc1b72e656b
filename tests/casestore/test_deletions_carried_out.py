"""A deletion is carried out once and wholly, here and in the bridge, whatever comes between."""

import asyncio
from datetime import timedelta

import pytest

from casestore.deletions.carrying_out import carry_out
from casestore.deletions.erasing import erase
from casestore.deletions.extent import extent_of_person
from casestore.deletions.tables import Deletion
from casestore.keys_rotating import keep
from casestore.opening import opened_store
from casestore.people.tables import Person as Youth
from casestore.users.rules import Role
from casestore.users.sessions import Visitor
from tests.casestore.deleted import WRITTEN, at_once, count, of
from tests.casestore.deleting import (
    CANARIES,
    carries_out,
    deletes,
    everything,
    proposes,
)
from tests.casestore.people import audited
from tests.casestore.stage import Stage, consent_body, transcript_body


async def test_what_the_bridge_still_holds_of_a_deleted_thread_is_not_filed(stage: Stage) -> None:
    """With its key the consent has lost its evidence: the contact is counted, the words go."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    await deletes(tove, person)
    late = transcript_body(stage, "c_late", author=berit.id, consent="s_t_rev")

    answer = await stage.bridge.put("transcripts/c_late", late)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:consent-withdrawn")
    # A youth who comes back and says yes anew has a journal anew, and nobody's old one.
    stage.clock.move(timedelta(minutes=1))
    yes = consent_body(stage, "t_rev") | {"conversation": "c_new"}
    assert (await stage.bridge.put("consents/s_new", yes)).status_code == 201
    new = transcript_body(stage, "c_new", author=berit.id, consent="s_new")
    assert (await stage.bridge.put("transcripts/c_new", new)).status_code == 201
    assert (await stage.bridge.get("transcripts/c_new/digest")).status_code == 200
    assert "er det noen der?" in await berit.sees("/journal/c_new")


async def test_what_is_not_proved_yet_is_waited_for(stage: Stage) -> None:
    """Between put and read back the bridge still holds the words, and would be told a riddle."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    body = transcript_body(stage, "c_2", author=berit.id, consent="s_t_rev")
    assert (await stage.bridge.put("transcripts/c_2", body)).status_code == 201

    assert (await proposes(tove, person)).json()["blocks"] == ["unproved"]
    assert (await carries_out(tove)).status_code == 409


async def test_the_bridge_is_told_and_confirms(stage: Stage) -> None:
    """A deletion that stops at the case store's door is half a deletion."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    told = await deletes(tove, person)

    asked = (await stage.bridge.get("deletions?since=")).json()["deletions"]
    assert {(each["thread"], each["conversation"]) for each in asked} == {
        ("t_rev", None), (None, "c_1"), (None, "c_of_t_rev"),
    }  # fmt: skip
    for each in asked:
        for _ in range(2):
            path = f"deletions/{each['id']}/confirmed"
            assert (await stage.bridge.put(path, {})).status_code == 200
    assert (await stage.bridge.get("deletions?since=")).json()["deletions"] == []
    assert len((await stage.bridge.get("deletions?since=0")).json()["deletions"]) == 3
    assert (await stage.bridge.put("deletions/del_none/confirmed", {})).status_code == 404
    assert "3 av 3" in await tove.sees(f"/deletions/{told['id']}")


async def test_two_clicks_at_once_carry_out_once(stage: Stage) -> None:
    """Two certificates for one deletion would be one too many to believe."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    assert (await proposes(tove, person)).status_code == 201
    seen = (await tove.http.get("/api/deletions/dec_kanari")).json()["seen"]

    answers = await asyncio.gather(*(carries_out(tove, seen=seen) for _ in range(3)))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(await audited(stage, "deletion.carried_out")) == 1
    assert await count(stage, Deletion) == 3


async def test_a_crash_before_the_key_is_changed_is_made_up_for(stage: Stage) -> None:
    """The deletion is committed, and the power goes: the key must be changed all the same."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    assert (await proposes(tove, person)).status_code == 201
    # What the request does, without what comes after its answer.
    before = stage.store.ring.current
    seen = (await tove.http.get("/api/deletions/dec_kanari")).json()["seen"]
    who = Visitor(id=tove.id, name="Tove", role=Role.TEAM_LEADER, team="oslo", secret="")
    async with stage.writing() as writing:
        await carry_out(writing, who, "dec_kanari", seen=seen)
    assert stage.store.ring.current == before

    async with opened_store(stage.settings, stage.clock.now) as again:
        await keep(at_once(again))
        assert before not in again.ring.keys
        after = again.ring.current
        await keep(at_once(again))
        assert again.ring.current == after  # and once is enough


async def test_a_deletion_that_fails_leaves_everything(stage: Stage) -> None:
    """Half a deletion would be a record that lies about what it holds."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    who = Visitor(id=tove.id, name="Tove", role=Role.TEAM_LEADER, team="oslo", secret="")

    async def fails() -> None:
        async with stage.writing() as writing:
            row = await writing.session.get_one(Youth, person)
            await erase(writing, who, await extent_of_person(writing, row))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fails()

    assert await of(stage) == WRITTEN
    assert CANARIES["said"] in await berit.sees("/journal/c_1")
