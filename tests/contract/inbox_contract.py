"""What every vault promises of what comes in: taken once, and never lost."""

import asyncio
from contextlib import suppress

import pytest

from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import Change, VaultContract
from tests.vault.rig import NOON


class InboxPromises(VaultContract):
    async def test_an_event_is_taken_once_and_comes_out_as_it_came(self, vault: SqlVault) -> None:
        """A platform that tells twice must not make a youth say it twice."""
        assert await vault.accept("telegram", "17", b"\x00raw")
        assert not await vault.accept("telegram", "17", b"\x00raw")
        assert await vault.accept("slack", "17", b"other")

        async with vault.begin() as tx:
            assert await tx.inbox.waiting() == 2
            (first,) = await tx.inbox.next(NOON)
        assert (first.source, first.body, first.at) == ("telegram", b"\x00raw", NOON)

    async def test_what_was_done_is_remembered_as_seen(self, vault: SqlVault) -> None:
        """Or the same words would be delivered again a day later."""
        await vault.accept("telegram", "17", b"raw")
        async with vault.begin() as tx:
            (arrived,) = await tx.inbox.next(NOON)
            await tx.inbox.done(arrived.id)

        assert not await vault.accept("telegram", "17", b"raw")
        async with vault.begin() as tx:
            assert not await tx.inbox.next(NOON)
            assert await tx.inbox.waiting() == 0
            assert await tx.inbox.knows("telegram", "17")
            assert not await tx.inbox.knows("telegram", "18")
            assert not await tx.inbox.knows("slack", "17")

    async def test_work_that_fails_leaves_the_event_where_it_was(self, vault: SqlVault) -> None:
        """A youth's words outlive a bug."""
        await vault.accept("telegram", "17", b"raw")
        with suppress(Change):
            async with vault.begin() as tx:
                (arrived,) = await tx.inbox.next(NOON)
                await tx.inbox.done(arrived.id)
                raise Change

        async with vault.begin() as tx:
            (again,) = await tx.inbox.next(NOON)
        assert again.body == b"raw"

    async def test_a_poison_event_stands_aside_for_the_rest(self, vault: SqlVault) -> None:
        """What one youth's phone sent must not silence the others."""
        for event in ("1", "2", "3"):
            await vault.accept("telegram", event, event.encode())
        async with vault.begin() as tx:
            (poison,) = await tx.inbox.next(NOON)
            await tx.inbox.set_aside(poison.id, "unreadable")

        async with vault.begin() as tx:
            (healthy,) = await tx.inbox.next(NOON)
            assert await tx.inbox.stuck() == [(poison.id, NOON, "unreadable")]
            assert await tx.inbox.waiting() == 2
            await tx.inbox.done(poison.id)
            assert await tx.inbox.stuck() == []
        assert healthy.body == b"2"

    async def test_a_person_decides_what_becomes_of_what_stood_aside(self, vault: SqlVault) -> None:
        """Mended, it is worked on after all; let go, its words are on no disk."""
        stood: list[str] = []
        for event in ("1", "2", "3"):
            await vault.accept("telegram", event, event.encode())
        for _ in range(2):
            async with vault.begin() as tx:
                (arrived,) = await tx.inbox.next(NOON)
                await tx.inbox.set_aside(arrived.id, "unreadable")
                stood.append(arrived.id)

        async with vault.begin() as tx:
            await tx.inbox.again(stood[0])
            await tx.inbox.drop(stood[1])

        async with vault.begin() as tx:
            assert await tx.inbox.stuck() == []
            assert await tx.inbox.waiting() == 2
            (first,) = await tx.inbox.next(NOON)
        assert (first.id, first.body) == (stood[0], b"1")
        assert not await vault.accept("telegram", "2", b"2")

    @pytest.mark.parametrize("decision", ["drop", "again"])
    async def test_only_what_stood_aside_is_decided_on(
        self, vault: SqlVault, decision: str
    ) -> None:
        """A slip of the finger must not lose what is still on its way, nor do a thing twice."""
        await vault.accept("telegram", "1", b"1")
        async with vault.begin() as tx:
            (waiting,) = await tx.inbox.next(NOON)

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
            while some := await tx.inbox.next(NOON, limit=7):
                for arrived in some:
                    seen.append(arrived.body.decode())
                    await tx.inbox.done(arrived.id)
        assert seen == events

    async def test_an_event_nobody_has_heard_of_cannot_be_done(self, vault: SqlVault) -> None:
        """A slip of ours shows at once, instead of an event that never leaves."""
        with pytest.raises(KeyError):
            async with vault.begin() as tx:
                await tx.inbox.done("in_none")

    async def test_what_is_done_together_is_gone_together(self, vault: SqlVault) -> None:
        """Or the words of one would lie there after all were said to be dealt with."""
        for event in ("1", "2", "3"):
            await vault.accept("telegram", event, event.encode())
        async with vault.begin() as tx:
            some = await tx.inbox.next(NOON, limit=2)
            await tx.inbox.done(*(each.id for each in some))

        async with vault.begin() as tx:
            (last,) = await tx.inbox.next(NOON, limit=9)
            with pytest.raises(LookupError):
                await tx.inbox.done(last.id, "in_nobodys")
        assert last.body == b"3"
