"""What platforms have answered, written down together: nobody's answer is lost with another's."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from bridge.domain.delivery import Delivery, What
from bridge.domain.ids import DeliveryId, ThreadId
from bridge.ports import Transaction, Vault
from bridge.relay.settling import Outcome, Settling
from tests.support.elsewhere import elsewhere
from tests.vault.rig import NOON

PATIENCE = 20


def answered(name: str) -> Delivery:
    return Delivery(
        id=DeliveryId(name), lane=name, what=What.REPLY, thread=ThreadId(name), made_at=NOON
    )


def writes(name: str, times: list[str], trouble: Exception | None = None) -> Outcome:
    async def outcome(tx: Transaction) -> None:
        times.append(name)
        await tx.signs.give([name], NOON)
        if trouble is not None:
            raise trouble

    return outcome


async def test_an_outcome_that_cannot_be_written_takes_no_other_with_it(tmp_path: Path) -> None:
    """What Maya was sent is known to have been sent, whatever was wrong with Ola's."""
    times: list[str] = []
    async with asyncio.timeout(PATIENCE), elsewhere(tmp_path) as here:
        settling = Settling(here.life.bridge.around)
        wrong = ValueError("no such row")
        told = await asyncio.gather(
            settling.settle(answered("first"), writes("first", times)),
            settling.settle(answered("maya"), writes("maya", times)),
            settling.settle(answered("ola"), writes("ola", times, wrong)),
            settling.settle(answered("sana"), writes("sana", times)),
            return_exceptions=True,
        )
        async with here.life.bridge.vault.begin() as tx:
            known = await tx.signs.last()

    assert list(told) == [None, None, wrong, None]
    assert {"first", "maya", "sana"} <= known.keys()
    assert "ola" not in known


class Counted:
    """A vault that says how many transactions were begun."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self.begun = vault, 0

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        return await self._vault.accept(source, event, body)

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        self.begun += 1
        return self._vault.begin()


async def test_what_comes_together_is_written_together(tmp_path: Path) -> None:
    """One transaction for who came first, and one for all who came while it ran."""
    times: list[str] = []
    async with asyncio.timeout(PATIENCE), elsewhere(tmp_path) as here:
        vault = Counted(here.life.bridge.around.vault)
        settling = Settling(replace(here.life.bridge.around, vault=vault))
        names = [f"n{number}" for number in range(9)]
        await asyncio.gather(
            *(settling.settle(answered(name), writes(name, times)) for name in names)
        )
        async with here.life.bridge.vault.begin() as tx:
            known = await tx.signs.last()

    assert times == names
    assert set(names) <= known.keys()
    assert vault.begun == 2


async def test_whoever_stops_the_writer_stops_who_waits_for_it(tmp_path: Path) -> None:
    """Nobody waits for ever for what nobody writes any longer; and the next can be written."""
    async with asyncio.timeout(PATIENCE), elsewhere(tmp_path) as here:
        settling, held = Settling(here.life.bridge.around), asyncio.Event()

        async def hangs(tx: Transaction) -> None:
            held.set()
            await asyncio.Event().wait()

        writer = asyncio.create_task(settling.settle(answered("hangs"), hangs))
        await held.wait()
        times: list[str] = []
        other = asyncio.create_task(settling.settle(answered("other"), writes("other", times)))
        await asyncio.sleep(0)
        writer.cancel()
        await asyncio.wait([writer, other])
        assert writer.cancelled()
        assert other.cancelled()

        await settling.settle(answered("next"), writes("next", times))
    assert times == ["next"]
