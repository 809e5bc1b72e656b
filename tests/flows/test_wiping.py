"""The wipe tells the truth: one verdict for every copy, and never more than is known."""

from datetime import timedelta

import pytest

from bots.sandbox.faults import Fault
from bridge.domain.copies import Place
from bridge.domain.lifecycle import Stage as At
from tests.support.stage import Stage, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_message_in_the_thread_goes_and_the_head_goes_last(stage: Stage) -> None:
    """Deleting the head first would leave her words behind, orphaned."""
    maya = await stage.consents("dette skal bort fra Slack")
    await maya.amir.writes("et notat mellom oss to", maya.root)
    await maya.answers("Et svar i tråden også.")
    slack = stage.town.sandbox.slack
    before = len(slack.calls_of("chat.delete"))

    await maya.ends()
    await stage.minutes(5)

    assert maya.reads() == ""
    gone = [str(call["ts"]) for call in slack.calls_of("chat.delete")[before:]]
    assert gone[-1] == maya.root
    assert gone.count(maya.root) == 1


async def test_what_people_wrote_goes_by_the_administrators_token_and_ours_by_our_own(
    stage: Stage,
) -> None:
    """A bot may delete only what it posted itself."""
    maya = await stage.consents()
    await maya.amir.writes("skrevet av et menneske her", maya.root)

    await maya.ends()
    await stage.minutes(5)

    copies = await maya.verdicts("slack")
    assert {copy["whose"] for copy in copies} == {"bot", "caseworker"}
    assert {(copy["verdict"], copy["evidence"]) for copy in copies} <= {
        ("recoverable", "reread"), ("recoverable", "told"),
    }  # fmt: skip


async def test_it_is_looked_for_again_after_a_minute_an_hour_and_a_day(stage: Stage) -> None:
    """Slack's «ok» is not proof; a second look is."""
    maya = await stage.consents()
    await maya.ends()
    await stage.minutes(2)
    looks = [await _looks(stage, maya)]
    for hours in (1.1, 24):
        await stage.hours(hours)
        looks.append(await _looks(stage, maya))

    assert looks == [{1}, {2}, {3}]


async def _looks(stage: Stage, talk: Talk) -> set[int]:
    async with stage.town.bridge.vault.begin() as tx:
        copies = await tx.copies.of(talk.conversation)
    return {copy.looks for copy in copies if copy.place is Place.WORKSPACE}


async def test_a_message_older_than_48_hours_is_too_late_and_says_so(stage: Stage) -> None:
    """The log must not promise what Telegram did not do."""
    maya = await stage.consents("dette skrev jeg for lenge siden")
    stage.clock.move(timedelta(hours=50))
    await maya.answers("Da runder vi av for nå.")
    await maya.ends()

    await maya.presses("Ja, slett")
    await stage.minutes(10)

    verdicts = {str(copy["verdict"]) for copy in await maya.verdicts("telegram")}
    assert "too_late" in verdicts
    assert "dette skrev jeg for lenge siden" in [s.text for s in maya.youth.sees()]
    assert "Da runder vi av for nå." not in maya.heard()


async def test_a_minute_on_either_side_of_48_hours_each_message_gets_its_own_answer(
    stage: Stage,
) -> None:
    """One that is too old must not keep the others there, nor be told as gone with them."""
    maya = await stage.consents()
    await maya.says("dette er to minutter for gammelt")
    began = stage.clock.now()
    stage.clock.set(began + timedelta(minutes=2))
    await maya.says("og dette rekker vi akkurat")
    second = stage.clock.now()
    stage.clock.set(began + timedelta(hours=47))
    await maya.ends()
    stage.clock.set(second + timedelta(hours=47, minutes=59))
    assert stage.clock.now() - began >= timedelta(hours=48, minutes=1)

    maya.youth.phone.presses("Ja, slett")
    await stage.settles()

    left = [s.text for s in maya.youth.sees()]
    assert "dette er to minutter for gammelt" in left
    assert "og dette rekker vi akkurat" not in left
    await stage.minutes(10)
    told = {str(copy["verdict"]) for copy in await maya.verdicts("telegram")}
    assert {"too_late", "gone"} <= told


async def test_what_an_administrator_has_deleted_is_not_called_unknown(stage: Stage) -> None:
    """Somebody tidies up in Slack; the copy is gone all the same."""
    maya = await stage.consents()
    ts = await maya.amir.writes("ble ryddet bort av en annen", maya.root)
    slack = stage.town.sandbox.slack
    slack.deletes(slack.admin, stage.town.sandbox.room, ts)
    await stage.settles()

    await maya.ends()
    await stage.minutes(5)

    verdicts = {str(copy["verdict"]) for copy in await maya.verdicts("slack")}
    assert verdicts == {"recoverable"}


async def test_words_posted_in_a_forgotten_thread_get_a_notice_and_are_wiped(
    own_stage: Stage,
) -> None:
    """The thread still stands on a colleague's screen; what is said there goes nowhere."""
    maya = await own_stage.consents()
    slack = own_stage.town.sandbox.slack
    slack.faults.during(Fault.BAD_GATEWAY, lasting=timedelta(minutes=5), method="chat.delete")
    await maya.ends()
    assert (await maya.row()).stage is At.FORGOTTEN

    await maya.answers("Et svar som kommer for sent her.")
    assert "Dette ble *ikke* sendt: samtalen er avsluttet" in maya.amir.hints()
    await own_stage.minutes(30, step=2)

    assert "kommer for sent her" not in maya.heard()
    assert "kommer for sent her" not in maya.reads()


async def test_a_copy_that_slack_will_not_delete_now_is_tried_until_it_does(
    own_stage: Stage,
) -> None:
    """A failed step is never logged and left."""
    maya = await own_stage.consents("borte skal det bli til slutt")
    faults = own_stage.town.sandbox.slack.faults
    faults.during(Fault.RATE_LIMITED, lasting=timedelta(minutes=30), method="chat.delete")
    await maya.ends()
    await own_stage.minutes(10, step=2)
    assert "pending" in {copy["verdict"] for copy in await maya.verdicts("slack")}

    await own_stage.minutes(40, step=2)

    assert {copy["verdict"] for copy in await maya.verdicts("slack")} == {"recoverable"}
    assert maya.reads() == ""


async def test_our_own_copy_is_gone_only_when_its_key_is(stage: Stage) -> None:
    """Until the next rotation an old copy of the disk could still be read."""
    maya = await stage.consents()
    await maya.ends()
    assert [copy["verdict"] for copy in await maya.verdicts("bridge")] == ["recoverable"]

    await stage.town.bridge.rotate()
    await stage.settles()

    (ours,) = await maya.verdicts("bridge")
    assert (ours["verdict"], ours["evidence"]) == ("gone", "key_rotation")
