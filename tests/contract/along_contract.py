"""What every vault promises of what goes along with what is claimed."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.delivery import Move, State, What
from bridge.domain.ids import DeliveryId
from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import LEASE, VaultContract
from tests.vault.rig import NOON, after, begun, errand

IDS = ("dlv_1", "dlv_2", "dlv_3", "dlv_4")


class AlongPromises(VaultContract):
    async def test_what_follows_in_the_lane_goes_along_in_its_order(self, vault: SqlVault) -> None:
        """Ten messages in one post are read as she wrote them, and each is sent once."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_0", lane="other", what=What.WORDS))
            for each in IDS:
                await tx.outbox.add(errand(each, lane="room", what=What.WORDS))
        async with vault.begin() as tx:
            claimed = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            lead = next(each for each in claimed if each.lane == "room")
            behind = await tx.outbox.behind(lead, NOON, limit=2)
            assert [(d.id, d.state) for d in behind] == [
                ("dlv_2", State.QUEUED),
                ("dlv_3", State.QUEUED),
            ]
            taken = await tx.outbox.take(behind, after(seconds=7))
            assert [(d.id, d.state, d.attempts) for d in taken] == [
                ("dlv_2", State.SENDING, 1),
                ("dlv_3", State.SENDING, 1),
            ]
        async with vault.begin() as tx:
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []
            assert [await tx.outbox.get(d.id) for d in taken] == taken
            for each in (lead, *taken):
                await tx.outbox.move(each.id, Move.ACCEPTED, attempt=1)
            (last,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert last.id == "dlv_4"

    async def test_what_goes_along_is_lost_with_what_it_went_with(self, vault: SqlVault) -> None:
        """Whoever dies between the two: each of them is looked for."""
        async with vault.begin() as tx:
            await begun(tx)
            for each in IDS[:2]:
                await tx.outbox.add(errand(each, lane="room", what=What.WORDS))
            (lead,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            await tx.outbox.take(await tx.outbox.behind(lead, NOON, limit=9), NOON + LEASE)
        async with vault.begin() as tx:
            assert await tx.outbox.lost(NOON + LEASE - timedelta(seconds=1)) == []
            assert [d.id for d in await tx.outbox.lost(NOON + LEASE)] == list(IDS[:2])

    async def test_nothing_goes_past_what_cannot_go_yet(self, vault: SqlVault) -> None:
        """Whatever stands between waits for a time, or for somebody to look for it."""
        later = replace(errand("dlv_2", lane="room"), not_before=after(minutes=1))
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1", lane="room"))
            await tx.outbox.add(later)
            await tx.outbox.add(errand("dlv_3", lane="room"))
            (lead,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert await tx.outbox.behind(lead, NOON, limit=9) == []
            both = await tx.outbox.behind(lead, after(minutes=1), limit=9)
            assert [d.id for d in both] == ["dlv_2", "dlv_3"]
            assert await tx.outbox.take([], NOON) == []

    async def test_nothing_goes_past_what_is_in_doubt(self, vault: SqlVault) -> None:
        """It may have been said already: what came after it is not said before it is known."""
        async with vault.begin() as tx:
            await begun(tx)
            for each in IDS[:3]:
                await tx.outbox.add(errand(each, lane="room", what=What.WORDS))
            (lead,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            (second, _) = await tx.outbox.behind(lead, NOON, limit=9)
            await tx.outbox.take([second], NOON + LEASE)
            await tx.outbox.move(lead.id, Move.BUSY)
            await tx.outbox.move(second.id, Move.LOST)
            (again,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert again.id == lead.id
            assert await tx.outbox.behind(again, NOON, limit=9) == []

    async def test_what_was_done_is_behind_nothing(self, vault: SqlVault) -> None:
        async with vault.begin() as tx:
            await begun(tx)
            for each in IDS[:3]:
                await tx.outbox.add(errand(each, lane="room", what=What.WORDS))
            await tx.outbox.move(DeliveryId("dlv_2"), Move.UNDONE)
            (lead,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert [d.id for d in await tx.outbox.behind(lead, NOON, limit=9)] == ["dlv_3"]
