"""Messenger keeps a channel's promises, over HTTP."""

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bots.meta import webhook
from bots.meta.graph import Graph
from bots.meta.messenger import MessengerChannel
from bots.meta.webhook import Ours
from bots.sandbox.faults import Fault
from bots.sandbox.meta import MetaStandIn, Phone
from bots.sandbox.server import serve
from bridge.domain.ids import Address, Ref
from bridge.ports import Channel
from tests.contract.channel_contract import ChannelContract

PAGE: Final = "100200300"
TOKEN: Final = "EAAkontraktToken"
SECRET: Final = "hemmelig-app-nøkkel"
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


class MetaRig:
    def __init__(
        self,
        standin: MetaStandIn,
        channel: Channel,
        network: AsyncExitStack,
        *,
        people: Sequence[Phone],
        ours: Ours,
    ) -> None:
        self._standin, self.channel, self._network = standin, channel, network
        self._phones, self._ours = people, ours
        for phone in self._phones:
            phone.says("hei")
        self.youth, self.other = (Address(phone.id) for phone in self._phones)

    async def says(self, text: str, *, answers: Ref | None = None) -> bytes:
        self._maya.says(text, reply_to=answers)
        return await self._accepted()

    async def rewords(self, ref: Ref, text: str) -> bytes:
        self._maya.edits(ref, text)
        return await self._accepted()

    async def unsends(self, ref: Ref) -> bytes | None:
        waiting = len(self._standin.webhooks.waiting)
        self._maya.unsends(ref)
        return None if len(self._standin.webhooks.waiting) == waiting else await self._accepted()

    async def reads(self, ref: Ref) -> bytes | None:
        self._maya.reads()
        return await self._accepted()

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes:
        self._maya.sends_file(body)
        return await self._accepted()

    async def presses(self, label: str) -> bytes:
        self._maya.presses(label)
        return await self._accepted()

    def sees(self, who: Address) -> Sequence[str]:
        phone = next(phone for phone in self._phones if phone.id == who)
        return [bubble.text for bubble in phone.visible]

    def later(self, pause: timedelta) -> None:
        now = self._standin.clock() + pause
        self._standin.clock = lambda: now

    def blocks(self) -> None:
        self._maya.blocks()

    def is_busy(self, pause: timedelta) -> timedelta:
        self._standin.faults.next(Fault.RATE_LIMITED, seconds=pause.total_seconds())
        return timedelta(minutes=math.ceil(pause / timedelta(minutes=1)))

    def loses_the_answer(self) -> None:
        self._standin.faults.next(Fault.RESET_AFTER)

    def revokes(self) -> None:
        self._standin.token = "EAAnyttToken"

    async def vanishes(self) -> None:
        await self._network.aclose()

    @property
    def _maya(self) -> Phone:
        return self._phones[0]

    async def _accepted(self) -> bytes:
        """The newest of what Meta has called us with, as it is put on disk."""
        accepted: list[bytes] = []

        async def accept(source: str, event: str, body: bytes) -> bool:
            assert (source, len(event)) == (self.channel.name, 40)
            accepted.append(body)
            return True

        while self._standin.webhooks.waiting:
            told = self._standin.webhooks.take()
            headers = {name.lower(): value for name, value in told.headers.items()}
            status = await webhook.receive(
                told.body, headers, secret=SECRET, ours=self._ours, accept=accept
            )
            assert status == 200
        return accepted[-1]


class TestMessenger(ChannelContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[MetaRig]:
        standin = MetaStandIn(page=PAGE, token=TOKEN, app_secret=SECRET, clock=lambda: NOON)
        async with AsyncExitStack() as network:
            standin.url = await network.enter_async_context(serve(standin.app))
            url = f"{standin.url}/v25.0"
            async with Graph(TOKEN, app_secret=SECRET, url=url) as graph:
                channel = MessengerChannel(graph, page=PAGE, human_agent=True)
                people = [standin.youth("Maya"), standin.youth("Ola")]
                yield MetaRig(standin, channel, network, people=people, ours=Ours(page=PAGE))
