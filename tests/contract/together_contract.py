"""What every vault promises of rows that are written, and found, together."""

from dataclasses import replace

import pytest
from sqlalchemy import bindparam, select, update

from bridge.domain.copies import Place
from bridge.domain.delivery import Move, State, What
from bridge.domain.ids import Address, ConversationId, CopyId, DeliveryId, Ref, Room, ThreadId
from bridge.domain.lifecycle import ClosedForJournal
from bridge.ports import Sealed, Stale
from bridge.vault.later import NotAsRead
from bridge.vault.sql import SqlTransaction, SqlVault
from bridge.vault.tables import threads
from bridge.vault.work import our
from tests.contract.vault_contract import LEASE, VaultContract
from tests.support.cost import asked
from tests.vault.rig import MAYA, NOON, TALK, after, begun, copy_of, errand, maya, said, talk

MANY = 12


async def many_begun(tx: SqlTransaction) -> list[tuple[ThreadId, ConversationId]]:
    """So many youths, each with a talk that is open."""
    pairs = [(ThreadId(f"thr_{n}"), ConversationId(f"con_{n}")) for n in range(MANY)]
    for thread, id_ in pairs:
        await tx.threads.add(
            maya(id=thread, alias=f"Rev {thread}", address=Address(f"tg-{thread}"))
        )
        await tx.words.begin(talk(id_, thread=thread))
    return pairs


class TogetherPromises(VaultContract):
    async def test_words_of_many_are_written_as_few(self, vault: SqlVault) -> None:
        """Where all write at once, nobody waits while each is written down by itself."""
        async with vault.begin() as tx:
            pairs = await many_begun(tx)

        with asked() as questions:
            async with vault.begin() as tx:
                lines = [("telegram", Address(f"tg-{thread}")) for thread, _ in pairs]
                await tx.threads.expect(lines)
                held = len(questions)
                for thread, id_ in pairs:
                    entry = await tx.words.append(id_, said("hei"))
                    current = await tx.threads.conversation(id_)
                    await tx.threads.amend(replace(current, last_youth=entry.seq))
                    await tx.threads.save(
                        replace(await tx.threads.get(thread), last_youth_at=after(hours=1))
                    )
                    copy = replace(copy_of(f"cpy_{id_}"), thread=thread, conversation=id_)
                    await tx.copies.expect(replace(copy, ref=Ref(id_)))
                    delivery = errand(f"dlv_{id_}", lane=id_, what=What.WORDS, seq=entry.seq)
                    await tx.outbox.add(replace(delivery, thread=thread, conversation=id_))

        assert len(questions) - held <= 6  # a statement for each kind of thing that is written
        async with vault.begin() as tx:
            for thread, id_ in pairs:
                assert (await tx.words.entry(id_, 1)).text == "hei"
                assert (await tx.threads.conversation(id_)).last_youth == 1
                assert (await tx.threads.get(thread)).last_youth_at == after(hours=1)
                assert [c.ref for c in await tx.copies.of_entry(id_, 1)] == [Ref(id_)]
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=MANY)
        assert [d.conversation for d in taken] == [id_ for _, id_ in pairs]

    async def test_what_many_deliveries_need_is_found_and_settled_as_one(
        self, vault: SqlVault
    ) -> None:
        """The tenth in the queue does not wait for ten looks at the same tables."""
        async with vault.begin() as tx:
            pairs = await many_begun(tx)
            for thread, id_ in pairs:
                await tx.words.append(id_, said(f"hei fra {id_}"))
                delivery = errand(f"dlv_{id_}", lane=id_, what=What.WORDS, seq=1)
                await tx.outbox.add(replace(delivery, thread=thread, conversation=id_))
                copy = replace(copy_of(f"cpy_{id_}"), thread=thread, conversation=id_)
                await tx.copies.expect(copy)

        async with vault.begin() as tx:
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=MANY)
            with asked() as looked:
                for _, id_ in pairs:
                    assert (await tx.words.entry(id_, 1)).text == f"hei fra {id_}"
                    assert len(await tx.copies.of_entry(id_, 1)) == 1
                    assert await tx.outbox.of_entry(id_, 1)
        assert len(looked) <= 4  # entries, files, copies, deliveries

        with asked() as settled:
            async with vault.begin() as tx:
                await tx.threads.hold([thread for thread, _ in pairs], [])
                held = len(settled)
                await tx.outbox.foresee([d.id for d in taken])
                for d in taken:
                    await tx.outbox.move(d.id, Move.ACCEPTED, attempt=1)
                    copy_id = CopyId(f"cpy_{d.conversation}")
                    await tx.copies.found(copy_id, Ref(f"r{d.id}"), erasable_until=None)
        assert len(settled) - held <= 4  # deliveries, copies, and a change of each
        async with vault.begin() as tx:
            for d in taken:
                assert (await tx.outbox.get(d.id)).state is State.SENT
                assert await tx.copies.by_ref(Ref(f"r{d.id}"))

    async def test_what_has_been_foreseen_is_as_it_is_now(self, vault: SqlVault) -> None:
        """A reply that was undone a moment ago is shown as undone, and not as it was found."""
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.outbox.add(replace(errand("dlv_1", lane="a", seq=1), words="ordrett"))
            await tx.outbox.add(replace(errand("dlv_2", lane="b", seq=1), words="også"))
            await tx.copies.expect(copy_of("cpy_1"))

        async with vault.begin() as tx:
            await tx.outbox.foresee([DeliveryId("dlv_1"), DeliveryId("dlv_2")])
            assert len(await tx.outbox.of_entry(TALK, 1)) == 2
            await tx.outbox.move(DeliveryId("dlv_1"), Move.UNDONE)
            states = [d.state for d in await tx.outbox.of_entry(TALK, 1)]
            assert states == [State.WITHDRAWN, State.QUEUED]
            assert (await tx.outbox.get(DeliveryId("dlv_1"))).state is State.WITHDRAWN
            before = await tx.outbox.of_entry(TALK, 1)
        async with vault.begin() as tx:
            assert await tx.outbox.of_entry(TALK, 1) == before
            assert [d.words for d in before] == [None, "også"]
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            assert [d.state for d in await tx.outbox.of_entry(TALK, 1)][1] is State.SENDING
            await tx.outbox.put_back(DeliveryId("dlv_2"), after(minutes=1))
            assert [d.state for d in await tx.outbox.of_entry(TALK, 1)][1] is State.QUEUED
            await tx.outbox.foresee([DeliveryId("dlv_1"), DeliveryId("dlv_2")])

            assert [c.ref for c in await tx.copies.of_entry(TALK, 1)] == [None]
            await tx.copies.found(CopyId("cpy_1"), Ref("4711"), erasable_until=None)
            assert [c.ref for c in await tx.copies.of_entry(TALK, 1)] == [Ref("4711")]
            await tx.copies.expect(copy_of("cpy_2", place=Place.WORKSPACE))
            assert len(await tx.copies.of_entry(TALK, 1)) == 2
            await tx.copies.never_was(CopyId("cpy_1"))
            assert [c.id for c in await tx.copies.of_entry(TALK, 1)] == ["cpy_2"]
            with pytest.raises(KeyError):
                await tx.copies.found(CopyId("cpy_1"), Ref("4711"), erasable_until=None)

            assert (await tx.words.entry(TALK, 1)).text == "hei"
            await tx.words.take_back(TALK, 1, NOON)
            assert (await tx.words.entry(TALK, 1)).text == ""

    async def test_a_reference_that_nobody_knew_is_known_when_it_has_come(
        self, vault: SqlVault
    ) -> None:
        """Maya takes back what came in the same moment: it must be found."""
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.copies.expect(replace(copy_of("cpy_1"), ref=Ref("1")))
            await tx.copies.foresee([Ref("1"), Ref("2"), Ref("3")])
            assert [c.id for c in await tx.copies.by_ref(Ref("1"))] == ["cpy_1"]
            assert not await tx.copies.by_ref(Ref("2"))
            await tx.copies.expect(replace(copy_of("cpy_2"), ref=Ref("2")))
            assert [c.id for c in await tx.copies.by_ref(Ref("2"))] == ["cpy_2"]
            await tx.copies.expect(copy_of("cpy_3"))
            await tx.copies.found(CopyId("cpy_3"), Ref("3"), erasable_until=None)
            assert [c.id for c in await tx.copies.by_ref(Ref("3"))] == ["cpy_3"]

    async def test_words_in_a_talk_that_is_held_are_numbered_on(self, vault: SqlVault) -> None:
        """However stale what whoever writes has read: no two things that were said are one."""
        async with vault.begin() as tx:
            await begun(tx, "en")
            other = maya(id=ThreadId("thr_2"), alias="Rev to", address=Address("tg-2"))
            await tx.threads.add(other)
        async with vault.begin() as tx:
            stale = await tx.threads.conversation(TALK)
            await tx.threads.amend(replace(stale, root=Ref("C1/1")))
        async with vault.begin() as tx:
            await tx.threads.expect_in([Ref("C1/1"), Ref("C1/2")])
            talk = await tx.threads.by_root(Ref("C1/1"))
            assert talk is not None
            assert talk.id == TALK
            numbers = [(await tx.words.append(TALK, said("to"))).seq]
            await tx.threads.amend(replace(talk, last_youth=2))
            numbers.append((await tx.words.append(TALK, said("tre"))).seq)
            await tx.words.take_back(TALK, 3, NOON)
            numbers.append((await tx.words.append(TALK, said("fem"))).seq)
            assert numbers == [2, 3, 5]
            assert (await tx.threads.conversation(TALK)).ledger.last_seq == 5
            assert await tx.threads.by_root(Ref("C1/2")) is None
        async with vault.begin() as tx:
            ledger = (await tx.threads.conversation(TALK)).ledger
            assert ledger.last_seq == 5
            assert [e.text for e in await tx.words.upto(TALK, 5)] == ["en", "to", "", "", "fem"]
            await tx.threads.expect([("telegram", maya().address), ("telegram", other.address)])
            await tx.words.append(TALK, said("seks"))
            with pytest.raises(Stale):
                await tx.words.move(ledger, ClosedForJournal(count=5, digest="5" * 64))
            ledger = (await tx.threads.conversation(TALK)).ledger
            await tx.words.move(ledger, ClosedForJournal(count=6, digest="6" * 64))
            with pytest.raises(Sealed):
                await tx.words.append(TALK, said("for sent"))
        async with vault.begin() as tx:
            await tx.threads.expect_in([Ref("C1/1"), Ref("C1/2")])
            with pytest.raises(Sealed):
                await tx.words.append(TALK, said("for sent"))
            await tx.threads.amend(replace(await tx.threads.conversation(TALK), root=None))
            assert await tx.threads.by_root(Ref("C1/1")) is None

    async def test_two_changes_of_the_same_row_are_both_made(self, vault: SqlVault) -> None:
        """A reply that is put back keeps what was decided about it just before."""
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.outbox.add(errand("dlv_1", seq=1))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            await tx.outbox.put_back(DeliveryId("dlv_1"), after(minutes=1))
            thread = await tx.threads.get(MAYA)
            await tx.threads.save(replace(thread, left=True))
            await tx.threads.save(replace(thread, left=True, room=Room("C1")))
        async with vault.begin() as tx:
            put_back = await tx.outbox.get(DeliveryId("dlv_1"))
            assert (put_back.state, put_back.attempts) == (State.QUEUED, 0)
            assert put_back.not_before == after(minutes=1)
            thread = await tx.threads.get(MAYA)
            assert (thread.left, thread.room) == (True, Room("C1"))

    async def test_what_is_read_in_another_is_looked_for_once_for_all(
        self, vault: SqlVault
    ) -> None:
        """And who is joined, or parted again, is found as they are now."""
        async with vault.begin() as tx:
            pairs = await many_begun(tx)
            line, into = pairs[0][0], pairs[1][0]
            await tx.threads.hold([thread for thread, _ in pairs], [])
            with asked() as questions:
                for thread, _ in pairs:
                    assert not await tx.threads.lines(thread)
            assert len(questions) == 1
            joined = replace(await tx.threads.get(line), joined=into, joined_at=NOON)
            await tx.threads.save(joined)
            assert await tx.threads.lines(into) == [joined]
            await tx.threads.save(replace(joined, joined=None, joined_at=None))
            assert not await tx.threads.lines(into)
            late = maya(alias="Rev sen", address=Address("tg-late"), joined=into, joined_at=NOON)
            await tx.threads.add(late)
            assert await tx.threads.lines(into) == [late]

    async def test_a_row_that_is_gone_takes_all_of_it_along(self, vault: SqlVault) -> None:
        """Half of what was done must never be kept as if it were the whole."""
        leaves = update(threads).where(our(threads), threads.c.id == bindparam("its_id"))

        async def all_of(vault: SqlVault, *, asking: bool) -> None:
            async with vault.work() as work:
                for its in (MAYA, "thr_nobody"):
                    work.later.change(leaves, its, work.our(its_id=its, left=True))
                if asking:
                    with pytest.raises(NotAsRead):
                        await work.one(select(threads.c.id).where(work.ours(threads)))

        async with vault.begin() as tx:
            await tx.threads.add(maya())
        for asking in (False, True):
            with pytest.raises(NotAsRead):
                await all_of(vault, asking=asking)
            async with vault.begin() as tx:
                assert not (await tx.threads.get(MAYA)).left
