"""What every vault promises of words that leave it: sealed, filed and forgotten."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bridge.domain.delivery import Move, What
from bridge.domain.ids import DeliveryId, EmployeeId
from bridge.domain.lifecycle import (
    ClosedForJournal,
    DigestMismatch,
    Erased,
    NotAllWordsAccountedFor,
    OutOfOrder,
    ReadBack,
    Stage,
    Withdrawn,
)
from bridge.domain.messages import Attachment
from bridge.domain.threads import Ending
from bridge.ports import KeyGone, Sealed, Stale
from bridge.vault.erasing import StillReadable
from bridge.vault.sql import SqlVault
from bridge.vault.tables import conversations
from tests.contract.vault_contract import LEASE, VaultContract
from tests.vault.rig import NOON, TALK, begun, errand, forgotten, in_room, said, talk


class LeavingPromises(VaultContract):
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

    async def test_of_a_long_talk_the_key_goes_first_and_the_rest_in_pieces(
        self, vault: SqlVault
    ) -> None:
        """Nobody can read it from the first moment, and nobody waits while it is swept away."""
        photo = Attachment(id="att_1", name="meg.jpg", type="image/jpeg", size=3, sha256="ab" * 32)
        ending = Ending(by=EmployeeId("emp_1"), at=NOON, seen=3, case="2026-7")
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei", "på", "deg")
            await tx.words.attach(await tx.words.entry(TALK, 1), photo, b"jpg")
            await tx.threads.amend(replace(in_room(talk()), ending=ending))
            sealed = await tx.words.move(ledger, ClosedForJournal(count=3, digest="d1"))
            there = await tx.words.move(sealed, ReadBack(digest="d1"))
            assert await tx.words.readable(TALK) == 3
            with pytest.raises(StillReadable):
                await tx.words.sweep(TALK, 9)
        async with vault.begin() as tx:
            await tx.words.destroy_key(there)

        async with vault.begin() as tx:
            assert await tx.words.readable(TALK) is None
            with pytest.raises(KeyGone):
                await tx.words.upto(TALK, 3)
            with pytest.raises(LookupError):
                await tx.words.entry(TALK, 1)
            with pytest.raises(LookupError):
                await tx.words.body("att_1")
            left = await tx.threads.conversation(TALK)
            assert (left.ledger, left.ending) == (there, replace(ending, case=None))
            await tx.words.destroy_key(there)  # as after a crash
            swept = [await tx.words.sweep(TALK, 2) for _ in range(3)]
            assert swept == [True, False, False]
            assert await tx.words.upto(TALK, 3) == []
            done = await tx.words.move(there, Erased(count=3))
            assert done.stage is Stage.FORGOTTEN
        async with vault.work() as work:
            mine = (work.ours(conversations), conversations.c.id == TALK)
            under = await work.all(select(conversations.c.erased_under).where(*mine))
        assert [row.erased_under is not None for row in under] == [True]

    async def test_no_key_goes_before_its_words_are_proved_to_be_in_the_record(
        self, vault: SqlVault
    ) -> None:
        """A slip in our own code must not be able to lose a youth's words."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            sealed = await tx.words.move(ledger, ClosedForJournal(count=1, digest="d1"))
            for before in (ledger, sealed):
                with pytest.raises(OutOfOrder):
                    await tx.words.destroy_key(before)
            with pytest.raises(Stale):
                await tx.words.destroy_key(replace(sealed, stage=Stage.TRANSFERRED))
            assert (await tx.words.entry(TALK, 1)).text == "hei"

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
