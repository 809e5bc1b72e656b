"""A youth on Instagram is promised the same; what she takes back is gone here too."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.sandbox.faults import Fault
from bridge.domain.consent import Standing
from bridge.domain.lifecycle import Filing
from bridge.domain.lifecycle import Stage as At
from bridge.domain.threads import Chat
from tests.conftest import NoEars
from tests.support.stage_messenger import TOKEN, Messenger, on_instagram

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, jeg tør ikke ringe dere"
THERE = "av noen i teamet"


@pytest_asyncio.fixture(loop_scope="module")
async def instagram(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Messenger]:
    async with on_instagram(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        ears.listen_for(TOKEN, there.maya.id)
        yield there


async def test_from_the_first_word_to_nothing_left_but_what_meta_will_not_delete(
    instagram: Messenger,
) -> None:
    """The same story as on Telegram; only the last line of it is another."""
    await instagram.says(HI)

    assert "Det er frivillig å snakke med oss" in instagram.heard()
    assert "Instagram · samtykke: ikke svart" in instagram.amir.roots()[-1].words
    assert HI in instagram.reads()

    await instagram.presses("Ja")
    assert (await instagram.thread()).standing is Standing.YES
    await instagram.answers("Hei! Så fint at du skrev.")
    assert "Så fint at du skrev." in instagram.heard()

    instagram.maya.reads()
    await instagram.settles()
    assert "lest" in instagram.reads()
    assert THERE not in instagram.reads()

    await instagram.ends()
    await instagram.later(timedelta(hours=30))

    assert "må du slette den selv" in instagram.heard()
    talk = await instagram.talk()
    assert (talk.stage, talk.filing, talk.chat) == (At.FORGOTTEN, Filing.JOURNAL, Chat.SETTLED)
    told = (await instagram.stage.log()).verdicts(talk.id).values()
    at_meta = [verdict for verdict in told if verdict["place"] == "instagram"]
    assert Counter(str(verdict["verdict"]) for verdict in at_meta)["out_of_reach"] >= 1
    assert {verdict["verdict"] for verdict in at_meta} == {"out_of_reach", "left_with_youth"}
    async with instagram.stage.town.bridge.vault.begin() as tx:
        assert len(await tx.threads.conversations(talk.thread)) == 1


async def test_what_she_takes_back_is_gone_here_too(instagram: Messenger) -> None:
    """Her words are no longer ours to keep."""
    await instagram.says(HI)
    mid = await instagram.says("det var ikke meg som gjorde det")

    instagram.maya.unsends(mid)
    await instagram.settles()

    assert "det var ikke meg" not in instagram.reads()
    assert "trakk tilbake en melding" in instagram.reads()


async def test_what_a_colleague_writes_in_the_app_is_in_the_thread_once(
    instagram: Messenger,
) -> None:
    """Two may answer the same youth; neither must think that nobody has, nor our own come twice."""
    await instagram.says(HI)
    await instagram.answers("Hei, jeg heter Amir.")

    instagram.meta.writes_in_the_inbox(instagram.maya, "Hei, dette er Siri i appen.")
    await instagram.settles()

    assert instagram.reads().count("dette er Siri i appen") == 1
    assert instagram.reads().count("jeg heter Amir") == 1


async def test_an_answer_that_was_lost_is_found_in_the_echo(instagram: Messenger) -> None:
    """A caseworker who does not know whether it came would ask, or say it twice."""
    await instagram.says(HI)
    instagram.meta.faults.next(Fault.RESET_AFTER, method="messages")

    await instagram.answers("Jeg er der om ti minutter.")

    assert instagram.heard().count("Jeg er der om ti minutter.") == 1
    assert "Usikkert" not in instagram.reads()
    assert THERE not in instagram.reads()


async def test_yes_to_a_story_is_no_consent(instagram: Messenger) -> None:
    """She likes a picture of ours; nobody may make a journal of that."""
    await instagram.says(HI)

    instagram.maya.sends(
        {"text": "JA", "reply_to": {"story": {"url": "https://lookaside.fbsbx.com/x", "id": "1"}}}
    )
    await instagram.settles()

    assert (await instagram.thread()).standing is Standing.ASKED
    assert "Svar på en story" in instagram.reads()
    assert "lookaside" not in instagram.reads()


async def test_a_long_answer_comes_whole_in_parts(instagram: Messenger) -> None:
    """A thousand bytes are not a thousand letters where there are æ, ø and å."""
    await instagram.says(HI)
    text = "Nå må du høre på meg, så får vi dette til. Åpent i morgen også. " * 24

    await instagram.answers(text.strip())
    await instagram.stage.minutes(1)

    parts = [b.text for b in instagram.maya.visible if b.ours and "høre på meg" in b.text]
    assert len(parts) == 2
    assert "".join("".join(parts).split()) == "".join(text.split())


async def test_after_a_day_a_person_answers_late(instagram: Messenger) -> None:
    """A caseworker's answer on the second day may be the one that matters."""
    await instagram.says(HI)
    await instagram.later(timedelta(days=2))

    await instagram.answers("Beklager at det tok tid.")

    assert "Beklager at det tok tid." in instagram.heard()
    assert instagram.meta.calls[-1]["tag"] == "HUMAN_AGENT"
