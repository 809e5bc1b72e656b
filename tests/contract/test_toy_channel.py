"""A channel made by the guide's walk keeps a channel's promises, over HTTP."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp
import pytest

from bots.sandbox.faults import Fault
from bots.sandbox.server import serve
from bridge.domain.ids import Address, Ref
from tests.contract.channel_contract import ChannelContract
from tests.toy.dovecote import Dovecote
from tests.toy.pigeon.channel import PigeonChannel

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


class PigeonRig:
    def __init__(self, dovecote: Dovecote, channel: PigeonChannel, network: AsyncExitStack) -> None:
        self._dovecote, self.channel, self._network = dovecote, channel, network
        self.youth, self.other = Address("maya"), Address("ola")
        dovecote.says(self.other, "hei")

    async def says(self, text: str, *, answers: Ref | None = None) -> bytes:
        return self._dovecote.says(self.youth, text, answers=answers)

    async def rewords(self, ref: Ref, text: str) -> bytes:
        return self._dovecote.rewords(ref, text)

    async def unsends(self, ref: Ref) -> bytes | None:
        del self._dovecote.notes[ref]
        return None

    async def reads(self, ref: Ref) -> bytes | None:
        assert ref in self._dovecote.notes
        return None

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes:
        return self._dovecote.sends_box(self.youth, body)

    async def presses(self, label: str) -> bytes:
        raise LookupError(label)

    def sees(self, who: Address) -> Sequence[str]:
        return self._dovecote.sees(who)

    def later(self, pause: timedelta) -> None:
        now = self._dovecote.clock() + pause
        self._dovecote.clock = lambda: now

    def blocks(self) -> None:
        self._dovecote.shut.add(self.youth)

    def is_busy(self, pause: timedelta) -> timedelta:
        self._dovecote.faults.next(Fault.RATE_LIMITED, seconds=pause.total_seconds())
        return pause

    def loses_the_answer(self) -> None:
        self._dovecote.faults.next(Fault.RESET_AFTER)

    def revokes(self) -> None:
        self._dovecote.token = "another"

    async def vanishes(self) -> None:
        await self._network.aclose()


class TestPigeons(ChannelContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[PigeonRig]:
        dovecote = Dovecote(token="korn", secret="fjaer-og-korn", clock=lambda: NOON)
        async with (
            AsyncExitStack() as network,
            aiohttp.ClientSession(headers={"Authorization": "Bearer korn"}) as http,
        ):
            url = await network.enter_async_context(serve(dovecote.app))
            yield PigeonRig(dovecote, PigeonChannel(http, url=url), network)
