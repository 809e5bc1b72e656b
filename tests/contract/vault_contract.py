"""
What every vault promises, whatever it is made of.

A test class inherits these scenes and says where its vault lives.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.consent import Question, Standing
from bridge.domain.copies import Place, Verdict
from bridge.domain.delivery import Move, OutOfTurn, Reason, State, What
from bridge.domain.ids import (
    Address,
    ConsentId,
    ConversationId,
    CopyId,
    DeliveryId,
    EmployeeId,
    Ref,
    ThreadId,
)
from bridge.domain.lifecycle import (
    ClosedAsContact,
    ClosedForJournal,
    DigestMismatch,
    Erased,
    Ledger,
    NotAllWordsAccountedFor,
    ReadBack,
    Stage,
    Withdrawn,
)
from bridge.domain.messages import Attachment, By, Kind
from bridge.domain.threads import Chat, Ending
from bridge.ports import Employee, Sealed, Stale, TakenBack
from bridge.vault.sql import SqlVault
from tests.vault.rig import (
    MAYA,
    NOON,
    TALK,
    Home,
    after,
    begun,
    copy_of,
    errand,
    forgotten,
    in_room,
    maya,
    said,
    talk,
)

LEASE = timedelta(minutes=2)


class Change(Exception):
    """Something goes wrong in the middle of a transaction."""


class VaultContract:
    """Each kind of vault says where it lives, with a fixture `home`."""

    @pytest.fixture
    async def vault(self, home: Home) -> AsyncIterator[SqlVault]:
        async with home.open() as vault:
            yield vault


class InboxPromises(VaultContract):
    async def test_an_event_is_taken_once_and_comes_out_as_it_came(self, vault: SqlVault) -> None:
        """A platform that tells twice must not make a youth say it twice."""
        assert await vault.accept("telegram", "17", b"\x00raw")
        assert not await vault.accept("telegram", "17", b"\x00raw")
        assert await vault.accept("slack", "17", b"other")

        async with vault.begin() as tx:
            assert await tx.inbox.waiting() == 2
            first = await tx.inbox.next(NOON)
        assert first is not None
        assert (first.source, first.body, first.at) == ("telegram", b"\x00raw", NOON)

    async def test_what_was_done_is_remembered_as_seen(self, vault: SqlVault) -> None:
        """Or the same words would be delivered again a day later."""
        await vault.accept("telegram", "17", b"raw")
        async with vault.begin() as tx:
            arrived = await tx.inbox.next(NOON)
            assert arrived is not None
            await tx.inbox.done(arrived.id)

        assert not await vault.accept("telegram", "17", b"raw")
        async with vault.begin() as tx:
            assert await tx.inbox.next(NOON) is None
            assert await tx.inbox.waiting() == 0

    async def test_work_that_fails_leaves_the_event_where_it_was(self, vault: SqlVault) -> None:
        """A youth's words outlive a bug."""
        await vault.accept("telegram", "17", b"raw")
        with suppress(Change):
            async with vault.begin() as tx:
                arrived = await tx.inbox.next(NOON)
                assert arrived is not None
                await tx.inbox.done(arrived.id)
                raise Change

        async with vault.begin() as tx:
            again = await tx.inbox.next(NOON)
        assert again is not None
        assert again.body == b"raw"

    async def test_a_poison_event_stands_aside_for_the_rest(self, vault: SqlVault) -> None:
        """What one youth's phone sent must not silence the others."""
        for event in ("1", "2", "3"):
            await vault.accept("telegram", event, event.encode())
        async with vault.begin() as tx:
            poison = await tx.inbox.next(NOON)
            assert poison is not None
            await tx.inbox.set_aside(poison.id, "unreadable")

        async with vault.begin() as tx:
            healthy = await tx.inbox.next(NOON)
            assert await tx.inbox.stuck() == [(poison.id, NOON, "unreadable")]
            assert await tx.inbox.waiting() == 2
            await tx.inbox.done(poison.id)
            assert await tx.inbox.stuck() == []
        assert healthy is not None
        assert healthy.body == b"2"

    async def test_a_person_decides_what_becomes_of_what_stood_aside(self, vault: SqlVault) -> None:
        """Mended, it is worked on after all; let go, its words are on no disk."""
        stood: list[str] = []
        for event in ("1", "2", "3"):
            await vault.accept("telegram", event, event.encode())
        for _ in range(2):
            async with vault.begin() as tx:
                arrived = await tx.inbox.next(NOON)
                assert arrived is not None
                await tx.inbox.set_aside(arrived.id, "unreadable")
                stood.append(arrived.id)

        async with vault.begin() as tx:
            await tx.inbox.again(stood[0])
            await tx.inbox.drop(stood[1])

        async with vault.begin() as tx:
            assert await tx.inbox.stuck() == []
            assert await tx.inbox.waiting() == 2
            first = await tx.inbox.next(NOON)
        assert first is not None
        assert (first.id, first.body) == (stood[0], b"1")
        assert not await vault.accept("telegram", "2", b"2")

    @pytest.mark.parametrize("decision", ["drop", "again"])
    async def test_only_what_stood_aside_is_decided_on(
        self, vault: SqlVault, decision: str
    ) -> None:
        """A slip of the finger must not lose what is still on its way, nor do a thing twice."""
        await vault.accept("telegram", "1", b"1")
        async with vault.begin() as tx:
            waiting = await tx.inbox.next(NOON)
            assert waiting is not None

        for event in (waiting.id, "in_nobodys"):
            with pytest.raises(LookupError):
                async with vault.begin() as tx:
                    await getattr(tx.inbox, decision)(event)

        async with vault.begin() as tx:
            assert await tx.inbox.waiting() == 1

    async def test_a_burst_is_kept_whole_and_in_order(self, vault: SqlVault) -> None:
        """A class trip writes at once; nobody's words may be lost or swapped."""
        events = [str(n) for n in range(250)]
        news = await asyncio.gather(
            *(vault.accept("telegram", event, event.encode()) for event in (*events, *events))
        )
        assert news == [True] * 250 + [False] * 250

        seen: list[str] = []
        async with vault.begin() as tx:
            while (arrived := await tx.inbox.next(NOON)) is not None:
                seen.append(arrived.body.decode())
                await tx.inbox.done(arrived.id)
        assert seen == events

    async def test_an_event_nobody_has_heard_of_cannot_be_done(self, vault: SqlVault) -> None:
        """A slip of ours shows at once, instead of an event that never leaves."""
        with pytest.raises(KeyError):
            async with vault.begin() as tx:
                await tx.inbox.done("in_none")


class ThreadPromises(VaultContract):
    async def test_a_youth_is_found_again_as_they_were_left(self, vault: SqlVault) -> None:
        """Maya answers a question she was asked yesterday."""
        question = Question(
            id=ConsentId("cns_1"),
            text_id="consent",
            version="nb-1",
            language="nb",
            asked_at=NOON,
            shown_at=after(seconds=2),
            ref=Ref("4711"),
        )
        asked = maya(
            standing=Standing.ASKED,
            question=question,
            consent=ConsentId("cns_1"),
            last_out="consent",
            cooling_until=after(days=1),
            crisis_until=after(hours=2),
            left=True,
            language="en",
        )
        async with vault.begin() as tx:
            await tx.threads.add(maya())
            await tx.threads.save(asked)

        async with vault.begin() as tx:
            assert await tx.threads.get(MAYA) == asked
            assert await tx.threads.of("telegram", asked.address) == asked
            assert await tx.threads.of("messenger", asked.address) is None
            assert await tx.threads.of("telegram", Address("someone else")) is None
            assert await tx.threads.aliases() == {"Blå rev"}

    async def test_nobody_is_made_up(self, vault: SqlVault) -> None:
        """A wrong id is a bug of ours, and must never open another youth's thread."""
        async with vault.begin() as tx:
            with pytest.raises(KeyError):
                await tx.threads.get(ThreadId("thr_none"))
            with pytest.raises(KeyError):
                await tx.threads.save(maya())
            with pytest.raises(KeyError):
                await tx.threads.conversation(ConversationId("con_none"))
            with pytest.raises(KeyError):
                await tx.threads.amend(talk())
            with pytest.raises(ValueError, match="another team"):
                await tx.threads.add(maya(team="team_2"))

    async def test_amending_saves_everything_but_the_ledger(self, vault: SqlVault) -> None:
        """What a card says of a talk must be true after a restart; the ledger has its own door."""
        amended = replace(
            in_room(talk()),
            owner=EmployeeId("emp_1"),
            ending=Ending(by=EmployeeId("emp_1"), at=NOON, seen=2, case="2026-7", topics=("rus",)),
            sealed_at=NOON,
            sealed_by="emp_1",
            last_youth=2,
            last_youth_at=NOON,
            handled=1,
            last_at=after(hours=1),
            postponed_until=after(hours=3),
            warned=("unanswered",),
            chat=Chat.ASKED,
            chat_asked_at=NOON,
        )
        async with vault.begin() as tx:
            await begun(tx, "hei")
            lying = Ledger(conversation=TALK, stage=Stage.FORGOTTEN, last_seq=9)
            await tx.threads.amend(replace(amended, ledger=lying))

        async with vault.begin() as tx:
            found = await tx.threads.conversation(TALK)
            assert found == replace(amended, ledger=Ledger(conversation=TALK, last_seq=1))
            assert await tx.threads.by_root(Ref("C1/1700000000.000100")) == found
            assert await tx.threads.by_root(Ref("C1/1700000000.000200")) is None

    async def test_conversations_come_oldest_first_and_only_one_is_open(
        self, vault: SqlVault
    ) -> None:
        """A youth has one talk at a time, and the next begins where the last ended."""
        async with vault.begin() as tx:
            first = await begun(tx, "hei")
            await tx.words.move(first, ClosedAsContact(count=1, digest="d1"))
            await tx.words.begin(talk(ConversationId("con_0")))

        async with vault.begin() as tx:
            assert [c.id for c in await tx.threads.conversations(MAYA)] == ["con_1", "con_0"]
            now = await tx.threads.open(MAYA)
            assert now is not None
            assert now.id == "con_0"
            assert await tx.threads.open(ThreadId("thr_none")) is None
        with pytest.raises(Stale):
            async with vault.begin() as tx:
                await tx.words.begin(talk(ConversationId("con_2")))

    async def test_what_is_live_and_what_is_to_be_settled_can_be_listed(
        self, vault: SqlVault
    ) -> None:
        """A restart finds everything that somebody still waits for."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            assert [c.id for c in await tx.threads.live()] == [TALK]
            assert await tx.threads.settling() == []
            await forgotten(tx, ledger)
            assert await tx.threads.live() == []
            (unsettled,) = await tx.threads.settling()
            await tx.threads.amend(replace(unsettled, chat=Chat.SETTLED))
            assert await tx.threads.settling() == []


class WordPromises(VaultContract):
    async def test_words_are_numbered_from_one_without_holes(self, vault: SqlVault) -> None:
        """What is filed can be counted by whoever reads it."""
        async with vault.begin() as tx:
            await begun(tx)
            entries = [await tx.words.append(TALK, said(text)) for text in ("hei", "æøå 🙈", "")]
        assert [entry.seq for entry in entries] == [1, 2, 3]

        async with vault.begin() as tx:
            assert await tx.words.upto(TALK, 3) == entries
            assert await tx.words.upto(TALK, 2) == entries[:2]
            assert await tx.words.entry(TALK, 2) == entries[1]
            with pytest.raises(KeyError):
                await tx.words.entry(TALK, 4)

    async def test_a_broken_character_stops_no_words(self, vault: SqlVault) -> None:
        """A phone that cuts an emoji in two has still said something."""
        async with vault.begin() as tx:
            await begun(tx, "halv \ud83d")
            assert (await tx.words.entry(TALK, 1)).text == "halv \ud83d"

    async def test_files_follow_their_entry(self, vault: SqlVault) -> None:
        """A photo a youth sent is part of what was said."""
        photo = Attachment(id="att_1", name="meg.jpg", type="image/jpeg", size=3, sha256="ab" * 32)
        voice = Attachment(id="att_0", name="tale.ogg", type="audio/ogg", size=2, sha256="cd" * 32)
        async with vault.begin() as tx:
            await begun(tx, "se her", "og her")
            entry = await tx.words.entry(TALK, 1)
            await tx.words.attach(entry, photo, b"jpg")
            await tx.words.attach(entry, voice, b"og")

        async with vault.begin() as tx:
            first, second = await tx.words.upto(TALK, 2)
            assert (first.attachments, second.attachments) == ((photo, voice), ())
            assert await tx.words.body("att_1") == b"jpg"
            assert await tx.words.body("att_0") == b"og"

    async def test_nothing_gets_in_once_it_is_sealed(self, vault: SqlVault) -> None:
        """Words that came after the seal belong to the next talk, and are never lost."""
        photo = Attachment(id="att_1", name="meg.jpg", type="image/jpeg", size=3, sha256="ab" * 32)
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            entry = await tx.words.entry(TALK, 1)
            await tx.words.move(ledger, ClosedForJournal(count=1, digest="d1"))
            with pytest.raises(Sealed):
                await tx.words.append(TALK, said("forresten"))
            with pytest.raises(Sealed):
                await tx.words.attach(entry, photo, b"jpg")

    async def test_what_is_taken_back_goes_and_its_number_stays(self, vault: SqlVault) -> None:
        """She thought better of it: nobody reads it here again, and nothing else goes with it."""
        photo = Attachment(id="att_1", name="meg.jpg", type="image/jpeg", size=3, sha256="ab" * 32)
        brief = Attachment(id="att_2", name="brev.pdf", type="image/png", size=3, sha256="cd" * 32)
        place = replace(said("[location]"), kind=Kind.PLACEHOLDER, phrase="location")
        reworded = replace(said("slem ordlyd"), kind=Kind.EDITED, of=2)
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.words.append(TALK, place)
            for draft in (reworded, said("jeg er her"), said("2", by=By.CASEWORKER)):
                await tx.words.append(TALK, draft)
            await tx.words.attach(await tx.words.entry(TALK, 2), photo, b"jpg")
            await tx.words.attach(await tx.words.entry(TALK, 4), brief, b"pdf")

        async with vault.begin() as tx:
            unsaid = await tx.words.take_back(TALK, 2, after(minutes=1))

        async with vault.begin() as tx:
            every = await tx.words.upto(TALK, 9)
            assert [e.text for e in every] == ["hei", "", "", "jeg er her", "2", ""]
            assert [e.seq for e in every] == [1, 2, 3, 4, 5, 6]
            assert (every[1].phrase, every[1].attachments) == (None, ())
            assert every[3].attachments == (brief,)
            assert every[5] == unsaid
            assert (unsaid.kind, unsaid.of, unsaid.at) == (Kind.UNSENT, 2, after(minutes=1))
            with pytest.raises(KeyError):
                await tx.words.body("att_1")
            with pytest.raises(TakenBack):
                await tx.words.attach(every[1], photo, b"jpg")

    async def test_what_was_taken_back_is_still_counted_when_all_is_forgotten(
        self, vault: SqlVault
    ) -> None:
        """A number without words is no words missing, and no alarm."""
        async with vault.begin() as tx:
            await begun(tx, "hei", "glem det")
            await tx.words.take_back(TALK, 2, NOON)
            ledger = (await tx.threads.conversation(TALK)).ledger
            assert ledger.last_seq == 3
            await forgotten(tx, ledger)
            assert await tx.words.upto(TALK, 9) == []

    async def test_what_the_team_wrote_down_wrongly_is_taken_back_in_the_teams_name(
        self, vault: SqlVault
    ) -> None:
        """The record must not say that the youth took back what was never theirs."""
        photo = Attachment(id="att_1", name="meg.jpg", type="image/jpeg", size=3, sha256="ab" * 32)
        async with vault.begin() as tx:
            await begun(tx, "hei", "en annens ord")
            entry = await tx.words.entry(TALK, 2)
            said = await tx.words.take_back(TALK, 2, NOON, by=EmployeeId("emp_1"))
            assert (said.by, said.author, said.of) == (By.CASEWORKER, "emp_1", 2)
            assert (await tx.words.entry(TALK, 2)).text == ""
        async with vault.begin() as tx:
            with pytest.raises(TakenBack):
                await tx.words.attach(entry, photo, b"jpg")

    async def test_only_what_a_youth_said_in_an_open_talk_is_taken_back(
        self, vault: SqlVault
    ) -> None:
        """What was sealed is what will be filed, to the letter; and our words are ours."""
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.words.append(TALK, said("vårt svar", by=By.CASEWORKER))
        for seq in (2, 7):
            with pytest.raises(KeyError):
                async with vault.begin() as tx:
                    await tx.words.take_back(TALK, seq, NOON)
        async with vault.begin() as tx:
            ledger = (await tx.threads.conversation(TALK)).ledger
            await tx.words.move(ledger, ClosedForJournal(count=2, digest="d1"))
            with pytest.raises(Sealed):
                await tx.words.take_back(TALK, 1, NOON)
            assert [e.text for e in await tx.words.upto(TALK, 9)] == ["hei", "vårt svar"]

    async def test_a_seal_on_old_news_is_refused(self, vault: SqlVault) -> None:
        """A youth's last sentence arrives between reading and sealing."""
        async with vault.begin() as tx:
            read = await begun(tx, "hei")
        async with vault.begin() as tx:
            await tx.words.append(TALK, said("jeg må si noe til"))

        with pytest.raises(Stale):
            async with vault.begin() as tx:
                await tx.words.move(read, ClosedForJournal(count=1, digest="d1"))
        async with vault.begin() as tx:
            assert (await tx.threads.conversation(TALK)).stage is Stage.OPEN

    async def test_only_one_of_two_who_move_it_wins(self, vault: SqlVault) -> None:
        """Two processes that both transfer must not both think they did."""
        async with vault.begin() as tx:
            sealed = await tx.words.move(
                await begun(tx, "hei"), ClosedForJournal(count=1, digest="d1")
            )
            await tx.words.move(sealed, Withdrawn(digest="d2"))
        with pytest.raises(Stale):
            async with vault.begin() as tx:
                await tx.words.move(sealed, ReadBack(digest="d1"))

    async def test_what_is_to_be_filed_is_kept_until_forgotten(self, vault: SqlVault) -> None:
        """The same bytes are offered again after a crash, also when the youth took it back."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            sealed = await tx.words.move(
                ledger, ClosedForJournal(count=1, digest="d1"), document={"text": "hei", "n": 1}
            )
            assert await tx.words.document(TALK) == {"text": "hei", "n": 1}
            contact = await tx.words.move(sealed, Withdrawn(digest="d2"), document={"n": 1})
            assert await tx.words.document(TALK) == {"n": 1}
            there = await tx.words.move(contact, ReadBack(digest="d2"))
            await tx.words.move(there, Erased(count=1))
            with pytest.raises(KeyError):
                await tx.words.document(TALK)

    async def test_a_wrong_digest_forgets_nothing(self, vault: SqlVault) -> None:
        """The record holds something else than what was said; the words must stay."""
        async with vault.begin() as tx:
            sealed = await tx.words.move(
                await begun(tx, "hei"), ClosedForJournal(count=1, digest="d1")
            )
        with pytest.raises(DigestMismatch):
            async with vault.begin() as tx:
                await tx.words.move(sealed, ReadBack(digest="d9"))
        async with vault.begin() as tx:
            assert (await tx.words.entry(TALK, 1)).text == "hei"
            assert (await tx.threads.conversation(TALK)).ledger == sealed

    async def test_forgetting_takes_everything_but_the_ledger(self, vault: SqlVault) -> None:
        """Maya was promised that nothing is left here."""
        photo = Attachment(id="att_1", name="meg.jpg", type="image/jpeg", size=3, sha256="ab" * 32)
        ending = Ending(by=EmployeeId("emp_1"), at=NOON, seen=1, case="2026-7", topics=("rus",))
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei", "der")
            await tx.words.attach(await tx.words.entry(TALK, 1), photo, b"jpg")
            await tx.threads.amend(replace(in_room(talk()), ending=ending))
            words = replace(errand("dlv_1", what=What.REPLY_EDIT), words="nye ord")
            await tx.outbox.add(replace(words, params={"ref": "4711"}))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            await tx.outbox.move(DeliveryId("dlv_1"), Move.REFUSED)
        async with vault.begin() as tx:
            after_all = await forgotten(tx, ledger)

        async with vault.begin() as tx:
            assert await tx.words.upto(TALK, 2) == []
            with pytest.raises(KeyError):
                await tx.words.body("att_1")
            emptied = await tx.outbox.get(DeliveryId("dlv_1"))
            assert (emptied.words, emptied.params) == (None, {})
            left = await tx.threads.conversation(TALK)
            assert left.ledger == after_all
            assert (left.ledger.last_seq, left.ledger.digest) == (2, "d1")
            assert left.ending == replace(ending, case=None, topics=())
            assert left.root == in_room(talk()).root
            with pytest.raises(Sealed):
                await tx.words.append(TALK, said("for sent"))

    async def test_evidence_on_its_way_to_the_record_outlives_the_talk(
        self, vault: SqlVault
    ) -> None:
        """A consent that the case store has not taken yet must not vanish with the words."""
        evidence = replace(errand("dlv_1", lane="record", what=What.RECORD), words="JA")
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            await tx.outbox.add(replace(evidence, params={"path": "consents/1"}))
            await forgotten(tx, ledger)

        async with vault.begin() as tx:
            (kept,) = await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            assert (kept.words, kept.params) == ("JA", {"path": "consents/1"})
            await tx.outbox.move(kept.id, Move.ACCEPTED)
            assert (await tx.outbox.get(kept.id)).words is None

    async def test_words_that_do_not_add_up_are_not_erased(self, vault: SqlVault) -> None:
        """Better an alarm than a talk of which a part was neither filed nor kept."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei", "der")
            sealed = await tx.words.move(ledger, ClosedForJournal(count=2, digest="d1"))
            there = await tx.words.move(sealed, ReadBack(digest="d1"))
        with pytest.raises(NotAllWordsAccountedFor):
            async with vault.begin() as tx:
                await tx.words.move(there, Erased(count=1))
        async with vault.begin() as tx:
            assert len(await tx.words.upto(TALK, 9)) == 2


class OutboxPromises(VaultContract):
    async def test_a_delivery_comes_back_as_it_was_made(self, vault: SqlVault) -> None:
        """What is sent an hour late is still what was meant."""
        made = replace(
            errand("dlv_1", seq=1),
            params={"ref": "4711", "n": 2, "late": True, "none": None},
            words="ordrett",
            not_before=after(seconds=10),
        )
        bare = replace(errand("dlv_2", lane="alarm", what=What.ALARM), thread=None)
        own = replace(bare, id=DeliveryId("dlv_3"), conversation=None, words="kode")
        async with vault.begin() as tx:
            await begun(tx, "hei")
            for delivery in (made, bare, own):
                await tx.outbox.add(delivery)
        async with vault.begin() as tx:
            assert [await tx.outbox.get(d.id) for d in (made, bare, own)] == [made, bare, own]
            assert await tx.outbox.of_entry(TALK, 1) == [made]
            with pytest.raises(KeyError):
                await tx.outbox.get(DeliveryId("dlv_none"))

    async def test_a_lane_keeps_its_order_and_the_others_go_on(self, vault: SqlVault) -> None:
        """Maya reads an answer in the order it was written; Ola does not wait for her."""
        async with vault.begin() as tx:
            await begun(tx)
            for id_, lane in (("dlv_1", "a"), ("dlv_2", "a"), ("dlv_3", "b"), ("dlv_4", "c")):
                await tx.outbox.add(errand(id_, lane=lane))

        async with vault.begin() as tx:
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=2)
            assert [(d.id, d.state, d.attempts) for d in taken] == [
                ("dlv_1", State.SENDING, 1),
                ("dlv_3", State.SENDING, 1),
            ]
            (last,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert last.id == "dlv_4"
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []
            await tx.outbox.move(DeliveryId("dlv_1"), Move.ACCEPTED)
            (following,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert following.id == "dlv_2"
            assert await tx.outbox.in_lane("a") == 1

    @pytest.mark.parametrize(
        ("state", "blocks"),
        [
            (State.HELD, True),
            (State.QUEUED, True),
            (State.SENDING, True),
            (State.ASKED, False),
            (State.UNCERTAIN, False),
            (State.FAILED, False),
            (State.WITHDRAWN, False),
            (State.LEFT, False),
            (State.SENT, False),
            (State.DELIVERED, False),
            (State.READ, False),
        ],
    )
    async def test_what_waits_for_a_person_holds_nothing_up(
        self, vault: SqlVault, state: State, blocks: bool
    ) -> None:
        """One doubtful reply must not keep the crisis numbers from a youth."""
        first = replace(errand("dlv_1"), state=state, not_before=after(days=1))
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(first)
            await tx.outbox.add(errand("dlv_2"))
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
        assert [d.id for d in taken] == ([] if blocks else ["dlv_2"])

    async def test_nothing_is_sent_before_its_time(self, vault: SqlVault) -> None:
        """Ten seconds behind Angre are ten seconds."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(replace(errand("dlv_1"), state=State.HELD))
            assert await tx.outbox.next_due() is None
            held = await tx.outbox.move(
                DeliveryId("dlv_1"), Move.CARD_UP, not_before=after(seconds=10)
            )
            assert (held.state, held.not_before) == (State.QUEUED, after(seconds=10))
            assert await tx.outbox.next_due() == after(seconds=10)
            assert await tx.outbox.claim(after(seconds=9), lease=LEASE, limit=1) == []
            assert len(await tx.outbox.claim(after(seconds=10), lease=LEASE, limit=1)) == 1

    async def test_an_undo_and_a_sender_cannot_both_win(self, vault: SqlVault) -> None:
        """Angre says «angret» only if Maya never got it."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
        async with vault.begin() as tx:
            with pytest.raises(OutOfTurn):
                await tx.outbox.move(DeliveryId("dlv_1"), Move.UNDONE)
            assert (await tx.outbox.get(DeliveryId("dlv_1"))).state is State.SENDING
        async with vault.begin() as tx:
            await tx.outbox.add(errand("dlv_2", lane="b"))
            await tx.outbox.move(DeliveryId("dlv_2"), Move.UNDONE)
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []

    async def test_the_wait_a_platform_asks_for_is_kept(self, vault: SqlVault) -> None:
        """A 429 that is not obeyed gets us all shut out."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            busy = await tx.outbox.move(
                DeliveryId("dlv_1"), Move.BUSY, not_before=after(seconds=30), reason=Reason.BUSY
            )
            assert (busy.state, busy.reason) == (State.QUEUED, Reason.BUSY)
            assert await tx.outbox.get(busy.id) == busy
            assert await tx.outbox.claim(after(seconds=29), lease=LEASE, limit=1) == []
            (again,) = await tx.outbox.claim(after(seconds=30), lease=LEASE, limit=1)
            assert again.attempts == 2

    async def test_what_could_not_go_yet_is_put_back_as_if_untried(self, vault: SqlVault) -> None:
        """Our own pace must not count against a message, nor hide that it was lost."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            await tx.outbox.put_back(DeliveryId("dlv_1"), after(seconds=1))
            back = await tx.outbox.get(DeliveryId("dlv_1"))
            assert (back.state, back.attempts) == (State.QUEUED, 0)
            assert await tx.outbox.next_due() == after(seconds=1)
            with pytest.raises(OutOfTurn):
                await tx.outbox.put_back(DeliveryId("dlv_1"), after(seconds=2))

    async def test_asking_again_counts_from_now(self, vault: SqlVault, home: Home) -> None:
        """A reply a caseworker sends once more is not late because the first one was."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(replace(errand("dlv_1"), state=State.UNCERTAIN))
            home.clock.move(timedelta(hours=1))
            again = await tx.outbox.move(DeliveryId("dlv_1"), Move.AGAIN)
            assert (again.state, again.made_at) == (State.QUEUED, after(hours=1))
            assert await tx.outbox.get(again.id) == again

    async def test_what_is_soon_looked_into_keeps_its_place(self, vault: SqlVault) -> None:
        """A youth's words must not be shown in the wrong order because one answer was lost."""
        async with vault.begin() as tx:
            await begun(tx)
            doubt = errand("dlv_1", lane="room", what=What.WORDS)
            await tx.outbox.add(replace(doubt, state=State.UNCERTAIN))
            await tx.outbox.add(errand("dlv_2", lane="room", what=What.WORDS))
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []
            await tx.outbox.move(DeliveryId("dlv_1"), Move.FOUND)
            assert len(await tx.outbox.claim(NOON, lease=LEASE, limit=9)) == 1

    async def test_a_sender_that_falls_silent_leaves_doubt(self, vault: SqlVault) -> None:
        """After a crash nobody knows whether Maya got it, and we say so."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1", what=What.SERVICE, seq=1))
            await tx.outbox.add(errand("dlv_2", lane="b", what=What.REPLY, seq=2))
            await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert await tx.outbox.next_due() == NOON + LEASE
            assert await tx.outbox.lost(after(seconds=119)) == []

            lost = await tx.outbox.lost(NOON + LEASE)
            assert [(d.id, d.state, d.reason) for d in lost] == [
                ("dlv_1", State.UNCERTAIN, Reason.NO_ANSWER),
                ("dlv_2", State.UNCERTAIN, Reason.NO_ANSWER),
            ]
            assert [d.id for d in await tx.outbox.uncertain(NOON)] == ["dlv_1"]
            await tx.outbox.look_later(DeliveryId("dlv_1"), after(minutes=5), looked=True)
            assert (await tx.outbox.get(DeliveryId("dlv_1"))).looks == 1
            assert await tx.outbox.uncertain(after(minutes=4)) == []
            assert await tx.outbox.next_due() == after(minutes=5)
            assert await tx.outbox.in_lane("b") == 1

    @pytest.mark.parametrize(
        ("what", "seq", "state", "waits"),
        [
            (What.REPLY, 1, State.HELD, True),
            (What.REPLY, 1, State.QUEUED, True),
            (What.REPLY, 1, State.SENDING, True),
            (What.REPLY, 1, State.ASKED, True),
            (What.REPLY, 1, State.HANDED, True),
            (What.REPLY, 1, State.UNCERTAIN, False),
            (What.REPLY, 1, State.FAILED, False),
            (What.REPLY_EDIT, 1, State.UNCERTAIN, True),
            (What.REPLY_ERASE, 1, State.QUEUED, True),
            (What.WORDS, 1, State.UNCERTAIN, True),
            (What.WORDS, 1, State.SENT, False),
            (What.FILE, 1, State.QUEUED, True),
            (What.FETCH, 1, State.QUEUED, True),
            (What.REPLY_CARD, 1, State.QUEUED, True),
            (What.SERVICE, 1, State.QUEUED, True),
            (What.SERVICE, 1, State.HANDED, True),
            (What.SERVICE, None, State.QUEUED, False),
            (What.CARD, None, State.QUEUED, False),
            (What.WHISPER, 1, State.QUEUED, False),
            (What.RECORD, 1, State.QUEUED, False),
        ],
    )
    async def test_sealing_waits_for_words_on_their_way_and_nothing_else(
        self, vault: SqlVault, what: What, seq: int | None, state: State, waits: bool
    ) -> None:
        """A transcript without the last reply is wrong; one that waits for a card never ends."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(replace(errand("dlv_1", what=what, seq=seq), state=state))
            assert await tx.outbox.underway(TALK) == int(waits)
            assert await tx.outbox.underway(ConversationId("con_none")) == 0

    async def test_a_reply_in_pieces_has_come_as_far_as_the_piece_that_is_worst_off(
        self, vault: SqlVault
    ) -> None:
        """Half an answer is not «levert»."""
        async with vault.begin() as tx:
            await begun(tx)
            for n, (seq, state) in enumerate(
                [
                    (1, State.FAILED),
                    (1, State.SENT),
                    (2, State.SENT),
                    (2, State.WITHDRAWN),
                    (3, State.WITHDRAWN),
                ]
            ):
                await tx.outbox.add(replace(errand(f"dlv_{n}", seq=seq), state=state))
            await tx.outbox.add(errand("dlv_w", what=What.WORDS, seq=4))
            assert await tx.outbox.states(TALK) == {
                1: State.FAILED,
                2: State.SENT,
                3: State.WITHDRAWN,
            }


class CopyPromises(VaultContract):
    async def test_a_copy_is_known_from_before_it_can_exist(self, vault: SqlVault) -> None:
        """A crash in the middle of a call must not leave words that nobody remembers."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.copies.expect(copy_of("cpy_1"))
            await tx.copies.expect(copy_of("cpy_2", seq=2))
            await tx.copies.found(CopyId("cpy_1"), Ref("4711"), erasable_until=after(hours=48))
            await tx.copies.never_was(CopyId("cpy_2"))

        known = replace(copy_of("cpy_1"), ref=Ref("4711"), erasable_until=after(hours=48))
        async with vault.begin() as tx:
            assert await tx.copies.of(TALK) == [known]
            assert await tx.copies.of_entry(TALK, 1) == [known]
            assert await tx.copies.of_entry(TALK, 2) == []
            assert await tx.copies.by_ref(Ref("4711")) == [known]
            assert await tx.copies.by_ref(Ref("4712")) == []
            with pytest.raises(KeyError):
                await tx.copies.found(CopyId("cpy_2"), Ref("1"), erasable_until=None)
            with pytest.raises(KeyError):
                await tx.copies.save(copy_of("cpy_2"))

    async def test_a_copy_is_handed_to_one_at_a_time(self, vault: SqlVault) -> None:
        """Two processes must not both delete, and then disagree on what they saw."""
        early = replace(copy_of("cpy_1"), ref=Ref("1"), due_at=NOON)
        later = replace(copy_of("cpy_2"), ref=Ref("2"), due_at=after(hours=1))
        async with vault.begin() as tx:
            await begun(tx)
            for copy in (later, early, copy_of("cpy_3")):
                await tx.copies.expect(copy)
            assert await tx.copies.next_due() == NOON

        hold = timedelta(minutes=5)
        async with vault.begin() as tx:
            assert await tx.copies.due(NOON, hold=hold, limit=9) == [early]
            assert await tx.copies.due(NOON, hold=hold, limit=9) == []
            assert await tx.copies.next_due() == NOON + hold
            assert await tx.copies.due(NOON + hold, hold=hold, limit=9) == [early]
            gone = replace(early, verdict=Verdict.GONE, evidence="confirmed", due_at=None)
            await tx.copies.save(gone)
            assert await tx.copies.next_due() == after(hours=1)
            assert await tx.copies.by_ref(Ref("1")) == [gone]
            assert await tx.copies.due(after(hours=2), hold=hold, limit=1) == [later]

    async def test_a_reference_once_found_is_never_lost(self, vault: SqlVault) -> None:
        """Without it nobody can delete the message at Maya's end."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.copies.expect(copy_of("cpy_1"))
            await tx.copies.found(CopyId("cpy_1"), Ref("4711"), erasable_until=None)
            await tx.copies.save(replace(copy_of("cpy_1"), due_at=NOON))
            (found,) = await tx.copies.of(TALK)
        assert found.ref == "4711"


class StaffPromises(VaultContract):
    async def test_who_works_here_is_replaced_whole(self, vault: SqlVault) -> None:
        """Somebody who has left must not be able to answer a youth."""
        kari = Employee(id="emp_1", role="caseworker", active=True, user="U1")
        per = Employee(id="emp_2", role="team_leader", active=True, user=None)
        async with vault.begin() as tx:
            await tx.staff.replace([kari, per])
            assert await tx.staff.by_user("U1") == kari
            await tx.staff.replace([per])
            assert await tx.staff.by_user("U1") is None
            assert await tx.staff.all() == [per]
            await tx.staff.replace([])
            assert await tx.staff.all() == []


class WholePromises(VaultContract):
    async def test_everything_in_a_transaction_happens_or_nothing(self, vault: SqlVault) -> None:
        """An answer that was queued without being written down would be nobody's."""
        with suppress(Change):
            async with vault.begin() as tx:
                await begun(tx, "hei")
                await tx.outbox.add(errand("dlv_1"))
                await tx.copies.expect(copy_of("cpy_1"))
                raise Change
        async with vault.begin() as tx:
            assert await tx.threads.aliases() == frozenset()
            assert await tx.threads.live() == []
            assert await tx.outbox.in_lane("youth:maya") == 0
            assert await tx.copies.of(TALK) == []

    async def test_a_transaction_inside_another_is_refused(self, vault: SqlVault) -> None:
        """Waiting for oneself would silence every youth until somebody restarts us."""
        async with vault.begin():
            with pytest.raises(RuntimeError):
                async with vault.begin():
                    pass
            with pytest.raises(RuntimeError):
                await vault.accept("telegram", "1", b"raw")

    async def test_a_new_key_opens_everything_that_is_still_here(self, vault: SqlVault) -> None:
        """Destroying a key every hour must never cost a youth their words."""
        await vault.accept("telegram", "1", b"raw")
        own = replace(copy_of("cpy_1", place=Place.BRIDGE, seq=None), verdict=Verdict.RECOVERABLE)
        other = ConversationId("con_2")
        async with vault.begin() as tx:
            ledger = await begun(tx, "skal glemmes")
            await tx.copies.expect(own)
            await forgotten(tx, ledger)
            await tx.words.begin(talk(other))
            await tx.words.append(other, said("skal bli"))
            await tx.copies.expect(replace(own, id=CopyId("cpy_2"), conversation=other))

        (gone,) = await vault.rotate(batch=1)

        expected = replace(own, verdict=Verdict.GONE, evidence="key_rotation")
        assert gone == expected
        assert await vault.rotate() == []
        async with vault.begin() as tx:
            assert (await tx.words.entry(other, 1)).text == "skal bli"
            assert (await tx.threads.get(MAYA)).address == maya().address
            assert await tx.copies.of(TALK) == [expected]
            assert (await tx.copies.of(other))[0].verdict is Verdict.RECOVERABLE
            arrived = await tx.inbox.next(NOON)
        assert arrived is not None
        assert arrived.body == b"raw"

    async def test_a_silent_youth_is_forgotten_and_a_waiting_one_is_not(
        self, vault: SqlVault
    ) -> None:
        """After ninety days we no longer know who they were; words that wait keep everything."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            await tx.threads.amend(in_room(talk()))
            await tx.copies.expect(replace(copy_of("cpy_1"), ref=Ref("4711")))
        await vault.purge(after(days=400))
        async with vault.begin() as tx:
            assert (await tx.threads.get(MAYA)).address == maya().address
            await forgotten(tx, ledger)

        await vault.purge(after(days=89))
        async with vault.begin() as tx:
            assert await tx.threads.of("telegram", maya().address) is not None
        await vault.purge(after(days=90))
        async with vault.begin() as tx:
            assert await tx.threads.of("telegram", maya().address) is None
            assert (await tx.threads.get(MAYA)).address == ""
            assert (await tx.threads.conversation(TALK)).root is None
            assert await tx.copies.by_ref(Ref("4711")) == []
            assert [copy.ref for copy in await tx.copies.of(TALK)] == [None]
            await tx.threads.add(maya(id=ThreadId("thr_new"), alias="Grønn elv"))

    async def test_a_copy_follows_the_words_it_is_a_copy_of(self, vault: SqlVault) -> None:
        """A reply reworded before it was sent would not be called back by deleting its post."""
        copy = replace(copy_of("cpy_1"), ref=Ref("4711"), seq=1)
        async with vault.begin() as tx:
            await begun(tx, "hei", "du")
            await tx.copies.expect(copy)
            await tx.copies.save(replace(copy, seq=2))
        async with vault.begin() as tx:
            assert await tx.copies.of_entry(TALK, 1) == []
            assert await tx.copies.of_entry(TALK, 2) == [replace(copy, seq=2)]

    async def test_the_newest_of_a_channel_come_first_and_those_out_of_reach_not_at_all(
        self, vault: SqlVault
    ) -> None:
        """Whoever writes down what a youth wrote must find her, and nobody who is forgotten."""
        async with vault.begin() as tx:
            for number, alias in enumerate(("Blå rev", "Grønn elv", "Rask hare", "Stille ugle")):
                its_id, address = ThreadId(f"thr_{number}"), Address(f"registered-{number}")
                spoke = None if number == 3 else after(minutes=number + 1)
                channel = "telegram" if number == 2 else "snapchat"
                await tx.threads.add(
                    maya(id=its_id, alias=alias, address=address, channel=channel,
                         last_youth_at=spoke)
                )  # fmt: skip
        async with vault.begin() as tx:
            newest = await tx.threads.newest("snapchat", 10)
            assert [alias for _, alias in newest] == ["Grønn elv", "Blå rev", "Stille ugle"]
            assert len(await tx.threads.newest("snapchat", 1)) == 1
            await tx.threads.forget(ThreadId("thr_1"))
            assert ThreadId("thr_1") not in dict(await tx.threads.newest("snapchat", 10))
            assert await tx.threads.newest("post", 10) == []

    async def test_what_is_in_somebodys_hands_is_neither_claimed_nor_lost(
        self, vault: SqlVault
    ) -> None:
        """Only a person says what became of it, however long it takes."""
        async with vault.begin() as tx:
            await begun(tx)
            for number, state in enumerate((State.HANDED, State.SENT, State.HANDED)):
                made = replace(errand(f"dlv_{number}", what=What.REPLY, seq=1), state=state)
                await tx.outbox.add(replace(made, made_at=after(minutes=-number)))
        async with vault.begin() as tx:
            assert [d.id for d in await tx.outbox.in_hands(TALK)] == ["dlv_2", "dlv_0"]
            assert await tx.outbox.in_hands(ConversationId("con_none")) == []
            late = after(days=400)
            assert await tx.outbox.claim(late, lease=timedelta(minutes=1), limit=9) == []
            assert await tx.outbox.lost(late) == []
            assert await tx.outbox.uncertain(late) == []

    async def test_what_people_are_to_erase_is_found_across_every_thread(
        self, vault: SqlVault
    ) -> None:
        """The list is of a day's work, and not of one talk."""
        in_chat = replace(copy_of("cpy_1"), ref=Ref("1"), verdict=Verdict.BY_HAND)
        in_room = replace(
            copy_of("cpy_2"), ref=Ref("2"), verdict=Verdict.BY_HAND, place=Place.WORKSPACE,
            channel=None,
        )  # fmt: skip
        ticked = replace(copy_of("cpy_3"), ref=Ref("3"), verdict=Verdict.TICKED)
        async with vault.begin() as tx:
            await begun(tx, "hei")
            for copy in (in_chat, in_room, ticked):
                await tx.copies.expect(copy)
        async with vault.begin() as tx:
            assert await tx.copies.by_hand() == [in_chat]

    async def test_references_are_kept_while_somebody_must_erase_by_them(
        self, vault: SqlVault
    ) -> None:
        """Words at a platform must not become unreachable because their youth fell silent."""
        by_hand = replace(copy_of("cpy_1"), ref=Ref("4711"), verdict=Verdict.BY_HAND)
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            await tx.copies.expect(by_hand)
            await forgotten(tx, ledger)
        await vault.purge(after(days=90))
        async with vault.begin() as tx:
            assert await tx.threads.of("telegram", maya().address) is None
            assert await tx.copies.of(TALK) == [by_hand]
            await tx.copies.save(replace(by_hand, verdict=Verdict.GONE))
        await vault.purge(after(days=90))
        async with vault.begin() as tx:
            assert [copy.ref for copy in await tx.copies.of(TALK)] == [None]

    async def test_seen_events_and_finished_errands_go_after_a_fortnight(
        self, vault: SqlVault, home: Home
    ) -> None:
        """What nobody needs does not grow for ever, and no platform repeats itself that late."""
        await vault.accept("telegram", "1", b"raw")
        await vault.accept("telegram", "2", b"raw")
        async with vault.begin() as tx:
            arrived = await tx.inbox.next(NOON)
            assert arrived is not None
            await tx.inbox.done(arrived.id)
            await tx.outbox.add(replace(errand("dlv_1"), thread=None, conversation=None))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            await tx.outbox.move(DeliveryId("dlv_1"), Move.ACCEPTED)

        await vault.purge(after(days=13))
        assert not await vault.accept("telegram", "1", b"raw")
        await vault.purge(after(days=14))
        assert await vault.accept("telegram", "1", b"raw")
        assert not await vault.accept("telegram", "2", b"raw")
        async with vault.begin() as tx:
            with pytest.raises(KeyError):
                await tx.outbox.get(DeliveryId("dlv_1"))


class WholeVault(
    InboxPromises,
    ThreadPromises,
    WordPromises,
    OutboxPromises,
    CopyPromises,
    StaffPromises,
    WholePromises,
):
    """Every promise; inherit this."""
