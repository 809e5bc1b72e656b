"""Whatever is down, nothing is lost, nothing is doubled, and everything arrives in order."""

import asyncio
import re
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest

from bots.sandbox.faults import Fault
from bridge.demo.town import PATIENCE
from tests.support.stage import Stage

NUMBERED = r"melding nr\. (\d{3}) fra meg"

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_sixty_messages_through_a_storm_of_429_keep_their_order(own_stage: Stage) -> None:
    """A youth who pours it all out at once must not be read in pieces, or not at all."""
    maya = await own_stage.meets()
    slack = own_stage.town.sandbox.slack
    slack.faults.during(Fault.RATE_LIMITED, lasting=timedelta(minutes=5), seconds=30)
    for number in range(60):
        maya.youth.phone.says(f"melding nr. {number:02} fra meg")
    await own_stage.settles(timedelta(seconds=5))

    await own_stage.minutes(10)

    shown = re.findall(r"melding nr\. (\d\d) fra meg", maya.reads())
    assert shown == [f"{number:02}" for number in range(60)]


async def test_three_hundred_messages_through_a_storm_of_429_hold_back_no_reply(
    own_stage: Stage,
) -> None:
    """One youth's flood is read in order, and nobody else waits until it is over."""
    maya, ola = await own_stage.meets(), await own_stage.meets()
    slack = own_stage.town.sandbox.slack
    slack.faults.during(
        Fault.RATE_LIMITED, lasting=timedelta(minutes=5), method="chat.postMessage", seconds=30
    )
    for number in range(300):
        maya.youth.phone.says(f"melding nr. {number:03} fra meg")
    await own_stage.settles(timedelta(seconds=5))

    new = own_stage.stranger()
    await new.says("hei, er det noen her nå?")
    assert "Du skriver til Utekontakten" in new.heard()
    await own_stage.minutes(4)
    await ola.answers("Dette kommer fram mens det er kø.", settle=False)
    await own_stage.settles(timedelta(seconds=20))
    assert "kommer fram mens det er kø" in ola.heard()
    assert 0 < len(re.findall(NUMBERED, maya.reads())) < 300

    # Ten in a post, and a post in a second: one by one it would take five minutes.
    await own_stage.minutes(2)
    assert re.findall(NUMBERED, maya.reads()) == [f"{number:03}" for number in range(300)]


async def test_one_slow_thread_holds_back_no_other_youth(own_stage: Stage) -> None:
    """429 for one chat must not freeze all."""
    maya, ola = await own_stage.meets(), await own_stage.meets()
    faults = own_stage.town.sandbox.telegram.faults
    faults.next(Fault.RATE_LIMITED, method="sendMessage", seconds=120)
    await maya.answers("Dette må vente litt på plattformen.", settle=False)
    await own_stage.settles(timedelta(seconds=15))

    await ola.answers("Og dette kommer fram med en gang.", settle=False)
    await own_stage.settles(timedelta(seconds=20))
    assert "kommer fram med en gang" in ola.heard()
    assert "vente litt på plattformen" not in maya.heard()

    await own_stage.minutes(3)
    assert "vente litt på plattformen" in maya.heard()


async def test_slack_down_for_an_hour_loses_and_doubles_nothing(own_stage: Stage) -> None:
    """She writes on; the team reads it all when Slack is back."""
    maya = await own_stage.meets()
    slack = own_stage.town.sandbox.slack
    slack.faults.during(Fault.BAD_GATEWAY, lasting=timedelta(hours=1))
    await maya.says("er det noen som leser dette?")
    await maya.says("jeg venter her så lenge, altså")
    ola = own_stage.stranger()
    await ola.says("jeg skriver for aller første gang")
    assert "Du skriver til Utekontakten" in ola.heard()
    await own_stage.minutes(70, step=5)

    for words in ("er det noen som leser dette?", "jeg venter her så lenge, altså"):
        assert maya.reads().count(words) == 1
    talk = await own_stage.talk(ola)
    assert talk.reads().count("jeg skriver for aller første gang") == 1


async def test_an_answer_from_slack_that_is_lost_posts_nothing_twice(own_stage: Stage) -> None:
    """It is looked for by its mark before it is posted again."""
    maya = await own_stage.meets()
    faults = own_stage.town.sandbox.slack.faults
    faults.next(Fault.RESET_AFTER, method="chat.postMessage", times=2)

    await maya.says("dette skal stå her bare én gang")
    await own_stage.minutes(5)

    assert maya.reads().count("dette skal stå her bare én gang") == 1


async def test_a_call_that_never_reached_slack_is_made_again(own_stage: Stage) -> None:
    """Looked for twice, not found, and then posted."""
    maya = await own_stage.meets()
    own_stage.town.sandbox.slack.faults.next(Fault.RESET_BEFORE, method="chat.postMessage")

    await maya.says("dette kom aldri fram første gang")
    await own_stage.minutes(5)

    assert maya.reads().count("dette kom aldri fram første gang") == 1


async def test_a_token_that_slack_has_revoked_keeps_the_queue(own_stage: Stage) -> None:
    """Somebody removes the app by mistake on a Friday."""
    maya = await own_stage.meets()
    slack, token = own_stage.town.sandbox.slack, own_stage.town.sandbox.tokens.slack_bot
    slack.revoked[token] = "token_revoked"
    await maya.says("ble dette borte, kanskje?")
    await own_stage.minutes(30, step=5)
    assert "ble dette borte, kanskje?" not in maya.reads()

    slack.revoked.clear()
    await own_stage.minutes(30, step=5)

    assert maya.reads().count("ble dette borte, kanskje?") == 1


async def test_telegram_down_for_an_hour_delays_and_asks(own_stage: Stage) -> None:
    """Its updates wait at Telegram; our replies are not sent stale."""
    maya = await own_stage.meets()
    faults = own_stage.town.sandbox.telegram.faults
    faults.during(Fault.RATE_LIMITED, lasting=timedelta(hours=1), method="sendMessage", seconds=300)
    await maya.answers("Dette blir gammelt før det kommer.", settle=False)
    await own_stage.minutes(75, step=5)
    assert "blir gammelt før det kommer" not in maya.heard()
    assert "Skal det fortsatt sendes?" in maya.reads()

    await maya.clicks("leave")
    await own_stage.minutes(5)
    assert "blir gammelt før det kommer" not in maya.heard()


async def test_the_case_store_down_holds_up_only_the_filing_and_says_so_honestly(
    own_stage: Stage,
) -> None:
    """And it all completes by itself afterwards, in order, once."""
    await own_stage.town.store.down()
    talks = []
    for number in range(2):
        talk = await own_stage.meets(f"samtale nummer {number} mens det er nede")
        await talk.presses("Ja")
        await talk.answers(f"Svar nummer {number} kom fram likevel.")
        await talk.ends()
        talks.append(talk)
    await own_stage.minutes(60, step=10)
    assert "enter på journalsystemet siden" in talks[0].stands()
    assert own_stage.cast.alarms().count("Journalsystemet svarer ikke") == 1
    assert all("Journalsystemet vårt er nede" in talk.heard() for talk in talks)

    await own_stage.town.store.up()
    await own_stage.minutes(20, step=5)

    events = (await own_stage.log()).events()
    stored = [e["conversation"] for e in events if e["kind"] == "transcript_stored"]
    assert stored == [talk.conversation for talk in talks]
    assert "Journalsystemet svarer igjen" in own_stage.cast.alarms()


async def test_the_bridge_down_while_both_sides_write_loses_nothing_and_sends_nothing_stale(
    own_stage: Stage,
) -> None:
    """Telegram kept hers; Slack's gap is read, and what is found late is offered."""
    ola = await own_stage.meets("er dere ute i kveld eller?")
    slack, words = own_stage.town.sandbox.slack, "Ja, ved kiosken fra klokka seks."
    await own_stage.town.bridge_down()
    slack.delivery.hold()
    ola.youth.phone.says("jeg kan komme klokka sju da")
    slack.posts(ola.amir.user, own_stage.town.sandbox.room, f"@utebru {words}", thread_ts=ola.root)
    slack.posts(ola.amir.user, own_stage.town.sandbox.room, "bare et notat", thread_ts=ola.root)
    own_stage.clock.move(timedelta(hours=1))
    slack.delivery.release(lambda _: [])

    await own_stage.town.bridge_up()
    await own_stage.settles()
    await own_stage.town.bridge.gaps.read()
    await own_stage.settles()

    assert ola.reads().count("jeg kan komme klokka sju da") == 1
    assert words not in ola.heard()
    await ola.clicks("again")
    assert ola.heard().count(words) == 1
    assert "bare et notat" not in ola.heard()


async def test_the_bridge_down_for_longer_than_telegram_keeps_anything_is_told_the_team(
    own_stage: Stage,
) -> None:
    """She wrote, and it is gone; nobody may believe that there was nothing."""
    maya = await own_stage.meets("er dere her i morgen også?")
    await own_stage.minutes(2)
    await own_stage.town.bridge_down()
    own_stage.clock.move(timedelta(hours=30))

    await own_stage.town.bridge_up()
    await own_stage.minutes(5)

    said = "Telegram nådde ikke Utebru på over 24 timer"
    assert own_stage.cast.alarms().count(said) == 1
    assert re.search(
        r"skrev fra 23\.11\. kl\. 10\.0\d til 23\.11\. kl\. 16\.0\d, kan være borte",
        own_stage.cast.alarms(),
    )
    assert maya.reads().count(said) == 0


async def test_telegram_out_of_reach_for_longer_than_it_keeps_anything_is_told_the_team(
    own_stage: Stage,
) -> None:
    """The bridge was up all the time, and restarted once in between; she wrote into nothing."""
    await own_stage.minutes(2)
    telegram = own_stage.town.sandbox.telegram
    telegram.faults.during(Fault.BAD_GATEWAY, lasting=timedelta(hours=20), method="getUpdates")
    async with asyncio.timeout(PATIENCE), _listening(own_stage):
        while "uvanlig stille på Telegram" not in own_stage.cast.alarms():
            await own_stage.settles()
    await own_stage.hours(20)
    await own_stage.town.bridge_down()
    own_stage.clock.move(timedelta(hours=10))
    assert "nådde ikke Utebru" not in own_stage.cast.alarms()

    await own_stage.town.bridge_up()
    await own_stage.minutes(5)

    assert own_stage.cast.alarms().count("Telegram nådde ikke Utebru på over 24 timer") == 1


def _listening(stage: Stage) -> AbstractAsyncContextManager[None]:
    """As in production: it asks by itself, and tells when it is not answered."""
    listening = stage.town.assembled.platforms["telegram"].listening
    assert listening is not None
    return listening()


async def test_a_crisis_is_answered_with_numbers_and_alarms_whatever_else_is_down(
    own_stage: Stage,
) -> None:
    """That night is the night everything is down."""
    await own_stage.at(23, 40)
    await own_stage.town.store.down()
    slack = own_stage.town.sandbox.slack
    slack.faults.during(Fault.BAD_GATEWAY, lasting=timedelta(hours=1))
    mina = own_stage.stranger()

    await mina.says("jeg vil ikke leve lenger nå")

    assert "116 111" in mina.heard()
    assert "Er det greit at vi skriver ned" not in mina.heard()
    await own_stage.minutes(70, step=5)
    assert "har skrevet noe som kan være krise" in own_stage.cast.alarms()
    assert "jeg vil ikke leve lenger nå" in (await own_stage.talk(mina)).reads()


async def test_a_head_that_an_administrator_deletes_takes_no_word_with_it(own_stage: Stage) -> None:
    """Somebody tidies up in the room; she is still writing, and nobody has told her."""
    maya = await own_stage.meets()
    town = own_stage.town.sandbox
    town.slack.deletes(town.slack.admin, town.room, maya.root)
    await own_stage.settles()

    await maya.says("leser noen dette ennå?")
    await own_stage.minutes(2)
    await maya.answers("Ja, vi leser alt du skriver.")

    assert maya.amir.thread(maya.root)[0].tombstone
    assert maya.reads().count("leser noen dette ennå?") == 1
    assert "Ja, vi leser alt du skriver." in maya.heard()


async def test_a_room_thread_that_is_deleted_whole_goes_on_under_a_new_head(
    own_stage: Stage,
) -> None:
    """What she writes next would wait for ever, and nobody in the room would know of her."""
    maya = await own_stage.meets()
    town = own_stage.town.sandbox
    for seen in reversed(maya.amir.thread(maya.root)):
        town.slack.deletes(town.slack.admin, town.room, seen.ts)
    await own_stage.settles()
    assert maya.amir.roots() == []

    await maya.says("leser noen dette ennå?")
    await maya.says("jeg er her ute alene")
    await own_stage.minutes(5)

    assert len(maya.amir.roots()) == 1
    again = await own_stage.talk(maya.youth)
    assert again.reads().count("leser noen dette ennå?") == 1
    assert again.reads().count("jeg er her ute alene") == 1
    await again.answers("Ja, vi leser alt du skriver.")
    assert "Ja, vi leser alt du skriver." in again.heard()


async def test_a_room_that_is_archived_loses_no_word(own_stage: Stage) -> None:
    """Somebody tidies up among the channels; what comes meanwhile waits until they are told."""
    maya = await own_stage.meets()
    slack, room = own_stage.town.sandbox.slack, own_stage.town.sandbox.room.id
    slack.workspace.change_room(room, archived=True)
    await maya.says("leser noen dette ennå?")
    await own_stage.minutes(30, step=5)
    assert "leser noen dette ennå?" not in maya.reads()

    slack.workspace.change_room(room, archived=False)
    await own_stage.minutes(30, step=5)

    assert maya.reads().count("leser noen dette ennå?") == 1
