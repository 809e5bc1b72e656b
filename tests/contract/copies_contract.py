"""What every vault promises of the copies that lie elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.copies import Place, Verdict
from bridge.domain.ids import ConversationId, CopyId, Ref
from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import VaultContract
from tests.vault.rig import NOON, TALK, after, begun, copy_of


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

    async def test_the_first_deadline_is_that_of_what_still_stands_at_the_youths_end(
        self, vault: SqlVault
    ) -> None:
        """A talk that is closed too late is one that nobody can clear from her phone."""
        soon, late = after(hours=1), after(hours=2)
        gone = replace(copy_of("cpy_1"), erasable_until=NOON, verdict=Verdict.GONE)
        ours = replace(copy_of("cpy_2", place=Place.WORKSPACE), erasable_until=NOON)
        async with vault.begin() as tx:
            await begun(tx)
            for copy in (gone, ours, copy_of("cpy_3")):
                await tx.copies.expect(copy)
            assert await tx.copies.erasable_until(TALK) is None
            for name, until in (("cpy_4", late), ("cpy_5", soon)):
                await tx.copies.expect(replace(copy_of(name), erasable_until=until))
            assert await tx.copies.erasable_until(TALK) == soon
            assert await tx.copies.erasable_until(ConversationId("con_none")) is None

    async def test_a_talks_copies_in_one_place_fall_due_together(self, vault: SqlVault) -> None:
        """Those that were to be seen to already keep their turn; what lies elsewhere stays."""
        room = replace(copy_of("cpy_1", place=Place.WORKSPACE), ref=Ref("1"))
        soon = replace(copy_of("cpy_2", place=Place.WORKSPACE_FILE), due_at=NOON)
        async with vault.begin() as tx:
            await begun(tx)
            for copy in (room, soon, copy_of("cpy_3")):
                await tx.copies.expect(copy)
            places = {Place.WORKSPACE, Place.WORKSPACE_FILE}
            await tx.copies.fall_due(TALK, places, after(hours=1))
            await tx.copies.fall_due(ConversationId("con_none"), places, NOON)

        async with vault.begin() as tx:
            due = replace(room, due_at=after(hours=1))
            assert await tx.copies.of(TALK) == [due, soon, copy_of("cpy_3")]
            held = await tx.copies.due(after(hours=2), hold=timedelta(hours=1), limit=9)
            assert held == [soon, due]
            await tx.copies.fall_due(TALK, places, after(hours=2))
            assert await tx.copies.due(after(hours=2), hold=timedelta(0), limit=9) == [soon, due]

    async def test_a_reference_once_found_is_never_lost(self, vault: SqlVault) -> None:
        """Without it nobody can delete the message at Maya's end."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.copies.expect(copy_of("cpy_1"))
            await tx.copies.found(CopyId("cpy_1"), Ref("4711"), erasable_until=None)
            await tx.copies.save(replace(copy_of("cpy_1"), due_at=NOON))
            (found,) = await tx.copies.of(TALK)
        assert found.ref == "4711"

    async def test_what_is_told_of_copies_says_all_but_where_they_lie(
        self, vault: SqlVault
    ) -> None:
        """Ten thousand references are not deciphered for what says nothing of them."""
        async with vault.begin() as tx:
            await begun(tx, "hei")
            for copy in (copy_of("c_1"), copy_of("c_2", place=Place.WORKSPACE)):
                await tx.copies.expect(copy)
                await tx.copies.found(copy.id, Ref("4711"), erasable_until=NOON)

            every, told = await tx.copies.of(TALK), await tx.copies.told_of(TALK)

        assert [copy.ref for copy in every] == ["4711", "4711"]
        assert told == [replace(copy, ref=None) for copy in every]

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
