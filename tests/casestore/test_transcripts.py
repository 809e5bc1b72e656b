"""Transcripts: filed once, whole, on a valid consent, and proved by reading them back."""

from sqlalchemy import update

from casestore.edge import Writing
from casestore.journal.tables import Attachment, EntryMessage
from casestore.keyring import seal, unseal
from casestore.threads.keys import known_key
from tests.casestore.stage import (
    Stage,
    consent_body,
    contact_body,
    digest_of,
    file_part,
    message,
    sha256,
    transcript_body,
    withdrawal_body,
)

PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture of a dog" * 10


async def test_what_is_read_back_is_what_was_handed_over(stage: Stage) -> None:
    """The bridge forgets a youth's words on the strength of this digest alone."""
    await stage.agreed()
    document = transcript_body(stage)

    stored = await stage.bridge.put("transcripts/c_1", document)
    read_back = await stage.bridge.get("transcripts/c_1/digest")

    assert stored.status_code == 201
    assert stored.json() == {"id": "c_1"}
    assert read_back.json() == {
        "conversation": "c_1",
        "digest": digest_of(document),
        "messages": 2,
        "attachments": 0,
    }


async def test_the_same_transcript_again_is_only_acknowledged(stage: Stage) -> None:
    """After a crash the bridge hands over again; the record must not hold the talk twice."""
    await stage.agreed()
    document = transcript_body(stage)
    await stage.bridge.put("transcripts/c_1", document)

    again = await stage.bridge.put("transcripts/c_1", dict(reversed(document.items())))

    assert (again.status_code, again.json()) == (200, {"id": "c_1"})


async def test_another_body_under_the_same_id_is_refused(stage: Stage) -> None:
    """A record that could be overwritten would prove nothing about what was first put there."""
    await stage.agreed()
    document = transcript_body(stage)
    await stage.bridge.put("transcripts/c_1", document)

    other = await stage.bridge.put(
        "transcripts/c_1", document | {"messages": [message(1, "noe annet")]}
    )
    as_contact = await stage.bridge.put("contacts/c_1", contact_body(stage, "c_1"))
    read_back = await stage.bridge.get("transcripts/c_1/digest")

    for refused in (other, as_contact):
        assert refused.status_code == 409
        assert refused.json()["type"] == "urn:utebru:different-body"
    assert read_back.json()["digest"] == digest_of(document)


async def test_files_are_read_back_and_hashed_with_the_words(stage: Stage) -> None:
    """A photo is as much of what a youth said as the words are."""
    await stage.agreed()
    line = {
        "id": "a_1",
        "name": "hunden min.png",
        "type": "image/png",
        "size": len(PICTURE),
        "sha256": sha256(PICTURE),
    }
    document = transcript_body(stage, messages=[message(1, "se!", attachments=[line])])

    too_early = await stage.bridge.put("transcripts/c_1", document)
    first = await stage.bridge.put_file("c_1", "a_1", PICTURE)
    again = await stage.bridge.put_file("c_1", "a_1", PICTURE)
    other = await stage.bridge.put_file("c_1", "a_1", PICTURE + b"!")
    stored = await stage.bridge.put("transcripts/c_1", document)
    read_back = await stage.bridge.get("transcripts/c_1/digest")

    assert (too_early.status_code, too_early.json()["type"]) == (
        422,
        "urn:utebru:attachment-missing",
    )
    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 409]
    assert stored.status_code == 201
    assert read_back.json()["digest"] == digest_of(document)
    assert read_back.json()["attachments"] == 1


async def test_several_files_are_kept_together_or_not_at_all(stage: Stage) -> None:
    """They are put again after a crash, some of them for the first time."""
    put = stage.bridge.put_files
    one, two, three = (file_part(f"a_{n}", PICTURE + bytes([n])) for n in range(3))

    first = await put("c_1", one + two)
    again = await put("c_1", one + two)
    more = await put("c_1", two + three)
    other = await put("c_1", one + file_part("a_2", b"other") + file_part("a_3", b"new"))
    alone = await stage.bridge.put_file("c_1", "a_2", PICTURE + bytes([2]))
    new = await stage.bridge.put_file("c_1", "a_3", b"another")

    answers = [each.status_code for each in (first, again, more, other, alone, new)]
    assert answers == [201, 200, 201, 409, 200, 201]
    assert other.json()["type"] == "urn:utebru:different-body"
    assert more.json() == {"count": 2}


async def test_one_flipped_byte_in_storage_is_noticed_before_anything_is_forgotten(
    stage: Stage,
) -> None:
    """If the record has rotted, the youth's words exist only in the bridge: it must be told."""
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))
    async with stage.store.database.writing() as session:
        row = await session.get(EntryMessage, ("c_1", 1))
        assert row is not None
        flipped = row.words[:20] + bytes([row.words[20] ^ 1]) + row.words[21:]
        await session.execute(
            update(EntryMessage).where(EntryMessage.position == 1).values(words=flipped)
        )

    answer = await stage.bridge.get("transcripts/c_1/digest")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:unreadable")


async def test_a_flipped_byte_in_a_file_or_a_lost_row_is_noticed_too(stage: Stage) -> None:
    """A file that no longer opens is a lost file, however well the words read."""
    await stage.agreed()
    line = {"id": "a_1", "name": "x", "type": "image/png", "size": 3, "sha256": sha256(b"abc")}
    await stage.bridge.put_file("c_1", "a_1", b"abc")
    document = transcript_body(stage, messages=[message(1, "se!", attachments=[line])])
    assert (await stage.bridge.put("transcripts/c_1", document)).status_code == 201
    async with stage.store.database.writing() as session:
        row = await session.get(Attachment, ("c_1", "a_1"))
        assert row is not None
        row.words = row.words[:-1] + bytes([row.words[-1] ^ 128])

    answer = await stage.bridge.get("transcripts/c_1/digest")

    assert answer.status_code == 409


async def test_a_file_exchanged_by_somebody_who_has_the_keys_is_noticed(stage: Stage) -> None:
    """That it decrypts does not mean that it is the youth's file: only its own digest does."""
    await stage.agreed()
    line = {"id": "a_1", "name": "x", "type": "image/png", "size": 3, "sha256": sha256(b"abc")}
    await stage.bridge.put_file("c_1", "a_1", b"abc")
    document = transcript_body(stage, messages=[message(1, "se!", attachments=[line])])
    await stage.bridge.put("transcripts/c_1", document)
    place = "journal_attachments/c_1/a_1"
    async with stage.store.database.writing() as session:
        writing = Writing(session=session, store=stage.store, now=stage.clock.now())
        row = await session.get(Attachment, ("c_1", "a_1"))
        assert row is not None
        thread_key = await known_key(writing, "thread:t_rev")
        key = unseal(thread_key, row.wrapped, bound_to=f"{place}/key")
        row.words = seal(key, b"abd", bound_to=f"{place}/words")

    answer = await stage.bridge.get("transcripts/c_1/digest")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:unreadable")


async def test_rows_that_have_changed_places_are_unreadable(stage: Stage) -> None:
    """Who said what in which order is the record; ciphertext is tied to its place."""
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))
    async with stage.store.database.writing() as session:
        first = await session.get(EntryMessage, ("c_1", 0))
        second = await session.get(EntryMessage, ("c_1", 1))
        assert first is not None
        assert second is not None
        first.words, second.words = second.words, first.words

    answer = await stage.bridge.get("transcripts/c_1/digest")

    assert answer.status_code == 409


async def test_nothing_is_filed_without_a_yes(stage: Stage) -> None:
    """A youth who has not said yes has no journal, whatever the bridge asks for."""
    said_no = consent_body(stage, "t_rev", "no") | {"reply": "NEI", "reply_sha256": sha256(b"NEI")}
    unsure = consent_body(stage, "t_rev", "dont_know")
    await stage.bridge.put("consents/s_no", said_no)
    await stage.bridge.put("consents/s_unsure", unsure)
    await stage.agreed("t_elv", "s_other_youth")
    await stage.agreed("t_rev", "s_other_purpose", purpose="chat_transfer")
    await stage.bridge.put_file("c_1", "a_1", PICTURE)

    for consent in ("s_none", "s_no", "s_unsure", "s_other_youth", "s_other_purpose"):
        answer = await stage.bridge.put("transcripts/c_1", transcript_body(stage, consent=consent))
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:no-consent")

    assert (await stage.bridge.get("transcripts/c_1/digest")).status_code == 404
    async with stage.store.database.reading() as session:
        assert await session.get(Attachment, ("c_1", "a_1")) is None


async def test_a_withdrawn_consent_closes_the_journal_until_a_newer_yes(stage: Stage) -> None:
    """STOPP must stop, at once; and a youth may change their mind again."""
    await stage.agreed()
    before = await stage.bridge.put("transcripts/c_1", transcript_body(stage, "c_1"))
    proof = {"kind": "read_back", "at": stage.at(), "digest": digest_of(transcript_body(stage))}
    await stage.bridge.tells("c_1", "e_1", proof)
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))

    after = await stage.bridge.put("transcripts/c_2", transcript_body(stage, "c_2"))
    same_again = await stage.bridge.put("transcripts/c_1", transcript_body(stage, "c_1"))
    await stage.agreed(consent="s_2", answered_at=stage.at(60))
    anew = await stage.bridge.put("transcripts/c_2", transcript_body(stage, "c_2", consent="s_2"))

    assert before.status_code == 201
    assert (after.status_code, after.json()["type"]) == (409, "urn:utebru:consent-withdrawn")
    assert same_again.status_code == 200
    assert anew.status_code == 201


async def test_a_later_no_ends_an_earlier_yes(stage: Stage) -> None:
    """The youth's last answer is the one that counts."""
    await stage.agreed()
    later_no = consent_body(stage, answer="no") | {"answered_at": stage.at(-10)}
    await stage.bridge.put("consents/s_2", later_no)

    answer = await stage.bridge.put("transcripts/c_1", transcript_body(stage))

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:no-consent")


async def test_a_refused_transcript_becomes_a_contact_and_its_files_are_gone(stage: Stage) -> None:
    """After STOPP the same conversation is sealed anew as a contact; no word may be left behind."""
    await stage.agreed()
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))
    await stage.bridge.put_file("c_1", "a_1", PICTURE)

    document = contact_body(stage, "c_1")
    stored = await stage.bridge.put("contacts/c_1", document)
    read_back = await stage.bridge.get("contacts/c_1/digest")

    assert stored.status_code == 201
    assert read_back.json()["digest"] == digest_of(document)
    async with stage.store.database.reading() as session:
        assert await session.get(Attachment, ("c_1", "a_1")) is None
