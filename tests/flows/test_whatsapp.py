"""A youth on WhatsApp is promised the same, and her number is in no place that can be read."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.sandbox.faults import Fault
from bridge.domain.consent import Standing
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Filing
from bridge.domain.lifecycle import Stage as At
from bridge.domain.threads import Chat
from tests.conftest import NoEars
from tests.support.stage_whatsapp import TOKEN, WhatsApp, on_whatsapp

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, jeg tør ikke ringe dere"


@pytest_asyncio.fixture(loop_scope="module")
async def whatsapp(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[WhatsApp]:
    async with on_whatsapp(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        ears.listen_for(TOKEN, there.maya.id, there.maya.number, "wamid.")
        yield there


async def test_from_the_first_word_to_nothing_left_but_what_meta_will_not_delete(
    whatsapp: WhatsApp,
) -> None:
    """The same story as on Telegram; only the last line of it is another."""
    first = await whatsapp.says(HI)
    await whatsapp.stage.minutes(1)
    await whatsapp.settles()

    assert "Det er frivillig å snakke med oss" in whatsapp.heard()
    assert "WhatsApp · samtykke: ikke svart" in whatsapp.amir.roots()[-1].words
    assert HI in whatsapp.reads()

    tapped = await whatsapp.presses("Ja")
    thread = await whatsapp.thread()
    assert thread.standing is Standing.YES

    await whatsapp.answers("Hei! Så fint at du skrev.")
    assert "Så fint at du skrev." in whatsapp.heard()
    assert "levert" in whatsapp.reads()

    async with whatsapp.stage.town.bridge.vault.begin() as tx:
        for mid in (first, tapped):
            assert [copy.thread for copy in await tx.copies.by_ref(Ref(mid))] == [thread.id]
    await whatsapp.ends()
    await whatsapp.later(timedelta(hours=30))

    assert "må du slette den selv" in whatsapp.heard()
    talk = await whatsapp.talk()
    assert (talk.stage, talk.filing, talk.chat) == (At.FORGOTTEN, Filing.JOURNAL, Chat.SETTLED)
    log = await whatsapp.stage.log()
    told = log.verdicts(talk.id).values()
    at_meta = [verdict for verdict in told if verdict["place"] == "whatsapp"]
    assert Counter(str(verdict["verdict"]) for verdict in at_meta)["out_of_reach"] >= 2
    assert {verdict["verdict"] for verdict in at_meta} == {"out_of_reach", "left_with_youth"}
    assert "wamid" not in str(at_meta)


async def test_her_number_is_not_what_we_know_her_by(whatsapp: WhatsApp) -> None:
    """Who hides it behind a username is still the same youth to us, and is answered."""
    await whatsapp.says(HI)
    whatsapp.maya.hides_number = True

    await whatsapp.says("nå har jeg skjult nummeret")
    await whatsapp.answers("Det er helt greit.")

    on_disk = whatsapp.stage.cast.at_rest()
    assert not [each for each in (whatsapp.maya.number, "wamid.") if each.encode() in on_disk]
    assert "nå har jeg skjult nummeret" in whatsapp.reads()
    assert "Det er helt greit." in whatsapp.heard()
    assert len(whatsapp.amir.roots()) == 1


async def test_a_day_later_nobody_may_write_and_the_team_is_told_what_to_do(
    whatsapp: WhatsApp,
) -> None:
    """Nobody may believe that an answer went, when Meta lets none through."""
    await whatsapp.says(HI)
    await whatsapp.later(timedelta(hours=25))
    before = len(whatsapp.meta.calls)

    await whatsapp.answers("Er du der fortsatt?")

    assert len(whatsapp.meta.calls) == before
    assert "Er du der fortsatt?" not in whatsapp.heard()
    assert "ikke levert: fristen for å skrive er ute" in whatsapp.reads()
    assert "Ungdommen må skrive først" in whatsapp.amir.roots()[-1].words


async def test_what_was_taken_and_did_not_come_is_told_to_the_team(whatsapp: WhatsApp) -> None:
    """Meta says yes first, and afterwards that there is nobody; nobody may wait for an answer."""
    await whatsapp.says(HI)
    whatsapp.maya.gone = True

    await whatsapp.answers("Jeg er der om ti minutter.")

    assert "ikke levert" in whatsapp.reads()
    assert "sendt" not in whatsapp.reads().rpartition("Jeg er der om ti minutter.")[2]
    assert "blokkert oss eller slettet kontoen" in whatsapp.reads()


async def test_a_lost_answer_is_made_good_by_what_is_told_afterwards(whatsapp: WhatsApp) -> None:
    """A caseworker who does not know whether it came would ask, or say it twice."""
    await whatsapp.says(HI)
    await whatsapp.stage.minutes(1)
    await whatsapp.settles()
    whatsapp.meta.faults.next(Fault.RESET_AFTER, method="messages")

    await whatsapp.answers("Jeg er der om ti minutter.")

    assert whatsapp.heard().count("Jeg er der om ti minutter.") == 1
    assert "Usikkert" not in whatsapp.reads()


async def test_a_picture_comes_whole_and_goes_from_meta_when_we_have_it(
    whatsapp: WhatsApp,
) -> None:
    """It may be the only thing she dares to send, and Meta keeps it for a month."""
    await whatsapp.says(HI)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    whatsapp.maya.sends_file(picture, "image", "image/png")
    await whatsapp.settles()

    talk = await whatsapp.talk()
    async with whatsapp.stage.town.bridge.vault.begin() as tx:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
    (attachment,) = [a for e in entries for a in e.attachments]
    assert (attachment.name, attachment.size) == ("bilde.png", len(picture))
    assert whatsapp.meta.media == {}


async def test_a_token_that_dies_alarms_and_what_waits_goes_when_there_is_a_new_one(
    whatsapp: WhatsApp,
) -> None:
    """A youth must not be what is lost by it."""
    await whatsapp.says(HI)
    await whatsapp.stage.minutes(1)
    await whatsapp.settles()
    whatsapp.meta.token = "EAAnewToken"
    await whatsapp.answers("Hei, her er vi.")
    assert "Hei, her er vi." not in whatsapp.heard()
    assert whatsapp.stage.cast.alarms().count("mistet tilgangen til WhatsApp") == 1

    whatsapp.meta.token = TOKEN
    await whatsapp.stage.minutes(3)
    await whatsapp.settles()

    assert whatsapp.heard().count("Hei, her er vi.") == 1


async def test_who_reads_says_so(whatsapp: WhatsApp) -> None:
    await whatsapp.says(HI)
    await whatsapp.stage.minutes(1)
    await whatsapp.answers("Jeg er der om ti minutter.")

    whatsapp.meta.reads(whatsapp.maya)
    await whatsapp.settles()

    assert "lest" in whatsapp.reads()
