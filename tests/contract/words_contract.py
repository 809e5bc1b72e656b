"""What every vault promises of words that are said, and taken back."""

from dataclasses import replace

import pytest

from bridge.domain.ids import EmployeeId
from bridge.domain.lifecycle import ClosedForJournal, ReadBack, Withdrawn
from bridge.domain.messages import Attachment, By, Kind
from bridge.ports import Sealed, Stale, TakenBack
from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import VaultContract
from tests.vault.rig import NOON, TALK, after, begun, said


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
