"""One youth on several channels: proposed by a person, decided by the record, and undoable."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.cards import Notice
from bridge.domain.consent import Standing
from bridge.domain.copies import Place
from bridge.domain.lifecycle import Filing
from bridge.domain.messages import Receipt
from bridge.ports import Join, Lapse
from tests.support.two_channels import MAYA, THERE, Both, both


@pytest.fixture
async def maya(tmp_path: Path) -> AsyncIterator[Both]:
    async with both(tmp_path) as here:
        yield here


async def test_nobody_is_joined_until_the_record_says_so(maya: Both) -> None:
    """A caseworker may be mistaken, and two youths must never meet."""
    await maya.here("hei, det er meg")
    await maya.there("hei, ny telefon")

    await maya.proposes((await maya.thread(maya.telegram)).alias.upper())
    await maya.there("hallo?")

    (proposal,) = maya.world.record.under("joins").values()
    assert proposal["thread"] == (await maya.thread(maya.messenger)).id
    assert proposal["into"] == (await maya.thread(maya.telegram)).id
    assert (proposal["case"], proposal["by"]) == ("2026/17", "e_amir")
    assert Notice.JOIN_PROPOSED in await maya.notices(maya.messenger)
    assert "hallo?" in await maya.reads(maya.messenger)
    assert "hallo?" not in await maya.reads(maya.telegram)


@pytest.mark.parametrize(
    ("alias", "why"), [("Hvit elefant", "unknown_alias"), (None, "cannot_join")]
)
async def test_what_cannot_be_proposed_is_said_to_who_proposed_it(
    maya: Both, alias: str | None, why: str
) -> None:
    """Nothing may look as if it had been done."""
    await maya.here("hei, det er meg")
    await maya.there("hei, ny telefon")

    await maya.proposes(alias or (await maya.thread(maya.messenger)).alias)

    assert maya.world.record.under("joins") == {}
    (said,) = [text for _, _, text in maya.world.workspace.whispers]
    assert why in said


async def test_what_has_something_joined_into_it_is_not_joined_itself(maya: Both) -> None:
    """No chains: nobody would know any longer where anything is read."""
    await maya.are_one()
    await maya.proposes((await maya.thread(maya.telegram)).alias)

    assert maya.world.record.under("joins") == {}


async def test_once_joined_both_are_read_in_the_one_thread(maya: Both) -> None:
    """One youth, one thread."""
    await maya.are_one()

    await maya.there("kan noen ringe meg?")
    await maya.here("på dette nummeret")

    read = await maya.reads(maya.telegram)
    assert "kan noen ringe meg?" in read
    assert "på dette nummeret" in read
    assert "· på Messenger" in read
    assert "kan noen ringe meg?" not in await maya.reads(maya.messenger)
    assert Notice.JOINED in await maya.notices(maya.telegram)
    assert Notice.JOINED_ELSEWHERE in await maya.notices(maya.messenger)


async def test_answers_go_to_the_channel_last_written_on(maya: Both) -> None:
    """She looks at the phone she has in her hand."""
    await maya.are_one()
    await maya.there("er dere der?")
    await maya.answers("Vi er her.", maya.telegram)
    await maya.here("jeg er her nå")
    await maya.answers("Så fint.", maya.telegram)

    assert "Vi er her." in maya.heard_there()
    assert "Vi er her." not in maya.heard_here()
    assert "Så fint." in maya.heard_here()
    assert "Så fint." not in maya.heard_there()


async def test_the_team_sees_where_answers_go_and_can_choose(maya: Both) -> None:
    """Her telephone was taken from her; the other account is the one that reaches her."""
    await maya.are_one()
    await maya.there("hei igjen")
    assert "Svar går på Messenger." in await maya.head(maya.telegram)

    await maya.clicks("switch", maya.telegram)
    await maya.answers("Er du trygg?", maya.telegram)

    assert "Svar går på Telegram." in await maya.head(maya.telegram)
    assert Notice.SPEAKS in await maya.notices(maya.telegram)
    assert "Er du trygg?" in maya.heard_here()
    assert "✓ sendt · på Telegram" in await maya.reads(maya.telegram)


async def test_a_reply_that_waits_goes_where_it_was_meant(maya: Both) -> None:
    """It was written to Messenger; that she writes on Telegram meanwhile changes nothing in it."""
    await maya.are_one()
    await maya.there("hei igjen")
    root = (await maya.root(maya.telegram)).ref
    maya.world.workspace.writes("U_AMIR", (await maya.root(maya.telegram)).room, "Svar til deg.",
                                root, to_youth=True)  # fmt: skip
    await maya.life.hears()
    await maya.life.bridge.incoming.work()
    await maya.here("nå er jeg her")

    assert "Svar til deg." in maya.heard_there()
    assert "Svar til deg." not in maya.heard_here()


async def test_what_goes_by_the_same_number_on_both_is_never_mixed_up(maya: Both) -> None:
    """Messenger's message 5 is not Telegram's message 5."""
    await maya.are_one()
    mine = await maya.here("dette er mitt hemmelige ord")
    for _ in range(20):
        theirs = await maya.there("og dette er noe annet")
        if theirs == mine:
            break
    while theirs != mine:
        mine = await maya.here("dette er mitt hemmelige ord")

    maya.messenger.unsends(THERE, theirs)
    maya.telegram.rewords(MAYA, mine, "dette er et nytt ord")
    await maya.settles()

    (talk,) = await maya.talks(maya.telegram)
    async with maya.life.bridge.vault.begin() as tx:
        said = await tx.words.upto(talk.id, talk.ledger.last_seq)
        copies = await tx.copies.by_ref(mine)
    assert {c.evidence for c in copies if c.channel == "messenger"} == {"unsent"}
    assert {c.evidence for c in copies if c.channel == "telegram"} == {None}
    (edited,) = [e for e in said if e.kind == "edited"]
    assert next(e.text for e in said if e.seq == edited.of) == "dette er mitt hemmelige ord"


async def test_what_was_open_when_they_were_joined_is_seen_to_be_read_all_the_same(
    maya: Both,
) -> None:
    """It goes on in a thread of its own until it ends; «lest» is told with a time and no name."""
    await maya.are_one()
    await maya.answers("Jeg er her.", maya.messenger)

    maya.messenger.sees_to(THERE, Receipt.READ, upto=maya.world.clock.now())
    await maya.settles()

    assert "✓✓ lest" in await maya.reads(maya.messenger)


async def test_a_deleted_reply_goes_where_it_was_said(maya: Both) -> None:
    """Not to the channel that the next one would go to."""
    await maya.are_one()
    await maya.here("hei")
    wrong = await maya.answers("Dette var til en annen.", maya.telegram)
    await maya.there("hei på deg")

    maya.world.workspace.deletes(wrong)
    await maya.settles()

    assert "Dette var til en annen." not in maya.heard_here()


async def test_a_yes_on_one_channel_files_nothing_from_the_other(maya: Both) -> None:
    """She said yes on Telegram; whoever holds the other phone has not been asked."""
    await maya.here("hei, det er meg")
    await maya.presses(maya.telegram, "Ja")
    await maya.there("hei, ny telefon")
    await maya.decides(joined=True)
    await maya.there("jeg har det vondt hjemme")

    assert (await maya.thread(maya.telegram)).standing is not Standing.YES
    await maya.ends(maya.telegram)
    assert maya.transcripts() == []


async def test_an_answer_counts_only_where_the_question_was_put(maya: Both) -> None:
    """«ja» on Messenger is no answer to what stands on Telegram."""
    await maya.are_one()
    await maya.here("hva skjer nå?")
    assert (await maya.thread(maya.telegram)).standing is Standing.ASKED

    await maya.there("ja")

    assert maya.world.record.under("consents") == {}


async def test_with_a_yes_to_both_the_journal_says_what_was_said_where(maya: Both) -> None:
    """Whoever reads it in a year must see how they reached each other."""
    await maya.are_one()
    await maya.there("jeg vil at dere skriver det ned")
    await maya.presses(maya.messenger, "Ja")
    await maya.answers("Det gjør vi.", maya.telegram)
    await maya.here("takk")
    await maya.ends(maya.telegram)

    (filed,) = maya.transcripts()
    said = {m["text"]: m.get("channel", filed["channel"]) for m in maya.messages()}
    assert filed["alias"] == (await maya.thread(maya.telegram)).alias
    assert filed["channel"] == "telegram"
    assert said["jeg vil at dere skriver det ned"] == "messenger"
    assert said["Det gjør vi."] == "messenger"
    assert said["takk"] == "telegram"
    assert "channel" not in next(m for m in maya.messages() if m["text"] == "takk")


async def test_every_copy_is_wiped_where_it_stands(maya: Both) -> None:
    """A copy on the other channel is a copy too, and each verdict is its own."""
    await maya.are_one()
    await maya.there("jeg vil at dere skriver det ned")
    await maya.presses(maya.messenger, "Ja")
    await maya.here("dette skal bort")
    await maya.ends(maya.telegram)
    await maya.presses(maya.telegram, "Ja, slett")
    for _ in range(30):
        maya.world.clock.move(timedelta(hours=1))
        await maya.life.bridge.tend()
        await maya.settles()

    talk = (await maya.talks(maya.telegram))[0]
    async with maya.life.bridge.vault.begin() as tx:
        copies = [c for c in await tx.copies.of(talk.id) if c.place is Place.CHANNEL and not c.keep]
    verdicts = {(c.channel, c.verdict.value) for c in copies}
    assert verdicts == {("telegram", "gone"), ("messenger", "out_of_reach")}
    assert "dette skal bort" not in [b.text for b in maya.telegram.sees(MAYA)]


async def test_a_stop_is_a_stop_everywhere(maya: Both) -> None:
    """What she has said yes to on the other phone ends with it, sealed or not."""
    await maya.here("hei, det er meg")
    await maya.there("hei, ny telefon")
    await maya.presses(maya.messenger, "Ja")
    maya.world.record.down = True
    await maya.ends(maya.messenger)
    maya.world.record.down = False
    await maya.order(joined=True)
    await maya.life.bridge.tend()

    await maya.here("STOPP")
    for _ in range(3):
        maya.world.clock.move(timedelta(minutes=10))
        await maya.life.bridge.tend()
        await maya.settles()

    assert maya.transcripts() == []
    withdrawn = {each["thread"] for each in maya.world.record.under("withdrawals").values()}
    assert (await maya.thread(maya.messenger)).id in withdrawn
    assert (await maya.thread(maya.messenger)).standing is Standing.WITHDRAWN


async def test_who_is_parted_has_a_thread_of_her_own_again(maya: Both) -> None:
    """It was her sister after all."""
    await maya.are_one()
    await maya.there("hei, det er Sara")

    await maya.decides(joined=False)
    await maya.there("dette er bare mitt")
    await maya.answers("Hei Sara.", maya.messenger)

    assert Notice.PARTED in await maya.notices(maya.telegram)
    assert "dette er bare mitt" in await maya.reads(maya.messenger)
    assert "dette er bare mitt" not in await maya.reads(maya.telegram)
    assert "Hei Sara." in maya.heard_there()
    assert "Svar på" not in await maya.head(maya.telegram)


async def test_what_both_have_a_part_in_is_counted_and_never_filed(maya: Both) -> None:
    """Nobody's words in somebody else's journal, whatever she says yes to afterwards."""
    await maya.are_one()
    await maya.there("hei, det er Sara")
    await maya.decides(joined=False)
    await maya.here("jeg vil ha journal")
    await maya.presses(maya.telegram, "Ja")

    await maya.ends(maya.telegram)

    (talk,) = await maya.talks(maya.telegram)
    assert talk.filing is Filing.CONTACT
    assert maya.transcripts() == []
    await maya.here("hei igjen, bare meg")
    await maya.ends(maya.telegram)
    (filed,) = maya.transcripts()
    assert "Sara" not in str(filed)


async def test_what_is_sealed_and_not_yet_filed_when_they_are_parted_is_not_filed(
    maya: Both,
) -> None:
    """The record was down, and in the meantime somebody saw the mistake."""
    await maya.are_one()
    await maya.there("hei, det er Sara")
    await maya.presses(maya.messenger, "Ja")
    maya.world.record.down = True
    await maya.ends(maya.telegram)
    assert (await maya.talks(maya.telegram))[0].filing is Filing.JOURNAL
    maya.world.record.down = False

    await maya.order(joined=False)
    await maya.life.bridge.tend()
    for _ in range(3):
        maya.world.clock.move(timedelta(minutes=10))
        await maya.life.bridge.tend()
        await maya.settles()

    assert maya.transcripts() == []
    assert (await maya.talks(maya.telegram))[0].filing is Filing.CONTACT


async def test_a_yes_from_while_they_were_joined_is_nobodys_afterwards(maya: Both) -> None:
    """It may have been the other one who said it."""
    await maya.are_one()
    await maya.there("ja til journal")
    await maya.presses(maya.messenger, "Ja")
    assert (await maya.thread(maya.telegram)).standing is Standing.YES

    await maya.decides(joined=False)

    assert (await maya.thread(maya.telegram)).standing is Standing.UNASKED


async def test_an_order_told_twice_is_done_once(maya: Both) -> None:
    """Its confirmation was lost; the team hears of it once."""
    await maya.are_one()
    maya.world.record.confirmed.clear()
    await maya.life.bridge.tend()
    await maya.settles()

    assert (await maya.notices(maya.telegram)).count(Notice.JOINED) == 1
    assert maya.world.record.confirmed == ["jo_1"]


async def test_who_has_blocked_us_on_one_channel_can_be_reached_on_the_other(maya: Both) -> None:
    """Her father deleted the app; the other one is still there."""
    await maya.are_one()
    await maya.there("hei igjen")
    maya.messenger.blocked.add(THERE)
    await maya.answers("Er du der?", maya.telegram)
    assert "har blokkert oss" in await maya.head(maya.telegram)

    await maya.clicks("switch", maya.telegram)
    await maya.answers("Er du her?", maya.telegram)

    assert "Er du her?" in maya.heard_here()
    assert "har blokkert oss" not in await maya.head(maya.telegram)


async def test_words_that_nobody_has_dealt_with_stand_where_they_stood(maya: Both) -> None:
    """Joining moves no word: what waited in the other thread waits there still."""
    await maya.are_one()

    await maya.answers("Jeg så dette nå.", maya.messenger)

    assert "Jeg så dette nå." in maya.heard_there()
    (own,) = await maya.talks(maya.messenger)
    assert not own.unanswered
    (talk,) = await maya.talks(maya.telegram)
    assert talk.unanswered


async def test_a_stop_said_while_they_were_joined_holds_after_they_are_parted(maya: Both) -> None:
    """Whoever said it on that telephone is not to be asked again because of our mistake."""
    await maya.are_one()
    await maya.there("STOPP")

    await maya.decides(joined=False)
    asked = len(maya.heard_there())
    await maya.there("hei igjen")

    assert (await maya.thread(maya.messenger)).standing is Standing.WITHDRAWN
    assert (await maya.thread(maya.telegram)).standing is Standing.WITHDRAWN
    assert not any("skriver ned" in text for text in maya.heard_there()[asked:])


async def test_who_is_forgotten_here_is_not_proposed(maya: Both) -> None:
    """After ninety days we no longer know her; a proposal would look as if it had been done."""
    await maya.here("hei, det er meg")
    await maya.there("hei, ny telefon")
    old = await maya.thread(maya.telegram)
    async with maya.life.bridge.vault.begin() as tx:
        await tx.threads.forget(old.id)

    await maya.proposes(old.alias)

    assert maya.world.record.under("joins") == {}
    (said,) = [text for _, _, text in maya.world.workspace.whispers]
    assert "forgotten" in said


async def test_what_is_forgotten_before_it_is_decided_is_told_and_not_left_as_joined(
    maya: Both,
) -> None:
    """Amir would wait for her in a thread that she is never read in."""
    await maya.here("hei, det er meg")
    await maya.there("hei, ny telefon")
    await maya.order(joined=True)
    old = await maya.thread(maya.telegram)
    async with maya.life.bridge.vault.begin() as tx:
        await tx.threads.forget(old.id)

    for _ in range(2):
        await maya.life.bridge.tend()
        await maya.settles()

    assert maya.world.record.lapsed == {"jo_1": Lapse.FORGOTTEN}
    assert (await maya.notices(maya.messenger)).count(Notice.JOIN_FORGOTTEN) == 1
    assert (await maya.thread(maya.messenger)).joined is None


async def test_what_is_joined_with_another_meanwhile_is_told(maya: Both) -> None:
    """No chains: she is read where she is read, and both rooms know that nothing more came."""
    await maya.are_one()
    one, other = await maya.thread(maya.telegram), await maya.thread(maya.messenger)
    back = Join(id="jo_x", thread=one.id, into=other.id, joined=True, at=maya.world.clock.now())
    maya.world.record.decided.append(back)

    await maya.life.bridge.tend()
    await maya.settles()

    assert maya.world.record.lapsed == {"jo_x": Lapse.NOT_POSSIBLE}
    assert Notice.JOIN_NOT_POSSIBLE in await maya.notices(maya.telegram)
    assert (await maya.thread(maya.messenger)).joined == one.id
