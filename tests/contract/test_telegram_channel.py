"""Telegram keeps a channel's promises, over HTTP."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bots.sandbox.faults import Fault
from bots.sandbox.server import serve
from bots.sandbox.telegram import Phone, TelegramStandIn
from bots.telegram.channel import TelegramChannel
from bridge.domain.ids import Address, Ref
from tests.contract.channel_contract import ChannelContract

TOKEN: Final = "4839201:AAkontrakt-Token"


class TelegramRig:
    def __init__(
        self, standin: TelegramStandIn, channel: TelegramChannel, network: AsyncExitStack
    ) -> None:
        self._standin, self.channel, self._network = standin, channel, network
        self._phones = [standin.youth("Maya"), standin.youth("Ola")]
        for phone in self._phones:
            phone.says("hei")
        self.youth, self.other = (Address(str(phone.id)) for phone in self._phones)

    async def says(self, text: str, *, answers: Ref | None = None) -> bytes:
        self._maya.says(text, reply_to=None if answers is None else int(answers))
        return await self._accepted()

    async def rewords(self, ref: Ref, text: str) -> bytes:
        self._maya.edits(int(ref), text)
        return await self._accepted()

    async def unsends(self, ref: Ref) -> bytes | None:
        waiting = len(self._standin.updates.pending)
        self._maya.deletes_own(int(ref))
        return None if len(self._standin.updates.pending) == waiting else await self._accepted()

    async def reads(self, ref: Ref) -> bytes | None:
        return None

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes:
        self._maya.sends_file("document", body, "brev.pdf", announced_size=announced)
        return await self._accepted()

    async def presses(self, label: str) -> bytes:
        self._maya.presses(label)
        return await self._accepted()

    def sees(self, who: Address) -> Sequence[str]:
        phone = next(phone for phone in self._phones if str(phone.id) == who)
        return [bubble.text for bubble in phone.visible()]

    def later(self, pause: timedelta) -> None:
        self._standin.chats.clock = lambda: NOON + pause

    def blocks(self) -> None:
        self._maya.blocks()

    def is_busy(self, pause: timedelta) -> timedelta:
        self._standin.faults.next(Fault.RATE_LIMITED, seconds=pause.total_seconds())
        return pause

    def loses_the_answer(self) -> None:
        self._standin.faults.next(Fault.RESET_AFTER)

    def revokes(self) -> None:
        self._standin.token = "4839201:AAnytt-Token"

    async def vanishes(self) -> None:
        await self._network.aclose()

    @property
    def _maya(self) -> Phone:
        return self._phones[0]

    async def _accepted(self) -> bytes:
        """The newest update, fetched and confirmed like any other."""
        *_, newest = await self.channel.pull(None, wait=0)
        await self.channel.pull(json.loads(newest)["update_id"] + 1, wait=0)
        return newest


NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestTelegram(ChannelContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[TelegramRig]:
        standin = TelegramStandIn(token=TOKEN, clock=lambda: NOON)
        async with AsyncExitStack() as network:
            url = await network.enter_async_context(serve(standin.app))
            async with TelegramChannel(TOKEN, api_url=url) as channel:
                yield TelegramRig(standin, channel, network)
