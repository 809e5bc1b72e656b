"""What every vault promises of what nobody needs any more: it goes, and nothing else."""

from dataclasses import replace

import pytest

from bridge.domain.copies import Place, Verdict
from bridge.domain.delivery import Move
from bridge.domain.ids import ConversationId, CopyId, DeliveryId, Ref, ThreadId
from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import LEASE, VaultContract
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


class AgeingPromises(VaultContract):
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
            (arrived,) = await tx.inbox.next(NOON)
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
            (arrived,) = await tx.inbox.next(NOON)
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
