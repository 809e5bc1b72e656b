"""
The bridge's client against the real case store, in process.

The two share no code: this is the one place where both sides of the wire meet.
"""

from dataclasses import replace
from hashlib import sha256
from typing import cast

import pytest

from bridge.domain.canonical import Document, digest
from bridge.domain.ids import ThreadId
from bridge.ports import (
    Deletion,
    Employee,
    Join,
    Lapse,
    NotTaken,
    RecordUnreachable,
    Refusal,
)
from casestore.deletions.tables import Deletion as TableDeletion
from casestore.joins.tables import JoinOrder
from casestore.registrations.rules import Why
from casestore.users.tables import User
from tests.edges.zone import (
    AT,
    CHAT,
    CONTACT,
    FILE,
    NOW,
    PHOTO,
    WITHDRAWAL,
    Zone,
    consent,
    refused,
    transcript,
)


async def test_what_is_read_back_is_what_was_filed(zone: Zone) -> None:
    """The youth's words go when these two digests are the same, computed on either side."""
    document = transcript(photo=True)
    await zone.record.put("consents/k_1", consent())
    await zone.record.put_attachments(CHAT, [(FILE, PHOTO)])
    await zone.record.put(f"transcripts/{CHAT}", document)

    assert await zone.record.digest("transcripts", CHAT) == digest(document)


async def test_a_contact_is_read_back_too(zone: Zone) -> None:
    """Also what is only counted is proved to be there before anything is erased."""
    await zone.record.put(f"contacts/{CHAT}", CONTACT)

    assert await zone.record.digest("contacts", CHAT) == digest(CONTACT)


async def test_everything_can_be_said_twice(zone: Zone) -> None:
    """After a crash all of it is simply said again; nothing is doubled by that."""
    for _ in range(2):
        await zone.record.put("consents/k_1", consent())
        await zone.record.put_attachments(CHAT, [(FILE, PHOTO)])
        await zone.record.put(f"transcripts/{CHAT}", transcript(photo=True))


async def test_another_body_under_the_same_id_is_refused(zone: Zone) -> None:
    """Two versions of what a youth said can never replace each other silently."""
    await zone.record.put("consents/k_1", consent())
    await zone.record.put_attachments(CHAT, [(FILE, PHOTO)])
    await zone.record.put(f"transcripts/{CHAT}", transcript(photo=True))
    other = replace(FILE, sha256=sha256(b"other").hexdigest())

    async with refused(Refusal.DIFFERENT):
        await zone.record.put(f"transcripts/{CHAT}", transcript("noe annet", photo=True))
    async with refused(Refusal.DIFFERENT):
        await zone.record.put_attachments(CHAT, [(other, b"other")])
    async with refused(Refusal.DIFFERENT):
        await zone.record.put("consents/k_1", consent(text="En annen tekst"))


@pytest.mark.parametrize("answer", ["no", "dont_know", None])
async def test_without_a_yes_nothing_is_filed(zone: Zone, answer: str | None) -> None:
    """The promise to every youth who says no, or nothing."""
    if answer is not None:
        await zone.record.put("consents/k_1", consent(answer))

    async with refused(Refusal.NO_CONSENT):
        await zone.record.put(f"transcripts/{CHAT}", transcript())
    async with refused(Refusal.NOT_THERE):
        await zone.record.digest("transcripts", CHAT)


async def test_after_stopp_nothing_more_is_filed(zone: Zone) -> None:
    """A youth who takes the yes back is heard at once, and the bridge is told why."""
    await zone.record.put("consents/k_1", consent())
    await zone.record.put("withdrawals/w_1", WITHDRAWAL)

    async with refused(Refusal.WITHDRAWN):
        await zone.record.put(f"transcripts/{CHAT}", transcript())


async def test_a_file_that_has_not_come_yet_is_waited_for(zone: Zone) -> None:
    """The next try brings the files again first, so this is no reason to give up."""
    await zone.record.put("consents/k_1", consent())

    with pytest.raises(RecordUnreachable, match=r"^attachment-missing$"):
        await zone.record.put(f"transcripts/{CHAT}", transcript(photo=True))

    await zone.record.put_attachments(CHAT, [(FILE, PHOTO)])
    await zone.record.put(f"transcripts/{CHAT}", transcript(photo=True))


async def test_a_body_that_is_not_as_agreed_is_refused_for_good(zone: Zone) -> None:
    """A mistake of ours must reach a person instead of being repeated for ever."""
    async with refused(Refusal.MALFORMED):
        await zone.record.put("consents/k_1", {"thread": "t_1"})
    async with refused(Refusal.MALFORMED):
        await zone.record.put("consents/k_1", {**consent(), "text_sha256": "0" * 64})
    async with refused(Refusal.MALFORMED):
        await zone.record.put_attachments(CHAT, [(FILE, b"other bytes")])


async def test_the_log_of_a_transfer_is_taken_in_any_order(zone: Zone) -> None:
    """The team leader sees each step; events may overtake the document they are about."""
    events: list[Document] = [
        {"kind": "read_back", "at": AT, "digest": "a" * 64},
        {"kind": "sealed", "at": AT, "by": "clock", "filing": "contact"},
        {"kind": "copy", "at": AT, "copy": "y_1", "place": "slack", "whose": "bot",
         "verdict": "pending", "evidence": None, "until": None, "link": None},
        {"kind": "forgotten", "at": AT, "count": 5},
        {"kind": "copies", "at": AT, "copies": [
            {"copy": "y_2", "place": "slack", "whose": "bot",
             "verdict": "pending", "evidence": None, "until": None, "link": None}]},
    ]  # fmt: skip
    for number, event in enumerate(events):
        await zone.record.put(f"transfers/{CHAT}/events/v_{number}", event)
    stuck: Document = {
        "kind": "uncertain_reply", "conversation": CHAT, "alias": "Blå rev", "since": AT,
        "resolved_at": None, "reason": "no-answer",
    }  # fmt: skip
    await zone.record.put("stuck/s_1", stuck)
    await zone.record.put("stuck/s_1", {**stuck, "resolved_at": AT})
    await zone.record.put(
        "requests/r_1",
        {"thread": "t_1", "alias": "Blå rev", "channel": "telegram", "kind": "access",
         "asked_at": AT},
    )  # fmt: skip


async def test_an_employee_links_an_account_with_a_code_once(zone: Zone) -> None:
    """Who may speak to a youth is decided inside the zone, and only there."""
    await zone.hires("e_1", "caseworker", "ABCD2345")
    await zone.hires("e_2", "team_leader", "EFGH2345")

    linked = await zone.record.link("abcd-2345", "U1")

    assert linked == Employee(id="e_1", role="caseworker", active=True, user="U1")
    async with refused(Refusal.UNKNOWN_CODE):
        await zone.record.link("WRONG234", "U2")
    async with refused(Refusal.ALREADY_LINKED):
        await zone.record.link("EFGH2345", "U1")
    assert {each.id: (each.role, each.user) for each in await zone.record.employees()} == {
        "e_1": ("caseworker", "U1"),
        "e_2": ("team_leader", None),
    }


async def test_a_guesser_is_stopped_and_told_to_wait(zone: Zone) -> None:
    """A code can be guessed only if one may guess for long."""
    for _ in range(10):
        async with refused(Refusal.UNKNOWN_CODE):
            await zone.record.link("WRONG234", "U1")

    with pytest.raises(RecordUnreachable, match=r"^busy$"):
        await zone.record.link("WRONG234", "U1")


async def test_deletions_are_told_until_they_are_confirmed(zone: Zone) -> None:
    """Either side may have lost its memory; the deletion must be carried out all the same."""
    async with zone.store.database.writing() as session:
        for its_id, thread, conversation in (("del_1", "t_1", None), ("del_2", None, CHAT)):
            session.add(
                TableDeletion(
                    id=its_id, team="utekontakten", thread=thread, conversation=conversation, at=NOW
                )
            )  # fmt: skip
            await session.flush()
    of_thread = Deletion(id="del_1", thread=ThreadId("t_1"), conversation=None, at=NOW)
    of_chat = Deletion(id="del_2", thread=None, conversation=CHAT, at=NOW)

    assert await zone.record.deletions() == [of_thread, of_chat]
    for _ in range(2):
        await zone.record.confirm_deletion("del_1")
    assert await zone.record.deletions() == [of_chat]
    async with refused(Refusal.NOT_THERE):
        await zone.record.confirm_deletion("del_9")
    # What was filed of it is not filed again: as if the consent had been taken back.
    async with refused(Refusal.WITHDRAWN):
        await zone.record.digest("transcripts", CHAT)
    await zone.record.put("consents/k_1", consent())
    async with refused(Refusal.WITHDRAWN):
        await zone.record.put(f"transcripts/{CHAT}", transcript())


async def test_topics_and_cases_come_as_codes_and_numbers(zone: Zone) -> None:
    """What the caseworker chooses from in Slack holds no names."""
    topics = dict(await zone.record.topics())

    assert topics["school"] == "Skole"
    assert await zone.record.cases(ThreadId("t_1")) == []


async def test_a_wrong_credential_is_an_alarm_and_loses_nothing(zone: Zone) -> None:
    """A token typed wrong must not cost any words, and must tell the operator what it is."""
    zone.http.headers["Authorization"] = "Bearer wrong"

    with pytest.raises(RecordUnreachable, match=r"^credential$"):
        await zone.record.put("consents/k_1", consent())
    with pytest.raises(RecordUnreachable, match=r"^credential$"):
        await zone.record.digest("transcripts", CHAT)


async def test_an_address_the_case_store_does_not_know_is_not_an_answer(zone: Zone) -> None:
    """An older case store that lacks a route must not look as if it had lost the record."""
    with pytest.raises(RecordUnreachable, match=r"^not-understood$"):
        await zone.record.digest("minutes", CHAT)


async def test_what_two_threads_are_to_each_other_is_told_until_it_is_confirmed(zone: Zone) -> None:
    """The bridge does what the record has decided, in that order, and nothing else."""
    async with zone.store.database.writing() as session:
        for its_id, joined in (("jo_1", True), ("jo_2", False)):
            order = JoinOrder(id=its_id, thread="t_2", into="t_1", joined=joined, at=NOW)
            order.team = "utekontakten"
            session.add(order)
            await session.flush()
    join = Join(id="jo_1", thread=ThreadId("t_2"), into=ThreadId("t_1"), joined=True, at=NOW)
    part = replace(join, id="jo_2", joined=False)

    assert await zone.record.joins() == [join, part]
    for _ in range(2):
        await zone.record.confirm_join("jo_1")
    assert await zone.record.joins() == [part]
    async with refused(Refusal.NOT_THERE):
        await zone.record.confirm_join("jo_9")
    async with refused(Refusal.NOT_THERE):
        await zone.record.lapse_join("jo_9", Lapse.FORGOTTEN)
    await zone.record.lapse_join("jo_2", Lapse.FORGOTTEN)
    assert await zone.record.joins() == []


async def test_a_proposal_is_taken_as_it_was_typed_and_only_from_an_employee(zone: Zone) -> None:
    """It waits until somebody in the record can tell; a proposal is never lost."""
    async with zone.store.database.writing() as session:
        session.add(
            User(
                id="e_1", team="utekontakten", login="kari", name="Kari Prøve", role="caseworker",
                password="-", active=True, failures=0, created_at=NOW, totp_step=0,
                password_temporary=False,
            )
        )  # fmt: skip
    proposal: Document = {
        "thread": "t_2", "alias": "Stille elv", "channel": "messenger", "into": "t_1",
        "into_alias": "Blå rev", "case": "sak 17", "by": "e_1", "at": AT,
    }  # fmt: skip

    for _ in range(2):
        await zone.record.put("joins/j_1", proposal)
    async with refused(Refusal.DIFFERENT):
        await zone.record.put("joins/j_1", {**proposal, "case": "sak 18"})
    async with refused(Refusal.MALFORMED):
        await zone.record.put("joins/j_2", {**proposal, "by": "e_9"})
    assert await zone.record.joins() == []


def test_both_sides_know_the_same_reasons() -> None:
    assert {why.value for why in NotTaken} == {why.value for why in Why}


async def test_where_a_message_was_said_is_part_of_what_is_read_back(zone: Zone) -> None:
    """Old transcripts keep their digests; new ones prove the channel with the words."""
    said_there = transcript()
    (message,) = cast("list[Document]", said_there["messages"])
    document: Document = {**said_there, "messages": [{**message, "channel": "messenger"}]}
    await zone.record.put("consents/k_1", consent())
    await zone.record.put(f"transcripts/{CHAT}", document)

    assert await zone.record.digest("transcripts", CHAT) == digest(document) != digest(said_there)
