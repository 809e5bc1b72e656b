"""The make-believe phones keep a channel's promises: what is tested on them holds elsewhere."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from bridge.domain.capabilities import Capabilities
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Receipt
from bridge.ports import SendFailed
from tests.contract.channel_contract import ChannelContract
from tests.support.clock import StoppedClock
from tests.support.phones import CAPABILITIES, LIMITED, MemoryChannel


class MemoryRig:
    youth, other = Address("4477001"), Address("4477002")

    def __init__(self, can: Capabilities = CAPABILITIES) -> None:
        self._clock = StoppedClock()
        self.channel = MemoryChannel(self._clock, can=can)
        for who in (self.youth, self.other):
            self.channel.says(who, "hei")

    async def says(self, text: str, *, answers: Ref | None = None) -> bytes:
        self.channel.says(self.youth, text, answers=answers)
        return self.channel.outbox[-1].body

    async def rewords(self, ref: Ref, text: str) -> bytes:
        self.channel.rewords(self.youth, ref, text)
        return self.channel.outbox[-1].body

    async def unsends(self, ref: Ref) -> bytes | None:
        return self._told(lambda: self.channel.unsends(self.youth, ref))

    async def reads(self, ref: Ref) -> bytes | None:
        return self._told(lambda: self.channel.sees_to(self.youth, Receipt.READ, ref))

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes:
        self.channel.sends_file(self.youth, body)
        return self.channel.outbox[-1].body

    async def presses(self, label: str) -> bytes:
        self.channel.presses(self.youth, label)
        return self.channel.outbox[-1].body

    def sees(self, who: Address) -> Sequence[str]:
        return [bubble.text for bubble in self.channel.sees(who)]

    def later(self, pause: timedelta) -> None:
        self._clock.move(pause)

    def blocks(self) -> None:
        self.channel.blocked.add(self.youth)

    def is_busy(self, pause: timedelta) -> timedelta:
        self.channel.trouble.append(SendFailed(Reason.BUSY, retry=True, after=pause))
        return pause

    def loses_the_answer(self) -> None:
        self.channel.lost = 1

    def revokes(self) -> None:
        self.channel.trouble.append(SendFailed(Reason.REVOKED, retry=True))

    async def vanishes(self) -> None:
        self.channel.away = SendFailed(Reason.UNREACHABLE, retry=True)

    def _told(self, act: Callable[[], None]) -> bytes | None:
        """What the platform has told us of it, if anything."""
        before = len(self.channel.outbox)
        act()
        return self.channel.outbox[-1].body if len(self.channel.outbox) > before else None


class TestMemoryChannel(ChannelContract):
    @pytest.fixture
    def rig(self) -> MemoryRig:
        return MemoryRig()


class TestMemoryChannelWithLimits(ChannelContract):
    """It tells what was read and taken back, and lets us write only for a while."""

    @pytest.fixture
    def rig(self) -> MemoryRig:
        return MemoryRig(LIMITED)
