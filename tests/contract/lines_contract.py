"""What every vault promises of a youth who writes on several channels."""

import asyncio
from dataclasses import replace
from datetime import datetime

from bridge.domain.ids import Address, Room, ThreadId
from bridge.domain.threads import Thread
from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import VaultContract
from tests.vault.rig import MAYA, NOON, after, begun, forgotten, maya

LINE = ThreadId("thr_line")


def line(*, last_youth_at: datetime = NOON) -> Thread:
    return maya(
        id=LINE,
        alias="Stille elv",
        channel="messenger",
        address=Address("psid-1"),
        joined=MAYA,
        joined_at=NOON,
        last_youth_at=last_youth_at,
    )


class LinePromises(VaultContract):
    async def test_who_is_known_on_two_channels_is_found_by_either(self, vault: SqlVault) -> None:
        """One youth, one thread, whatever she writes on."""
        async with vault.begin() as tx:
            await tx.threads.add(maya(speaks=LINE))
            await tx.threads.add(line())

        async with vault.begin() as tx:
            found = await tx.threads.of("messenger", Address("psid-1"))
            assert found == line()
            assert await tx.threads.of("telegram", maya().address) == maya(speaks=LINE)
            assert list(await tx.threads.lines(MAYA)) == [line()]
            assert list(await tx.threads.lines(LINE)) == []
            assert await tx.threads.answered_on(maya(speaks=LINE)) == line()
            assert await tx.threads.answered_on(maya()) == maya()
            assert await tx.threads.named("  stille   ELV ") == LINE
            assert await tx.threads.named("stille") is None

    async def test_what_came_to_one_person_stays_in_their_room_until_it_is_handed_on(
        self, vault: SqlVault
    ) -> None:
        """Forgotten over a restart, the next word to one of them would be read by all."""
        async with vault.begin() as tx:
            await tx.threads.add(maya(room=Room("C_AMIR")))
            await tx.threads.add(line())

        async with vault.begin() as tx:
            assert await tx.threads.get(MAYA) == maya(room=Room("C_AMIR"))
            assert (await tx.threads.get(LINE)).room is None
            await tx.threads.save(maya(room=None))
        async with vault.begin() as tx:
            assert await tx.threads.get(MAYA) == maya()

    async def test_whoever_writes_on_both_at_once_waits_for_nobody_for_ever(
        self, vault: SqlVault
    ) -> None:
        """The team answers while she writes on the other phone; neither may block the other."""
        async with vault.begin() as tx:
            await tx.threads.add(maya(speaks=LINE))
            await tx.threads.add(line())

        async def she_writes() -> None:
            async with vault.begin() as tx:
                found = await tx.threads.of("messenger", Address("psid-1"))
                assert found is not None
                await asyncio.sleep(0)
                await tx.threads.save(await tx.threads.get(MAYA))
                await tx.threads.save(found)

        async def they_answer() -> None:
            async with vault.begin() as tx:
                thread = await tx.threads.get(MAYA)
                await asyncio.sleep(0)
                await tx.threads.save(await tx.threads.answered_on(thread))

        async with asyncio.timeout(30):
            await asyncio.gather(*(each() for _ in range(8) for each in (she_writes, they_answer)))

    async def test_who_writes_on_the_one_is_not_forgotten_on_the_other(
        self, vault: SqlVault
    ) -> None:
        """She has not used the first app for a year, and what she writes is read there."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            await forgotten(tx, ledger)
            await tx.threads.add(line(last_youth_at=after(days=300)))

        await vault.purge(after(days=310))

        async with vault.begin() as tx:
            assert (await tx.threads.get(MAYA)).address == maya().address
            assert (await tx.threads.get(LINE)).joined == MAYA

    async def test_a_line_that_is_silent_is_forgotten_by_itself(self, vault: SqlVault) -> None:
        """And whoever has that account next is nobody we know."""
        async with vault.begin() as tx:
            await tx.threads.add(maya(last_youth_at=after(days=100), speaks=LINE))
            await tx.threads.add(line())

        await vault.purge(after(days=100))

        async with vault.begin() as tx:
            assert await tx.threads.of("messenger", Address("psid-1")) is None
            kept = await tx.threads.get(MAYA)
            assert (kept.address, kept.speaks) == (maya().address, None)

    async def test_words_that_wait_keep_both(self, vault: SqlVault) -> None:
        """What was said on the silent one stands in the talk that is not ended yet."""
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.threads.add(line())

        await vault.purge(after(days=400))

        async with vault.begin() as tx:
            assert (await tx.threads.get(LINE)).address == "psid-1"

    async def test_who_is_forgotten_takes_nobody_along(self, vault: SqlVault) -> None:
        """The team has deleted the one; the other is a thread of its own again."""
        async with vault.begin() as tx:
            await tx.threads.add(maya())
            await tx.threads.add(line())
            await tx.threads.forget(MAYA)

        async with vault.begin() as tx:
            assert await tx.threads.of("messenger", Address("psid-1")) == replace(
                line(), joined=None, joined_at=None
            )
