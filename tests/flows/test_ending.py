"""Forgotten only after it is proved to be in the record."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy.engine import make_url

from bridge.domain.lifecycle import Stage as At
from tests.support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_new_words_between_the_form_and_the_seal_call_the_end_off(stage: Stage) -> None:
    """Her last sentence is not swept away with a goodbye."""
    maya = await stage.consents()
    await maya.amir.opens("end", maya.root)
    stage.listens_for("vent, det var en ting til")
    maya.youth.phone.says("vent, det var en ting til")

    await maya.amir.submits({})

    assert (await maya.row()).stage is At.OPEN
    assert "Ungdommen skrev mer. Samtalen er ikke avsluttet." in maya.reads()
    assert "vent, det var en ting til" in maya.reads()


async def test_sealing_waits_for_replies_on_their_way(stage: Stage) -> None:
    """What was promised to be sent is sent, and is in the record."""
    maya = await stage.consents()
    await maya.answers("Vi ses klokka tolv i morgen.", settle=False)
    await stage.settles(timedelta(seconds=3))
    await maya.amir.opens("end", maya.root)
    await stage.town.sandbox.slack.submits(maya.amir.user, {})
    await stage.settles(timedelta(seconds=3))
    assert (await maya.row()).stage is At.OPEN

    await stage.settles()

    assert "Vi ses klokka tolv i morgen." in maya.heard()
    assert "Vi ses klokka tolv i morgen." in await stage.record.said(
        maya.conversation, "caseworker"
    )


async def test_an_undone_reply_was_never_said_and_is_not_in_the_record(stage: Stage) -> None:
    """A record of what nobody heard would be a false one."""
    maya = await stage.consents()
    await maya.answers("Dette angret jeg meg på.", settle=False)
    await stage.settles(timedelta(seconds=5))
    await maya.clicks("undo")
    await maya.answers("Dette mente jeg å si.")

    await maya.ends()

    said = await stage.record.said(maya.conversation, "caseworker")
    assert said == ["Dette mente jeg å si."]


async def test_notes_among_colleagues_do_not_follow_and_the_form_says_how_many(
    stage: Stage,
) -> None:
    """What is filed is what was said to her; nothing else becomes a journal by accident."""
    maya = await stage.consents()
    for number in range(3):
        await maya.amir.writes(f"bare for oss, notat {number}", maya.root)

    form = await maya.ends()

    assert "3 interne notater følger ikke med" in form
    assert "bare for oss" not in str(await stage.record.transcript(maya.conversation))


async def test_topics_go_along(stage: Stage) -> None:
    """The statistics of the year are made where the talk ended."""
    maya = await stage.consents()

    await maya.ends(topics=["school"])

    filed = await stage.record.transcript(maya.conversation)
    assert filed is not None
    assert filed["topics"] == ["school"]
    assert filed["case"] is None


async def test_the_case_of_last_time_is_proposed_and_the_caseworker_confirms_it(
    stage: Stage,
) -> None:
    """Nobody looks up a number in the street; and nothing is tied without a person's yes."""
    maya = await stage.consents()
    first = await maya.ends()
    number = await stage.ties("amir", maya.conversation)
    assert number not in first  # nothing to propose yet, and nothing that waits for it

    await maya.youth.says("hei igjen, nå har det skjedd noe")
    again = await maya.next()
    form = await again.ends(case=number)

    assert number in form
    filed = await stage.record.transcript(again.conversation)
    assert filed is not None
    assert filed["case"] == number
    assert await stage.record.case(again.conversation) == number


async def test_a_proposed_case_that_nobody_confirms_is_not_tied(stage: Stage) -> None:
    """She may have come about something else: the entry waits among those without a case."""
    maya = await stage.consents()
    await maya.ends()
    number = await stage.ties("amir", maya.conversation)

    await maya.youth.says("hei, dette gjelder noe helt annet")
    again = await maya.next()
    form = await again.ends()

    assert number in form
    assert await stage.record.case(again.conversation) is None


async def test_a_contact_is_put_read_back_and_compared_too(stage: Stage) -> None:
    """A count that was lost is a youth nobody can show was helped."""
    before = await stage.record.contacts()
    ola = await stage.meets()

    await ola.ends()

    kinds = await ola.kinds()
    order = [kinds.index(k) for k in ("sealed", "contact_stored", "read_back", "forgotten")]
    assert order == sorted(order)
    assert await stage.record.contacts() == before + 1


async def test_a_byte_that_flips_in_the_record_keeps_the_words_and_raises_an_alarm(
    own_stage: Stage,
) -> None:
    """Forgetting what the record has damaged would be losing it."""
    maya = await own_stage.consents("dette må ikke gå tapt")
    await maya.answers("Vi skriver det ned sammen.")
    async with own_stage.meddling() as meddling:
        stored = ("PUT", f"/transcripts/{maya.conversation}")
        meddling.after[stored] = lambda: own_stage.record.flips_a_byte(maya.conversation)
        await maya.ends()
        meddling.after.clear()
        await own_stage.minutes(30, step=5)

    row = await maya.row()
    assert row.stage is At.SEALED_JOURNAL
    async with own_stage.town.bridge.vault.begin() as tx:
        words = await tx.words.upto(maya.conversation, row.ledger.last_seq)
    assert "dette må ikke gå tapt" in [entry.text for entry in words]
    assert own_stage.cast.alarms().count("Ingenting er slettet") == 1
    assert await own_stage.record.stuck("digest_mismatch") == 1
    assert "forgotten" not in await maya.kinds()


async def test_a_digest_that_is_another_keeps_the_words_and_raises_an_alarm(
    own_stage: Stage,
) -> None:
    """What the record says it holds is not what was sealed."""
    maya = await own_stage.consents("dette skal stå slik jeg sa det")
    await maya.answers("Det skal det.")
    async with own_stage.meddling() as meddling:
        asked = ("GET", f"/transcripts/{maya.conversation}/digest")
        meddling.instead[asked] = {"conversation": maya.conversation, "digest": "0" * 64}
        await maya.ends()
        await own_stage.minutes(30, step=5)
        assert (await maya.row()).stage is At.SEALED_JOURNAL
        assert own_stage.cast.alarms().count("Journalen stemmer ikke") == 1

        meddling.instead.clear()
        await own_stage.minutes(30, step=5)

    assert (await maya.row()).stage is At.FORGOTTEN
    assert await own_stage.record.stuck("digest_mismatch") == 0


async def test_a_word_that_has_gone_missing_here_keeps_the_others_and_raises_an_alarm(
    own_stage: Stage,
) -> None:
    """Forgetting what nobody has accounted for would hide that it was lost."""
    maya = await own_stage.consents("dette skal ikke bli borte")
    await maya.answers("Det skal det ikke.")
    vault = own_stage.town.bridge.vault

    def goes_missing() -> None:
        path = make_url(own_stage.town.settings.database_url).database
        with closing(sqlite3.connect(path or "")) as disk, disk:
            disk.execute("DELETE FROM entries WHERE seq = 2")

    async with own_stage.meddling() as meddling:
        meddling.after["PUT", f"/transcripts/{maya.conversation}"] = goes_missing
        await maya.ends()
        await own_stage.minutes(30, step=5)

    row = await maya.row()
    assert row.stage is At.TRANSFERRED
    async with vault.begin() as tx:
        words = await tx.words.upto(maya.conversation, row.ledger.last_seq)
    assert "dette skal ikke bli borte" in [entry.text for entry in words]
    assert "read_back" in await maya.kinds(), "it is in the record, and that is said"
    assert "forgotten" not in await maya.kinds()
    assert await own_stage.record.stuck("not_transferred") == 1
