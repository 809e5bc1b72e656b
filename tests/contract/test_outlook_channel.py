"""Outlook keeps a channel's promises, over HTTP."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bots.outlook.channel import OutlookChannel
from bots.outlook.graph import Graph
from bots.outlook.mailbox import Mailbox
from bots.outlook.tokens import App
from bots.sandbox.faults import Fault
from bots.sandbox.outlook import OutlookStandIn, Person
from bots.sandbox.outlook.people import Enclosed
from bots.sandbox.server import serve
from bridge.domain.ids import Address, Ref
from tests.contract.channel_contract import ChannelContract
from tests.support.clock import StoppedClock

MAILBOX: Final = "ute@kommunen.example"
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


class OutlookRig:
    def __init__(
        self, standin: OutlookStandIn, channel: OutlookChannel, graph: Graph,
        clock: StoppedClock, network: AsyncExitStack,
    ) -> None:  # fmt: skip
        self._standin, self.channel, self._network = standin, channel, network
        self._clock = clock
        self._mailbox = Mailbox(
            graph, channel, accept=self._accept, clock=clock, since=NOON - timedelta(days=1)
        )
        self._accepted: list[bytes] = []
        self._people = [standin.person(f"{name}@post.example", name) for name in ("maya", "ola")]
        for person in self._people:
            person.writes("hei", "hei")
        self.youth, self.other = (Address(person.address) for person in self._people)

    async def _accept(self, source: str, event: str, body: bytes) -> bool:
        assert source == "outlook"
        self._accepted.append(body)
        return True

    async def says(self, text: str, *, answers: Ref | None = None) -> bytes:
        if answers is None:
            return await self._accepted_as(self._maya.writes(text))
        letter = self._standin.mailbox.find(answers).letter
        return await self._accepted_as(self._maya.answers(text, letter))

    async def rewords(self, ref: Ref, text: str) -> bytes | None:
        return None

    async def unsends(self, ref: Ref) -> bytes | None:
        return None

    async def reads(self, ref: Ref) -> bytes | None:
        return None

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes:
        enclosed = Enclosed(name="brev.pdf", body=body, announced=announced)
        return await self._accepted_as(self._maya.writes("", files=(enclosed,)))

    async def presses(self, label: str) -> bytes:
        raise AssertionError("there are no buttons")

    def sees(self, who: Address) -> Sequence[str]:
        person = next(person for person in self._people if person.address == who)
        return [letter.new or letter.text for letter in person.letters]

    def later(self, pause: timedelta) -> None:
        self._clock.move(pause)

    def blocks(self) -> bool:
        self._maya.blocked = True
        return False

    def is_busy(self, pause: timedelta) -> timedelta:
        self._standin.faults.next(Fault.RATE_LIMITED, seconds=pause.total_seconds())
        return pause

    def loses_the_answer(self) -> None:
        self._standin.faults.next(Fault.RESET_AFTER, method="send")

    def revokes(self) -> None:
        self._standin.entra.revoke()

    async def vanishes(self) -> None:
        await self._network.aclose()

    @property
    def _maya(self) -> Person:
        return self._people[0]

    async def _accepted_as(self, known: str) -> bytes:
        """A mail, as it is put on disk."""
        assert await self._mailbox.turn() == (None, None)
        (body,) = [b for b in self._accepted if json.loads(b)["message"]["id"] == known]
        return body


class TestOutlook(ChannelContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[OutlookRig]:
        clock = StoppedClock(NOON)
        standin = OutlookStandIn(mailbox=MAILBOX, clock=clock.now)
        entra = standin.entra
        async with AsyncExitStack() as network:
            url = await network.enter_async_context(serve(standin.app))
            app = App(tenant=entra.tenant, client=entra.client, secret=entra.secret, authority=url)
            async with Graph(app, url=f"{url}/v1.0") as graph:
                channel = OutlookChannel(graph, mailbox=MAILBOX, clock=clock)
                yield OutlookRig(standin, channel, graph, clock, network)
