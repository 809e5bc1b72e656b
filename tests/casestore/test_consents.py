"""Consents: kept with their evidence, never overwritten, and demanded by the database itself."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from casestore.consents.rules import Given, Refusal, TakenBack, refusal
from casestore.consents.tables import Consent, Withdrawal
from casestore.database import WriteSession
from casestore.edge import Reading
from casestore.journal.tables import Entry
from casestore.keyring import unseal
from casestore.threads.keys import known_key
from casestore.transfers.tables import Transfer
from tests.casestore.people import ties, youth_with_case
from tests.casestore.stage import (
    Stage,
    consent_body,
    contact_body,
    digest_of,
    sha256,
    transcript_body,
    withdrawal_body,
)
from tests.support.clock import StoppedClock

NOW = StoppedClock().now()
YES = Given(thread="t", purpose="journal", answer="yes", answered_at=NOW)


async def test_the_exact_words_of_question_and_answer_are_kept(stage: Stage) -> None:
    """Years later somebody may ask what the youth was told and what they said."""
    body = consent_body(stage)

    first = await stage.bridge.put("consents/s_1", body)
    again = await stage.bridge.put("consents/s_1", body)
    other = await stage.bridge.put("consents/s_1", body | {"answer": "no"})

    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 409]
    async with stage.store.database.reading() as session:
        row = await session.get(Consent, "s_1")
        assert row is not None
        reading = Reading(session=session, store=stage.store, now=stage.clock.now())
        key = await known_key(reading, "thread:t_rev")
        assert json.loads(unseal(key, row.evidence, bound_to="consents/s_1")) == body


@pytest.mark.parametrize("what", ["text_sha256", "reply_sha256"])
async def test_evidence_that_does_not_match_its_hash_is_refused(stage: Stage, what: str) -> None:
    """Evidence that was damaged on the way is no evidence."""
    body = consent_body(stage) | {what: sha256(b"noe annet")}

    answer = await stage.bridge.put("consents/s_1", body)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:utebru:digest-mismatch")


async def test_not_even_by_sql_is_a_consent_changed_or_removed(stage: Stage) -> None:
    """An answer that could be edited afterwards would protect nobody."""
    await stage.agreed()
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))

    for statement in (
        update(Consent).values(answer="no"),
        delete(Consent),
        update(Withdrawal).values(purpose="x"),
        delete(Withdrawal),
    ):
        with pytest.raises(DBAPIError, match="only added to"):
            async with stage.store.database.writing() as session:
                await session.execute(statement)


async def test_not_even_by_sql_is_an_entry_made_without_a_valid_consent(stage: Stage) -> None:
    """A bug, or a hand in the database, must not be able to open a journal on a youth."""
    await stage.agreed("t_rev", "s_yes")
    await stage.agreed("t_elv", "s_other")
    await stage.agreed("t_rev", "s_purpose", purpose="chat_transfer")
    await stage.bridge.put("consents/s_no", consent_body(stage, answer="no"))

    for claim in (
        {"consent": "s_none"},
        {"consent": None},
        {"consent": "s_no"},
        {"consent": "s_no", "consent_answer": "no"},
        {"consent": "s_purpose"},
        {"consent": "s_purpose", "consent_purpose": "chat_transfer"},
        {"consent": "s_other"},
    ):
        with pytest.raises(DBAPIError):
            async with stage.store.database.writing() as session:
                await by_hand(session, stage, **claim)

    async with stage.store.database.writing() as session:
        await by_hand(session, stage, consent="s_yes")
    for moved in ({"consent": "s_other"}, {"thread": "t_elv"}, {"consent_answer": "no"}):
        with pytest.raises(DBAPIError):
            async with stage.store.database.writing() as session:
                await session.execute(update(Entry).values(**moved))


@pytest.mark.parametrize("thread", ["t_rev", "t_elv"])
@pytest.mark.parametrize("how", ["withdrawal", "later no"])
async def test_not_even_by_sql_is_an_entry_made_after_stopp(
    stage: Stage, how: str, thread: str
) -> None:
    """STOPP holds in the last place that could forget it, on whichever phone it was said."""
    await stage.agreed("t_rev", "s_yes")
    await stage.agreed("t_elv", "s_elv", answered_at=stage.at(-60))
    berit = await stage.person("berit")
    for other in ("t_rev", "t_elv"):
        contact = contact_body(stage, f"c_{other}", by=berit.id, thread=other)
        await stage.bridge.put(f"contacts/c_{other}", contact)
    person, _ = await youth_with_case(stage, berit, thread="t_rev")
    assert (await ties(berit, person, "t_elv")).status_code == 201
    if how == "withdrawal":
        await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage, thread))
    else:
        no = consent_body(stage, thread, answer="no") | {"answered_at": stage.at(-1)}
        await stage.bridge.put("consents/s_no", no)

    with pytest.raises(DBAPIError, match="no entry without a valid consent"):
        async with stage.store.database.writing() as session:
            await by_hand(session, stage, consent="s_yes")


async def by_hand(session: WriteSession, stage: Stage, **claim: object) -> None:
    """Insert an entry past all our code."""
    now = stage.clock.now()
    await session.execute(
        insert(Transfer).values(conversation="c_x", team="", status="stored", first_at=now)
    )
    values = {
        "conversation": "c_x",
        "team": "",
        "thread": "t_rev",
        "consent_purpose": "journal",
        "consent_answer": "yes",
        "header": b"",
        "key_owner": "thread:t_rev",
        "message_count": 0,
        "attachment_count": 0,
        "filed_at": now,
    }
    await session.execute(insert(Entry).values(**(values | claim)))


def given(**changed: Any) -> Given:
    return replace(YES, **changed)


def back(seconds: int, thread: str = "t", purpose: str = "journal") -> TakenBack:
    return TakenBack(thread=thread, purpose=purpose, answered_at=NOW + timedelta(seconds=seconds))


LATER = NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("consent", "answers", "withdrawals", "expected"),
    [
        (YES, [], [], None),
        (None, [], [], Refusal.NO_CONSENT),
        (given(thread="u"), [], [], Refusal.NO_CONSENT),
        (given(answer="no"), [], [], Refusal.NO_CONSENT),
        (given(answer="dont_know"), [], [], Refusal.NO_CONSENT),
        (given(purpose="chat_transfer"), [], [], Refusal.NO_CONSENT),
        (YES, [], [back(-1)], None),
        (YES, [], [back(0)], Refusal.WITHDRAWN),
        (YES, [], [back(1)], Refusal.WITHDRAWN),
        (YES, [], [back(1, thread="u")], None),
        (YES, [], [back(1, purpose="chat_transfer")], None),
        (YES, [given(answer="no", answered_at=LATER)], [], Refusal.NO_CONSENT),
        (YES, [given(answer="no")], [], None),
        (YES, [given(answer="dont_know", answered_at=LATER)], [], None),
        (YES, [given(answer="no", answered_at=LATER, thread="u")], [], None),
        (YES, [given(answer="no", answered_at=LATER, purpose="x")], [], None),
    ],
)
def test_when_a_consent_holds(
    consent: Given | None,
    answers: list[Given],
    withdrawals: list[TakenBack],
    expected: Refusal | None,
) -> None:
    """Each line is a youth who would be written about against their will, or in vain asked."""
    found = refusal(thread="t", consent=consent, answers=answers, withdrawals=withdrawals)

    assert found == expected


@pytest.mark.parametrize(
    ("answers", "withdrawals", "expected"),
    [
        ([], [back(1, thread="u")], Refusal.WITHDRAWN),
        ([], [back(-1, thread="u")], None),
        ([], [back(1, thread="v")], None),
        ([given(answer="no", answered_at=LATER, thread="u")], [], Refusal.NO_CONSENT),
        ([given(answer="no", answered_at=LATER, thread="v")], [], None),
    ],
)
def test_what_is_taken_back_on_one_of_a_youths_threads_is_taken_back_on_all(
    answers: list[Given], withdrawals: list[TakenBack], expected: Refusal | None
) -> None:
    """One person, one stop; and never somebody else's."""
    found = refusal(
        thread="t", consent=YES, answers=answers, withdrawals=withdrawals, youth=("t", "u")
    )
    other = refusal(
        thread="t", consent=given(thread="u"), answers=[], withdrawals=[], youth=("t", "u")
    )

    assert (found, other) == (expected, Refusal.NO_CONSENT)


async def test_consents_are_in_the_log_without_the_words(stage: Stage) -> None:
    """The log shows that a youth was asked and answered, to those who may not read the answer."""
    tove = await stage.leader()
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))

    export = await tove.sees("/transfers/export")

    assert '"answer":"yes"' in export
    assert "skriver ned" not in export
    assert "Blå rev" not in export


async def test_stop_before_the_proof_takes_the_transcript_out_again(stage: Stage) -> None:
    """A youth who says stop before anything is proved is promised that only the contact counts."""
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))

    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))
    gone = await stage.bridge.get("transcripts/c_1/digest")
    counted = await stage.bridge.put("contacts/c_1", contact_body(stage, "c_1"))

    assert gone.status_code == 404
    assert counted.status_code == 201


async def test_stop_after_the_proof_leaves_the_entry_to_the_team_leader(stage: Stage) -> None:
    """What has been proved is a record, and only a person decides what becomes of it."""
    await stage.agreed()
    document = transcript_body(stage)
    await stage.bridge.put("transcripts/c_1", document)
    proof = {"kind": "read_back", "at": stage.at(1), "digest": digest_of(document)}
    await stage.bridge.tells("c_1", "e_1", proof)

    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage, seconds=2))
    still = await stage.bridge.get("transcripts/c_1/digest")

    assert still.json()["digest"] == digest_of(document)
