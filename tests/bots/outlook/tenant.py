"""A tenant with its mailbox, a disk to put mails on, and ourselves in between."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bots.outlook.boxes import Box
from bots.outlook.channel import OutlookChannel
from bots.outlook.graph import Graph
from bots.outlook.mailbox import Mailbox
from bots.outlook.tokens import App
from bots.sandbox.outlook import OutlookStandIn, Person
from bots.sandbox.server import serve
from tests.bots.outlook.shapes import MAILBOX, MAYA, Json
from tests.support.clock import StoppedClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Disk:
    """Takes what it is given, once; what is in `refused` it cannot take."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}
        self.asked: list[str] = []
        self.refused: set[str] = set()

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        assert source == "outlook"
        self.asked.append(event)
        if event in self.refused:
            raise OSError("full")
        new = event not in self.kept
        self.kept.setdefault(event, json.loads(body))
        return new

    def texts(self) -> list[str]:
        told = [each["message"] for each in self.kept.values()]
        return [each.get("body", {}).get("content", each["bodyPreview"]) for each in told]


@dataclass(slots=True, kw_only=True)
class Tenant:
    standin: OutlookStandIn
    graph: Graph
    channel: OutlookChannel
    clock: StoppedClock
    url: str
    maya: Person
    disk: Disk = field(default_factory=Disk)

    def opened(
        self, *, since: datetime = NOON - timedelta(days=60), box: Box | None = None
    ) -> Mailbox:
        """A mailbox that remembers nothing, as after a restart."""
        return Mailbox(
            self.graph, self.channel, accept=self.disk.accept, clock=self.clock, since=since,
            box=box,
        )  # fmt: skip

    def writes(self, text: str, *, ago: timedelta = timedelta()) -> str:
        """Maya, some time ago."""
        now = self.standin.clock
        self.standin.clock = lambda: self.clock.now() - ago
        try:
            return self.maya.writes(text)
        finally:
            self.standin.clock = now


@asynccontextmanager
async def tenant(certificate: str | None = None) -> AsyncIterator[Tenant]:
    clock = StoppedClock(NOON)
    standin = OutlookStandIn(
        mailbox=MAILBOX, clock=clock.now, certificate=certificate, first_pause=0.01
    )
    standin.subscriptions.calls = False
    entra = standin.entra
    async with serve(standin.app) as url:
        secret = None if certificate else entra.secret
        app = App(
            tenant=entra.tenant, client=entra.client, secret=secret, certificate=certificate,
            authority=url,
        )  # fmt: skip
        async with Graph(app, url=f"{url}/v1.0") as graph:
            yield Tenant(
                standin=standin,
                graph=graph,
                channel=OutlookChannel(graph, mailbox=MAILBOX, clock=clock),
                clock=clock,
                url=url,
                maya=standin.person(MAYA, "Maya"),
            )
