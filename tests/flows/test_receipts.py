"""What a platform tells of how far a reply has come."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.canonical import Document
from bridge.domain.delivery import Reason, What
from bridge.domain.ids import Address
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import Receipt
from bridge.relay.fetching import Fetching
from tests.support.elsewhere import MAYA, Elsewhere, elsewhere


@pytest.fixture
async def messenger(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as here:
        yield here


async def test_a_reply_is_sent_then_delivered_then_read(messenger: Elsewhere) -> None:
    """Whoever sees «lest» need not call to ask whether it came."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")
    ref = messenger.ref_of("Hei, jeg er her.")
    assert "✓ sendt" in messenger.reads()

    messenger.channel.sees_to(MAYA, Receipt.DELIVERED, ref)
    await messenger.settles()
    assert "✓✓ levert" in messenger.reads()

    messenger.channel.sees_to(MAYA, Receipt.READ, ref)
    await messenger.settles()
    assert "✓✓ lest" in messenger.reads()
    assert "sendt" not in messenger.reads()


async def test_a_receipt_that_comes_late_never_takes_another_back(messenger: Elsewhere) -> None:
    """Platforms tell in any order; what was read stays read."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")
    ref = messenger.ref_of("Hei, jeg er her.")

    messenger.channel.sees_to(MAYA, Receipt.READ, ref)
    messenger.channel.sees_to(MAYA, Receipt.DELIVERED, ref)
    await messenger.settles()

    assert "✓✓ lest" in messenger.reads()
    assert "levert" not in messenger.reads()


async def test_read_until_a_time_means_what_was_sent_by_then(messenger: Elsewhere) -> None:
    """Messenger tells only until when; what was sent since must not pass for read."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")
    upto = messenger.world.clock.now()
    messenger.world.clock.move(timedelta(minutes=1))
    await messenger.answers("Er du der?")

    messenger.channel.sees_to(MAYA, Receipt.READ, upto=upto)
    await messenger.settles()

    assert messenger.reads().count("✓✓ lest") == 1
    assert messenger.reads().count("✓ sendt") == 1


async def test_a_reply_in_two_parts_is_read_when_both_are(messenger: Elsewhere) -> None:
    """The end of a long answer is often the important part."""
    await messenger.says("hei")
    await messenger.answers("et ord " * 900)
    first, second = [b.ref for b in messenger.channel.sees(MAYA) if b.text.startswith("et ord")]

    messenger.channel.sees_to(MAYA, Receipt.READ, first)
    await messenger.settles()
    assert "✓ sendt" in messenger.reads()

    messenger.channel.sees_to(MAYA, Receipt.READ, second)
    await messenger.settles()
    assert "✓✓ lest" in messenger.reads()


async def test_a_receipt_after_the_end_changes_nothing_that_is_filed(
    messenger: Elsewhere,
) -> None:
    """The record says how it stood when it was sealed, and the room thread is left to be wiped."""
    await messenger.consents("hei")
    await messenger.answers("Hei, jeg er her.")
    ref = messenger.ref_of("Hei, jeg er her.")
    messenger.world.record.down = True
    await messenger.ends()

    messenger.channel.sees_to(MAYA, Receipt.READ, ref)
    await messenger.settles()
    assert "✓ sendt" in messenger.reads()
    assert "lest" not in messenger.reads()

    messenger.world.record.down = False
    await messenger.later(timedelta(minutes=10), step=timedelta(minutes=1))
    messenger.channel.sees_to(MAYA, Receipt.READ, upto=messenger.world.clock.now())
    await messenger.settles()
    (talk,) = await messenger.talks()
    assert talk.stage is Stage.FORGOTTEN
    assert [m["state"] for m in messenger.filed() if m["by"] == "caseworker"] == ["sent"]


async def test_nobody_reads_what_was_sent_to_somebody_else(messenger: Elsewhere) -> None:
    """A platform may number messages anew in each chat."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")
    ola = Address("4477002")
    messenger.channel.says(ola, "hei fra ola")

    messenger.channel.sees_to(ola, Receipt.READ, messenger.ref_of("Hei, jeg er her."))
    await messenger.settles()

    every = [messenger.text_of(p) for p in messenger.workspace.posts.values()]
    assert not [text for text in every if "lest" in text]


async def test_what_was_taken_and_came_to_nobody_says_so(messenger: Elsewhere) -> None:
    """Some platforms say yes first; «sendt» must not stand there over what nobody got."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")

    messenger.channel.bounces(MAYA, messenger.ref_of("Hei, jeg er her."), Reason.CLOSED)
    await messenger.settles()

    assert "ikke levert: fristen for å skrive er ute" in messenger.reads()
    assert "✓ sendt" not in messenger.reads()


async def test_what_bounced_is_sent_again_only_by_a_person_and_then_once(
    messenger: Elsewhere,
) -> None:
    """It was refused for a reason, and only somebody who knows her can say what to do."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")
    first = messenger.ref_of("Hei, jeg er her.")
    messenger.channel.bounces(MAYA, first, Reason.REJECTED)
    await messenger.later(timedelta(minutes=5), step=timedelta(minutes=1))
    assert [b.text for b in messenger.channel.sees(MAYA)].count("Hei, jeg er her.") == 1

    await messenger.clicks("again")
    messenger.channel.bounces(MAYA, first, Reason.REJECTED)
    await messenger.settles()

    assert [b.text for b in messenger.channel.sees(MAYA)].count("Hei, jeg er her.") == 2
    assert "✓ sendt" in messenger.reads()
    assert "ikke levert" not in messenger.reads()


async def test_what_one_phone_has_is_delivered_whatever_another_could_not(
    messenger: Elsewhere,
) -> None:
    """She may have two; told in any order, what has come has come."""
    await messenger.says("hei")
    await messenger.answers("Hei, jeg er her.")
    ref = messenger.ref_of("Hei, jeg er her.")

    messenger.channel.bounces(MAYA, ref, Reason.REJECTED)
    messenger.channel.sees_to(MAYA, Receipt.DELIVERED, ref)
    messenger.channel.bounces(MAYA, ref, Reason.REJECTED)
    await messenger.settles()

    assert "✓✓ levert" in messenger.reads()
    assert "ikke levert" not in messenger.reads()


@pytest.mark.parametrize(
    ("reason", "why"),
    [(Reason.CLOSED, "fristen"), (Reason.REJECTED, "plattformen tok det ikke imot")],
)
async def test_what_the_bot_could_not_say_is_told_to_the_team(
    messenger: Elsewhere, reason: Reason, why: str
) -> None:
    """They may believe that she was asked; who was not, cannot answer."""
    await messenger.says("hei")
    (asked,) = [b for b in messenger.channel.sees(MAYA) if b.buttons]

    messenger.channel.bounces(MAYA, asked.ref, reason)
    await messenger.settles()

    assert "Utebru fikk ikke sendt spørsmål om samtykke" in messenger.reads()
    assert why in messenger.reads()


async def test_what_bounces_after_the_end_is_told_in_the_room_itself_and_to_the_log(
    messenger: Elsewhere,
) -> None:
    """Amir believes that she has his answer; her room thread is being wiped, and is left so."""
    await messenger.consents("hei")
    await messenger.answers("Hei, jeg er her.")
    ref = messenger.ref_of("Hei, jeg er her.")
    messenger.world.record.down = True
    await messenger.ends()

    messenger.channel.bounces(MAYA, ref, Reason.REJECTED)
    await messenger.settles()

    assert "ikke levert" not in messenger.reads()
    assert len([text for text in alarms(messenger) if "kom ikke fram på Messenger" in text]) == 1
    messenger.world.record.down = False
    await messenger.later(timedelta(minutes=10), step=timedelta(minutes=1))
    (talk,) = await messenger.talks()
    assert talk.stage is Stage.FORGOTTEN
    assert [(e["kind"], e["reason"]) for e in not_delivered(messenger)] == [
        ("not_delivered", "rejected")
    ]


@pytest.mark.parametrize("filed", [True, False])
async def test_what_bounces_when_all_is_forgotten_is_told_all_the_same(
    messenger: Elsewhere, filed: bool
) -> None:
    """A mail server may try for days; the log is told only of what the record says was sent."""
    await (messenger.consents("hei") if filed else messenger.says("hei"))
    await messenger.answers("Hei, jeg er her.")
    ref = messenger.ref_of("Hei, jeg er her.")
    await messenger.ends()
    assert (await messenger.talks())[0].stage is Stage.FORGOTTEN

    messenger.channel.bounces(MAYA, ref, Reason.REJECTED)
    await messenger.later(timedelta(minutes=10), step=timedelta(minutes=1))

    assert len([text for text in alarms(messenger) if "kom ikke fram på Messenger" in text]) == 1
    assert len(not_delivered(messenger)) == filed


def alarms(messenger: Elsewhere) -> list[str]:
    return [messenger.text_of(posted) for posted in messenger.workspace.posts.values()]


def not_delivered(messenger: Elsewhere) -> list[Document]:
    events = messenger.world.record.under("transfers").values()
    return [event for event in events if event["kind"] == "not_delivered"]


async def test_a_file_the_platform_no_longer_has_is_not_lost_if_we_have_it(
    messenger: Elsewhere,
) -> None:
    """We died between keeping it and saying so, and had let it go there."""
    await messenger.says("hei")
    messenger.channel.sends_file(MAYA, b"et brev")
    await messenger.life.hears()
    await messenger.life.bridge.incoming.work()
    (talk,) = await messenger.talks()
    async with messenger.life.bridge.vault.begin() as tx:
        last = (await tx.threads.conversation(talk.id)).ledger.last_seq
        (fetch,) = [d for d in await tx.outbox.of_entry(talk.id, last) if d.what is What.FETCH]
    fetching = Fetching(messenger.life.bridge.around)

    await fetching.fetch(fetch)
    assert messenger.channel.files == {}
    await fetching.fetch(fetch)
    await messenger.settles()

    assert "lot seg ikke hente" not in messenger.reads()
    async with messenger.life.bridge.vault.begin() as tx:
        entry = await tx.words.entry(talk.id, last)
        assert await tx.words.body(entry.attachments[0].id) == b"et brev"
        made = [d for d in await tx.outbox.of_entry(talk.id, last) if d.what is What.FILE]
    assert (len(entry.attachments), len(made)) == (1, 1)
