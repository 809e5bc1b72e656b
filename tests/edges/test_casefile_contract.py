"""
The bridge's client against the real case store, in process.

The two share no code: this is the one place where both sides of the wire meet.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import cast

import httpx
import pytest

from bridge.casefile import HttpCaseRecord
from bridge.domain.canonical import Document, Value, digest
from bridge.domain.ids import ConversationId, EmployeeId, ThreadId
from bridge.domain.messages import Attachment
from bridge.ports import (
    CaseRecord,
    Deletion,
    Employee,
    Join,
    Lapse,
    NotTaken,
    Picture,
    RecordRefused,
    RecordUnreachable,
    Refusal,
    Waiting,
    WrittenDown,
)
from casestore.deletions.tables import Deletion as TableDeletion
from casestore.edge import Store, Writing
from casestore.joins.tables import JoinOrder
from casestore.links.tables import LinkCode
from casestore.registrations.rules import Why, Written
from casestore.registrations.tables import Registration
from casestore.registrations.words import put_pictures, put_words
from casestore.settings import Settings
from casestore.threads.keys import fingerprint
from casestore.uploads import Scan
from casestore.users.tables import User
from tests.conftest import NoEars
from tests.support.record_app import record_app

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
AT = "2026-11-03T12:00:00.000Z"
TOKEN = "a-credential-for-tests-only"
CHAT = ConversationId("c_1")
PHOTO = b"\x89PNG not really \x00\xff"
FILE = Attachment(
    id="a_1", name="bilde.png", type="image/png", size=len(PHOTO), sha256=sha256(PHOTO).hexdigest()
)


def hexed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def consent(answer: str = "yes", text: str = "Kan vi skrive journal?") -> Document:
    return {
        "thread": "t_1", "alias": "Blå rev", "channel": "telegram", "purpose": "journal",
        "answer": answer, "text_id": "consent.journal", "text_version": "2026-11-1",
        "language": "nb", "text": text, "text_sha256": hexed(text), "reply": "JA",
        "reply_sha256": hexed("JA"), "how": "button", "question_ref": "1", "reply_ref": "2",
        "asked_at": AT, "shown_at": AT, "answered_at": AT, "asked_by": "bot",
        "conversation": CHAT,
    }  # fmt: skip


WITHDRAWAL: Document = {
    "thread": "t_1", "alias": "Blå rev", "channel": "telegram", "purpose": "journal",
    "reply": "STOPP", "reply_sha256": hexed("STOPP"), "reply_ref": "3", "answered_at": AT,
    "conversation": CHAT,
}  # fmt: skip

HEADER: Document = {
    "v": 1, "conversation": CHAT, "thread": "t_1", "alias": "Blå rev", "channel": "telegram",
    "team": "utekontakten", "opened_at": AT, "sealed_at": AT, "sealed_by": "clock",
    "topics": ["school"], "salt": "5a" * 32,
}  # fmt: skip


def transcript(text: str = "hei, er det noen der? 🦊", *, photo: bool = False) -> Document:
    attached: list[Value] = [
        {"id": FILE.id, "name": FILE.name, "type": FILE.type, "size": FILE.size,
         "sha256": FILE.sha256}
    ]  # fmt: skip
    message: Document = {
        "seq": 1, "at": AT, "by": "youth", "author": None, "kind": "said", "text": text,
        "of": None, "state": None, "attachments": attached if photo else [],
    }  # fmt: skip
    return {**HEADER, "case": None, "consent": "k_1", "messages": [message]}


CONTACT: Document = {
    **HEADER, "count_youth": 3, "count_caseworker": 2, "count_attachments": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A running case store, and the bridge's way into it."""

    store: Store
    http: httpx.AsyncClient
    record: CaseRecord

    async def hires(self, employee: str, role: str, code: str) -> None:
        """Give an employee an account, and a code to link it with."""
        async with self.store.database.writing() as session:
            session.add(
                User(
                    id=employee, team="utekontakten", login=employee, name="Kari Prøve",
                    role=role, password="-", active=True, failures=0, created_at=NOW,
                    totp_step=0, password_temporary=False,
                )
            )  # fmt: skip
            await session.flush()
            session.add(
                LinkCode(
                    code_hash=fingerprint(self.store, b"code", code.encode()),
                    team="utekontakten", user=employee, expires_at=NOW + timedelta(minutes=10),
                )
            )  # fmt: skip


@pytest.fixture
async def zone(tmp_path: Path) -> AsyncIterator[Zone]:
    settings = Settings(
        token=TOKEN,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'data' / 'store.db'}",
        keyring=tmp_path / "keys" / "store.keys",
    )
    app = record_app(settings, lambda: NOW)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://store",
            headers={"Authorization": f"Bearer {TOKEN}"},
        ) as http,
    ):
        yield Zone(store=app.state.store, http=http, record=HttpCaseRecord(http))


@asynccontextmanager
async def refused(refusal: Refusal) -> AsyncIterator[None]:
    with pytest.raises(RecordRefused) as caught:
        yield
    assert caught.value.refusal is refusal


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


def ended(n: int) -> Document:
    return {**CONTACT, "conversation": f"c_{n}"}


async def test_contacts_that_end_together_are_each_read_back(zone: Zone) -> None:
    """Seven talks end while the first is filed: two calls, and each is proved to be there."""
    asked: list[str] = []

    async def told(request: httpx.Request) -> None:
        asked.append(request.url.path)

    zone.http.event_hooks["request"].append(told)

    await asyncio.gather(*(zone.record.put(f"contacts/c_{n}", ended(n)) for n in range(8)))
    chats = [ConversationId(f"c_{n}") for n in range(8)]
    found = await asyncio.gather(*(zone.record.digest("contacts", chat) for chat in chats))

    assert found == [digest(ended(n)) for n in range(8)]
    assert len(asked) == 4


async def test_a_contact_that_is_refused_or_not_there_takes_no_other_along(zone: Zone) -> None:
    """One youth's talk is not kept waiting because of another's."""
    await zone.record.put("contacts/c_2", ended(2))
    refused_ = {**ended(2), "count_youth": 7}
    bodies = [ended(0), ended(1), refused_, ended(3)]

    put = await asyncio.gather(
        *(zone.record.put(f"contacts/c_{n}", body) for n, body in enumerate(bodies)),
        return_exceptions=True,
    )
    chats = [ConversationId(f"c_{n}") for n in (0, 1, 9, 3)]
    found = await asyncio.gather(
        *(zone.record.digest("contacts", chat) for chat in chats), return_exceptions=True
    )

    assert [type(each) for each in put] == [type(None), type(None), RecordRefused, type(None)]
    assert [found[0], found[1], found[3]] == [digest(ended(n)) for n in (0, 1, 3)]
    assert isinstance(found[2], RecordRefused)
    assert found[2].refusal is Refusal.NOT_THERE


def numbered(n: int) -> tuple[Attachment, bytes]:
    """Among its bytes some that look like a line that tells of a file; some end in white space."""
    body = PHOTO + b'\n{"id":"a_0"}\n' + bytes([n])
    sum_ = sha256(body).hexdigest()
    return replace(FILE, id=f"a_{n}", size=len(body), sha256=sum_), body


def with_files(*files: tuple[Attachment, bytes]) -> Document:
    said = transcript()
    (message,) = cast("list[Document]", said["messages"])
    lines: list[Value] = [
        {"id": a.id, "name": a.name, "type": a.type, "size": a.size, "sha256": a.sha256}
        for a, _ in files
    ]
    return {**said, "messages": [{**message, "attachments": lines}]}


async def test_files_that_go_together_are_each_read_back(zone: Zone, no_ears: NoEars) -> None:
    """One call for all of them; what is read back proves each byte of each of them."""
    no_ears.listen_for(FILE.name)
    files, asked = [numbered(n) for n in range(8, 13)], list[str]()

    async def told(request: httpx.Request) -> None:
        asked.append(request.url.path)

    zone.http.event_hooks["request"].append(told)
    await zone.record.put("consents/k_1", consent())
    for _ in range(2):
        await zone.record.put_attachments(CHAT, files)
    await zone.record.put(f"transcripts/{CHAT}", with_files(*files))

    assert await zone.record.digest("transcripts", CHAT) == digest(with_files(*files))
    assert len(asked) == 5


async def test_a_file_that_is_refused_takes_no_other_along(zone: Zone) -> None:
    """The others need not be sent again when somebody has mended that one."""
    one, two, three = (numbered(n) for n in range(3))
    await zone.record.put("consents/k_1", consent())

    async with refused(Refusal.MALFORMED):
        await zone.record.put_attachments(CHAT, [one, (two[0], b"torn"), three])

    await zone.record.put(f"transcripts/{CHAT}", with_files(one, three))
    assert await zone.record.digest("transcripts", CHAT) == digest(with_files(one, three))


async def test_more_files_than_one_call_takes_go_each_by_itself(zone: Zone) -> None:
    """Where the two disagree on how many that is, a transcript is slower and not held up."""
    files = [numbered(n) for n in range(60)]
    await zone.record.put("consents/k_1", consent())

    await zone.record.put_attachments(CHAT, files)

    await zone.record.put(f"transcripts/{CHAT}", with_files(*files))


async def test_after_a_crash_among_the_files_all_are_put_once_more(zone: Zone) -> None:
    """Some of them were there and the document was not: nothing is doubled, nothing is lost."""
    files = [numbered(n) for n in range(4)]
    await zone.record.put("consents/k_1", consent())
    await zone.record.put_attachments(CHAT, files[:2])
    with pytest.raises(RecordUnreachable, match=r"^attachment-missing$"):
        await zone.record.put(f"transcripts/{CHAT}", with_files(*files))

    await zone.record.put_attachments(CHAT, files)
    await zone.record.put(f"transcripts/{CHAT}", with_files(*files))

    assert await zone.record.digest("transcripts", CHAT) == digest(with_files(*files))
    await zone.record.put_attachments(CHAT, files)


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


async def _writes_down(zone: Zone, *ids: str, due_at: datetime = NOW) -> WrittenDown:
    """What somebody has sent in on the case store's page, with a picture."""
    async with zone.store.database.writing() as session:
        session.add(
            User(
                id="e_1", team="utekontakten", login="kari", name="Kari Prøve", role="caseworker",
                password="-", active=True, failures=0, created_at=NOW, totp_step=0,
                password_temporary=False,
            )
        )  # fmt: skip
        await session.flush()
        writing = Writing(session=session, store=zone.store, now=NOW)
        said = Written(
            channel="snapchat", thread=None, alias="Blå rev", said_at=NOW, ours=False, text="hei",
            answers=True, insists=False,
        )  # fmt: skip
        for its_id in ids:
            row = Registration(
                id=its_id, team="utekontakten", channel="snapchat", written_by="e_1",
                written_at=NOW, due_at=due_at, status="waiting", words=b"",
            )  # fmt: skip
            session.add(row)
            await session.flush()
            await put_words(writing, row, said)
            scan = Scan(name="", type="image/png", raw=PHOTO)
            await put_pictures(writing, row, [scan], keep=[])
    return WrittenDown(
        id=ids[0], channel="snapchat", thread=None, alias="Blå rev", by=EmployeeId("e_1"), at=NOW,
        said_at=NOW, ours=False, text="hei", answers=True, insists=False, pictures=(),
    )  # fmt: skip


async def test_what_was_written_down_is_given_once_asked_for_and_gone_when_confirmed(
    zone: Zone,
) -> None:
    """And cannot be had without asking, nor by a picture's id alone."""
    wanted = await _writes_down(zone, "reg_1", "reg_2")
    assert await zone.record.written_down() == [
        Waiting(id=i, since=NOW) for i in ("reg_1", "reg_2")
    ]
    async with refused(Refusal.NOT_THERE):
        await zone.record.picture("reg_1", Picture(id="rp_1", type="image/png", size=1))

    told = await zone.record.ask_for("reg_1")

    (picture,) = told.pictures
    assert replace(told, pictures=()) == wanted
    assert await zone.record.picture("reg_1", picture) == PHOTO
    for _ in range(2):
        await zone.record.confirm_taken("reg_1")
    async with refused(Refusal.NOT_THERE):
        await zone.record.ask_for("reg_1")
    async with refused(Refusal.NOT_THERE):
        await zone.record.picture("reg_1", picture)
    await zone.record.ask_for("reg_2")
    for _ in range(2):
        await zone.record.not_taken("reg_2", NotTaken.NOBODY)
    async with refused(Refusal.NOT_THERE):
        await zone.record.ask_for("reg_2")
    assert await zone.record.written_down() == []


async def test_a_picture_that_is_not_whole_is_no_picture(zone: Zone) -> None:
    """What is kept as evidence of a yes must be all of it."""
    await _writes_down(zone, "reg_1")
    (picture,) = (await zone.record.ask_for("reg_1")).pictures

    with pytest.raises(RecordUnreachable, match=r"^not-understood$"):
        await zone.record.picture("reg_1", replace(picture, size=picture.size + 1))


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
