"""WhatsApp keeps a channel's promises, over HTTP."""

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from typing_extensions import override

from bots.meta import webhook
from bots.meta.graph import Graph
from bots.meta.whatsapp import WhatsAppChannel
from bots.sandbox.faults import Fault
from bots.sandbox.meta import Handset, WhatsAppStandIn
from bots.sandbox.server import serve
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Outbound
from tests.contract.channel_contract import CANARY, ChannelContract, Rig

NUMBER: Final = "106540352242922"
ACCOUNT: Final = "102290129340398"
TOKEN: Final = "EAAkontraktToken"
SECRET: Final = "hemmelig-app-nøkkel"
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


class WhatsAppRig:
    def __init__(
        self, standin: WhatsAppStandIn, channel: WhatsAppChannel, network: AsyncExitStack
    ) -> None:
        self._standin, self.channel, self._network = standin, channel, network
        self._people = [standin.youth("Maya"), standin.youth("Ola")]
        for handset in self._people:
            handset.says("hei")
        self.youth, self.other = (Address(handset.id) for handset in self._people)

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
        self._standin.reads(self._maya)
        return await self._accepted()

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes:
        self._maya.sends_file(body)
        return await self._accepted()

    async def presses(self, label: str) -> bytes:
        self._maya.presses(label)
        return await self._accepted()

    def sees(self, who: Address) -> Sequence[str]:
        handset = next(each for each in self._people if each.id == who)
        return [bubble.text for bubble in handset.visible]

    def later(self, pause: timedelta) -> None:
        now = self._standin.clock() + pause
        self._standin.clock = lambda: now

    def blocks(self) -> None:
        self._maya.off = True

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
    def _maya(self) -> Handset:
        return self._people[0]

    async def _accepted(self) -> bytes:
        """The newest of what Meta has called us with, as it is put on disk."""
        accepted: list[bytes] = []

        async def accept(source: str, event: str, body: bytes) -> bool:
            assert (source, len(event)) == ("whatsapp", 40)
            accepted.append(body)
            return True

        while self._standin.webhooks.waiting:
            told = self._standin.webhooks.take()
            headers = {name.lower(): value for name, value in told.headers.items()}
            ours = webhook.Ours(number=NUMBER)
            assert (
                await webhook.receive(told.body, headers, secret=SECRET, ours=ours, accept=accept)
                == 200
            )
        return accepted[-1]


class TestWhatsApp(ChannelContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[WhatsAppRig]:
        standin = WhatsAppStandIn(
            number=NUMBER, account=ACCOUNT, token=TOKEN, app_secret=SECRET, clock=lambda: NOON
        )
        async with AsyncExitStack() as network:
            standin.url = await network.enter_async_context(serve(standin.app))
            url = f"{standin.url}/v25.0"
            async with Graph(TOKEN, app_secret=SECRET, url=url) as graph:
                channel = WhatsAppChannel(graph, number=NUMBER, account=ACCOUNT)
                yield WhatsAppRig(standin, channel, network)

    @override
    async def test_who_has_blocked_us_is_not_written_to(self, rig: Rig) -> None:
        """WhatsApp tells nobody of a block: it is sent, and never said to be delivered."""
        rig.blocks()

        ref = await rig.channel.send(rig.youth, Outbound(text=CANARY))

        assert ref
        assert CANARY not in rig.sees(rig.youth)
