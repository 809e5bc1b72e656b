"""Instagram keeps a channel's promises, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Final

import pytest
from typing_extensions import override

from bots.meta.graph import Graph
from bots.meta.instagram import InstagramChannel
from bots.meta.webhook import Ours
from bots.sandbox.meta import MetaStandIn
from bots.sandbox.server import serve
from bridge.domain.delivery import Reason
from bridge.domain.messages import Outbound
from tests.contract.channel_contract import ChannelContract, Rig, refused
from tests.contract.test_messenger_channel import NOON, PAGE, SECRET, TOKEN, MetaRig

ACCOUNT: Final = "17841400008460056"


class TestInstagram(ChannelContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[MetaRig]:
        standin = MetaStandIn(
            page=PAGE, token=TOKEN, app_secret=SECRET, clock=lambda: NOON, instagram=ACCOUNT
        )
        async with AsyncExitStack() as network:
            standin.url = await network.enter_async_context(serve(standin.app))
            async with Graph(TOKEN, app_secret=SECRET, url=f"{standin.url}/v25.0") as graph:
                channel = InstagramChannel(graph, page=PAGE, account=ACCOUNT, human_agent=True)
                people = [standin.on_instagram("Maya"), standin.on_instagram("Ola")]
                ours = Ours(instagram=ACCOUNT)
                yield MetaRig(standin, channel, network, people=people, ours=ours)

    @override
    async def test_a_text_too_long_is_refused_before_it_is_cut_off(self, rig: Rig) -> None:
        """It is counted in bytes: what is short enough to look at may be too long."""
        for text in ("a" * 1001, "æ" * 501, "👩‍👩‍👧‍👦" * 41):
            failed = await refused(rig, Outbound(text=text))
            assert (failed.reason, failed.retry) == (Reason.TOO_LONG, False)

    async def test_a_family_is_not_torn_apart_to_save_a_byte(self, rig: Rig) -> None:
        """Cut in the middle of it, she gets a man, a cross and a child."""
        parts = rig.channel.pieces("👩‍👩‍👧‍👦" * 100)

        assert all(len(part.encode()) <= 1000 for part in parts)
        assert all(len(part.encode()) % len("👩‍👩‍👧‍👦".encode()) == 0 for part in parts)
        for part in parts[:2]:
            await rig.channel.send(rig.youth, Outbound(text=part))
