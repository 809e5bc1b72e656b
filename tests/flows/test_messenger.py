"""A youth on Messenger is promised the same, and told honestly what the platform cannot do."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bridge.domain.consent import Standing
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Filing
from bridge.domain.lifecycle import Stage as At
from bridge.domain.messages import By
from bridge.domain.threads import Chat
from tests.conftest import NoEars
from tests.support.stage_messenger import TOKEN, Messenger, on_messenger
from tests.support.stage_meta import VERIFY

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, jeg tør ikke ringe dere"


@pytest_asyncio.fixture(loop_scope="module")
async def messenger(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Messenger]:
    async with on_messenger(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        ears.listen_for(TOKEN, there.maya.id)
        yield there


async def test_from_the_first_word_to_nothing_left_but_what_meta_will_not_delete(
    messenger: Messenger,
) -> None:
    """The same story as on Telegram; only the last line of it is another."""
    first = await messenger.says(HI)

    assert "Det er frivillig å snakke med oss" in messenger.heard()
    assert "Messenger · samtykke: ikke svart" in messenger.amir.roots()[-1].words
    assert HI in messenger.reads()

    tapped = await messenger.presses("Ja")
    thread = await messenger.thread()
    assert thread.standing is Standing.YES
    assert "samtykke: ja" in messenger.amir.roots()[-1].words

    await messenger.answers("Hei! Så fint at du skrev.")
    assert "Så fint at du skrev." in messenger.heard()
    assert "levert" in messenger.reads()

    async with messenger.stage.town.bridge.vault.begin() as tx:
        for mid in (first, tapped):
            assert [copy.thread for copy in await tx.copies.by_ref(Ref(mid))] == [thread.id]
    await messenger.ends()
    await messenger.later(timedelta(hours=30))

    assert "må du slette den selv" in messenger.heard()
    assert "skal slette denne chatten" not in messenger.heard()
    talk = await messenger.talk()
    assert (talk.stage, talk.filing, talk.chat) == (At.FORGOTTEN, Filing.JOURNAL, Chat.SETTLED)
    told = (await messenger.stage.log()).verdicts(talk.id).values()
    at_meta = [verdict for verdict in told if verdict["place"] == "messenger"]
    assert Counter(str(verdict["verdict"]) for verdict in at_meta)["out_of_reach"] >= 2
    assert {verdict["verdict"] for verdict in at_meta} == {"out_of_reach", "left_with_youth"}


async def test_what_she_taps_is_a_copy_of_its_own(messenger: Messenger) -> None:
    """«Ja» stands in her chat as if she had typed it; the log must know of it."""
    await messenger.says(HI)

    tapped = await messenger.presses("Nei")

    async with messenger.stage.town.bridge.vault.begin() as tx:
        (copy,) = await tx.copies.by_ref(Ref(tapped))
    assert copy.channel == "messenger"
    assert (await messenger.thread()).standing is Standing.REFUSED


async def test_what_a_colleague_writes_in_metas_own_inbox_is_in_the_thread_once(
    messenger: Messenger,
) -> None:
    """Two may answer the same youth; neither must think that nobody has, nor our own come twice."""
    await messenger.says(HI)
    await messenger.answers("Hei, jeg heter Amir.")

    messenger.meta.writes_in_the_inbox(messenger.maya, "Hei, dette er Siri fra Business Suite.")
    await messenger.settles()

    assert messenger.reads().count("dette er Siri fra Business Suite") == 1
    assert messenger.reads().count("jeg heter Amir") == 1
    talk = await messenger.talk()
    async with messenger.stage.town.bridge.vault.begin() as tx:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
    said = [(e.by, e.author) for e in entries if "Siri" in e.text]
    assert said == [(By.CASEWORKER, None)]


async def test_a_reply_that_is_read_says_so(messenger: Messenger) -> None:
    """Whoever waits in the street for an answer stops wondering whether it came."""
    await messenger.says(HI)
    await messenger.answers("Jeg er der om ti minutter.")
    assert "levert" in messenger.reads()

    messenger.stage.clock.set(messenger.stage.clock.now() + timedelta(seconds=90))
    messenger.maya.reads()
    await messenger.settles()

    assert "lest" in messenger.reads()


async def test_after_a_day_a_person_answers_late_and_is_refused_where_meta_says_so(
    messenger: Messenger,
) -> None:
    """Nobody may believe that an answer went, when Meta lets none through."""
    await messenger.says(HI)
    await messenger.later(timedelta(days=2))
    await messenger.answers("Beklager at det tok tid.")
    assert "Beklager at det tok tid." in messenger.heard()
    assert messenger.meta.calls[-1]["tag"] == "HUMAN_AGENT"

    messenger.meta.human_agent = False
    await messenger.answers("Er du der fortsatt?")

    assert "Er du der fortsatt?" not in messenger.heard()
    assert "ikke levert" in messenger.reads()
    assert "Er du der fortsatt?" in messenger.reads()


async def test_a_token_that_dies_alarms_and_what_waits_goes_when_there_is_a_new_one(
    messenger: Messenger,
) -> None:
    """Tokens die when somebody changes a password; a youth must not be what is lost by it."""
    await messenger.says(HI)
    messenger.meta.token = "EAAnewPageToken"
    await messenger.answers("Hei, her er vi.")
    assert "Hei, her er vi." not in messenger.heard()
    assert messenger.stage.cast.alarms().count("mistet tilgangen til Messenger") == 1

    messenger.meta.token = TOKEN
    await messenger.stage.minutes(3)
    await messenger.settles()

    assert messenger.heard().count("Hei, her er vi.") == 1


async def test_a_picture_comes_through_and_is_kept_whole(messenger: Messenger) -> None:
    """It may be the only thing she dares to send."""
    await messenger.says(HI)
    messenger.maya.sends_file(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "bilde.png", "image")
    await messenger.settles()

    talk = await messenger.talk()
    async with messenger.stage.town.bridge.vault.begin() as tx:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
    (attachment,) = [a for e in entries for a in e.attachments]
    assert (attachment.name, attachment.size) == ("bilde.png", 8 + 256 * 40)


async def test_meta_is_told_that_the_address_is_ours(messenger: Messenger) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}

    answer = await messenger.http.get("/meta/webhook", params=asked)
    guessed = await messenger.http.get("/meta/webhook", params=asked | {"hub.verify_token": "x"})

    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert (guessed.status_code, "1158201444" in guessed.text) == (403, False)


async def test_without_a_signature_nobody_has_written(messenger: Messenger) -> None:
    """Anybody could write as any youth without it."""
    messenger.maya.says(HI)
    told = messenger.meta.webhooks.take()

    refused = await messenger.http.post("/meta/webhook", content=told.body)
    await messenger.settles()

    assert refused.status_code == 401
    assert messenger.amir.roots() == []
