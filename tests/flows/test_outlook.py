"""A youth who writes a mail is promised the same, and told honestly whose copy it is we delete."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.outlook.drafts import LEFT
from bots.sandbox.faults import Fault
from bots.sandbox.outlook.people import Enclosed
from bridge.domain.consent import Standing
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Filing
from bridge.domain.lifecycle import Stage as At
from bridge.domain.messages import By
from bridge.domain.threads import Chat
from tests.conftest import NoEars
from tests.support.stage_outlook import SECRET, Outlook, on_outlook

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, jeg tør ikke ringe dere"
SUBJECT = "kan dere hjelpe meg hjem"


@pytest_asyncio.fixture(loop_scope="module")
async def outlook(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Outlook]:
    async with on_outlook(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        ears.listen_for(SECRET, there.maya.address)
        yield there


async def test_from_the_first_mail_to_nothing_left_but_what_the_tenant_keeps(
    outlook: Outlook,
) -> None:
    """The same story as on Telegram; only the last line of it is another."""
    first = await outlook.writes(HI, SUBJECT)

    assert "Det er frivillig å snakke med oss" in outlook.heard()
    assert "e-post · samtykke: ikke svart" in outlook.amir.roots()[-1].words
    assert HI in outlook.reads()
    assert SUBJECT in outlook.reads()

    yes = await outlook.replies("Ja\n\nSendt fra min iPhone")
    (thread,) = await outlook.threads()
    assert thread.standing is Standing.YES
    assert "samtykke: ja" in outlook.amir.roots()[-1].words

    await outlook.answers("Hei! Så fint at du skrev.")
    assert "Så fint at du skrev." in outlook.heard()
    assert outlook.maya.received[-1].to == (outlook.maya.address,)

    async with outlook.stage.town.bridge.vault.begin() as tx:
        for known in (first, yes):
            assert [copy.thread for copy in await tx.copies.by_ref(Ref(known))] == [thread.id]
    await outlook.ends()
    await outlook.later(timedelta(hours=30))

    assert "må du slette den selv" in outlook.heard()
    talk = await outlook.talk()
    assert (talk.stage, talk.filing, talk.chat) == (At.FORGOTTEN, Filing.JOURNAL, Chat.SETTLED)
    told = (await outlook.stage.log()).verdicts(talk.id).values()
    in_the_mailbox = [verdict for verdict in told if verdict["place"] == "outlook"]
    assert {verdict["verdict"] for verdict in in_the_mailbox} == {"recoverable"}
    assert Counter(str(v["evidence"]) for v in in_the_mailbox)["restorable"] >= 6
    for folder in ("inbox", "drafts", "sentitems"):
        assert outlook.folder(folder) == []
    assert HI in outlook.folder("purges")
    assert [letter.text for letter in outlook.maya.letters if letter.text == HI] == [HI]
    async with outlook.stage.town.browser("turid") as http:
        page = (await http.get(f"/transfers/{talk.id}")).text
    assert "E-post" in page
    assert "Slettet, men kan gjenopprettes" in page


async def test_what_comes_when_all_is_over_goes_from_the_mailbox_too(outlook: Outlook) -> None:
    """Her last word is that nothing shall lie with us; it must not be what is left lying."""
    await outlook.writes(HI)
    await outlook.replies("Ja")
    await outlook.ends()
    await outlook.later(timedelta(hours=30))

    await outlook.writes("Stopp")
    await outlook.later(timedelta(hours=2))

    (thread,) = await outlook.threads()
    assert thread.standing is Standing.WITHDRAWN
    for folder in ("inbox", "drafts", "sentitems"):
        assert outlook.folder(folder) == []


async def test_who_only_pretends_to_be_her_comes_into_no_thread_of_hers(outlook: Outlook) -> None:
    """A «ja» in her name would file what she has never agreed to."""
    await outlook.writes(HI)
    room = outlook.amir.root()

    outlook.maya.is_pretended_to_be("Ja")
    await outlook.settles()

    hers, other = await outlook.threads()
    assert hers.standing is Standing.ASKED
    assert other.standing is not Standing.YES
    assert outlook.amir.root() != room
    assert "Avsender ikke bekreftet" in outlook.reads()
    assert "Avsender ikke bekreftet" not in outlook.amir.reads(room)
    greetings = outlook.heard().count("Det er frivillig å snakke med oss")
    assert greetings == 1


async def test_what_no_person_wrote_is_answered_by_nobody(outlook: Outlook) -> None:
    """Two machines that answer each other fill a mailbox in a night, and hide a youth in it."""
    outlook.maya.writes("Jeg er bortreist", headers=(("Auto-Submitted", "auto-replied"),))
    outlook.maya.writes("Tilbud!", headers=(("List-Id", "<nytt.example>"),))
    await outlook.settles()

    assert outlook.amir.roots() == []
    assert outlook.maya.received == []


async def test_what_a_colleague_writes_from_outlook_is_in_the_thread_once(
    outlook: Outlook,
) -> None:
    """Two may answer the same youth; neither must think that nobody has, nor our own come twice."""
    await outlook.writes(HI)
    await outlook.answers("Hei, jeg heter Amir.")

    outlook.outlook.a_colleague_writes(outlook.maya, "Hei, dette er Siri fra Outlook.")
    await outlook.settles()

    assert outlook.reads().count("dette er Siri fra Outlook") == 1
    assert outlook.reads().count("jeg heter Amir") == 1
    talk = await outlook.talk()
    async with outlook.stage.town.bridge.vault.begin() as tx:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
    assert [(e.by, e.author) for e in entries if "Siri" in e.text] == [(By.CASEWORKER, None)]


async def test_a_reply_that_nobody_answered_for_is_found_in_sent_items(outlook: Outlook) -> None:
    """The caseworker need not guess, and she does not get the same mail twice."""
    await outlook.writes(HI)
    outlook.outlook.faults.next(Fault.RESET_AFTER, method="send")

    await outlook.answers("Jeg er der om ti minutter.")
    await outlook.stage.minutes(2)
    await outlook.settles()

    assert outlook.heard().count("Jeg er der om ti minutter.") == 1
    assert "usikker" not in outlook.reads().lower()


async def test_a_reply_that_got_stuck_as_a_draft_is_cleared_and_stays_uncertain(
    outlook: Outlook,
) -> None:
    """It would lie there when all else of hers is deleted, and nobody would know of it."""
    await outlook.writes(HI)
    outlook.outlook.faults.next(Fault.RESET_BEFORE, method="send")

    await outlook.answers("Jeg er der om ti minutter.")
    await outlook.later(timedelta(minutes=1))
    assert outlook.folder("drafts") == ["Jeg er der om ti minutter."]
    told = outlook.reads()
    assert "Usikkert om dette kom fram" in told

    await outlook.later(LEFT)

    assert outlook.folder("drafts") == []
    assert "Jeg er der om ti minutter." not in outlook.heard()
    assert outlook.reads() == told


async def test_a_reply_that_bounces_says_so_under_itself(outlook: Outlook) -> None:
    """Nobody may wait for an answer to what nobody has got."""
    await outlook.writes(HI)
    outlook.outlook.closes(outlook.maya)

    await outlook.answers("Er du der fortsatt?")

    assert "ikke levert" in outlook.reads()
    assert len(outlook.amir.roots()) == 1


async def test_graph_wakes_us_and_whoever_else_calls_is_refused(outlook: Outlook) -> None:
    """She need not wait for the clock; and nobody may keep us busy."""
    await outlook.asks()
    outlook.maya.writes(HI)
    (waiting,) = outlook.outlook.subscriptions.waiting

    forged = {"value": [{"clientState": "gjettet", "subscriptionId": "1"}]}
    refused = await outlook.http.post("/outlook/notifications", json=forged)

    assert refused.status_code == 401
    assert waiting[0].endswith("/outlook/notifications")
    assert await outlook.outlook.subscriptions.call() == 202


async def test_after_graph_has_forgotten_where_we_were_nothing_comes_twice(
    outlook: Outlook,
) -> None:
    """A team that sees every mail anew stops reading."""
    await outlook.writes(HI)
    outlook.outlook.mailbox.forget_tokens()
    outlook.outlook.subscriptions.happens("missed")
    assert await outlook.outlook.subscriptions.call() == 202

    await outlook.settles()

    assert outlook.reads().count(HI) == 1


async def test_a_key_that_is_taken_back_alarms_and_what_waits_goes_when_there_is_a_new_one(
    outlook: Outlook,
) -> None:
    """Keys run out on a Friday; a youth must not be what is lost by it."""
    await outlook.writes(HI)
    outlook.outlook.entra.revoke()
    await outlook.answers("Hei, her er vi.")
    assert "Hei, her er vi." not in outlook.heard()
    assert outlook.stage.cast.alarms().count("mistet tilgangen til e-post") == 1

    outlook.outlook.entra.open = True
    await outlook.stage.minutes(3)
    await outlook.settles()

    assert outlook.heard().count("Hei, her er vi.") == 1


async def test_a_picture_comes_through_and_is_kept_whole(outlook: Outlook) -> None:
    """It may be the only thing she dares to send."""
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    enclosed = Enclosed(name="bilde.png", body=picture, mime="image/png", inline=True)
    outlook.maya.writes(HI, files=(enclosed,))
    await outlook.settles()

    talk = await outlook.talk()
    async with outlook.stage.town.bridge.vault.begin() as tx:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
    (attachment,) = [a for e in entries for a in e.attachments]
    assert (attachment.name, attachment.size) == ("bilde.png", len(picture))


async def test_who_is_copied_in_hears_nothing_from_us(outlook: Outlook) -> None:
    """She copies her school in by habit; what she is answered is for her alone."""
    school = outlook.outlook.person("larer@skole.example", "Lærer")
    outlook.maya.writes(HI, SUBJECT, copied=(school.address,))
    await outlook.settles()

    await outlook.answers("Hei! Dette er bare til deg.")
    await outlook.ends()
    await outlook.later(timedelta(hours=30))

    assert "Dette er bare til deg." in outlook.heard()
    assert school.received == []


async def test_two_who_write_under_the_same_subject_never_meet(outlook: Outlook) -> None:
    """A subject and a thread of mails are anybody's to copy; only who writes counts."""
    await outlook.writes(HI, SUBJECT)
    await outlook.answers("Hei, Maya.")
    ola = outlook.outlook.person("ola.kanari@post.example", "Ola")

    ola.answers("jeg lurte på det samme", outlook.maya.received[-1])
    await outlook.settles()

    assert "jeg lurte på det samme" in outlook.reads()
    assert HI not in outlook.reads()
    await outlook.answers("Hei, Ola.")
    assert "Hei, Ola." not in outlook.heard()
    assert "Hei, Ola." in "\n".join(letter.text for letter in ola.received)
