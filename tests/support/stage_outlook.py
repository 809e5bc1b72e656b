"""A town whose youths write mails, beside the tenant's stand-in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from typing_extensions import override

from bots.sandbox.outlook import OutlookStandIn, Person
from bots.sandbox.server import serve
from tests.support.stage import MORNING, stage_in
from tests.support.stage_channel import OnChannel, heard_at

MAILBOX: Final = "ute@kommunen.example"
SECRET: Final = "stand-in~client-secret"
PUBLIC: Final = "https://utebru.example"


@dataclass(slots=True, kw_only=True)
class Outlook(OnChannel):
    """The town, and Maya with a mail app on her phone."""

    outlook: OutlookStandIn
    http: httpx.AsyncClient
    maya: Person

    @override
    def addresses(self) -> Sequence[str]:
        return (self.maya.address, f"{self.maya.address} (ikke bekreftet)")

    async def writes(self, text: str, subject: str = "") -> str:
        self.stage.listens_for(text, subject)
        known = self.maya.writes(text, subject)
        await self.settles()
        return known

    async def replies(self, text: str) -> str:
        """In her app, under the newest mail of ours."""
        self.stage.listens_for(text)
        known = self.maya.answers(text)
        await self.settles()
        return known

    async def asks(self) -> None:
        """One round with Graph, as when it is time."""
        ask = self.stage.town.assembled.platforms["outlook"].ask
        assert ask is not None
        await ask()

    @override
    async def settles(self) -> None:
        """What has come is asked for, and what comes of it; until there is no more."""
        before = -1
        while before != self._turns():
            before = self._turns()
            await self.asks()
            await self.stage.settles()

    def heard(self) -> str:
        return "\n".join(letter.text for letter in self.maya.received)

    def folder(self, name: str) -> Sequence[str]:
        """The words that lie in a folder of the mailbox."""
        items = self.outlook.mailbox.items.values()
        return [item.letter.new or item.letter.text for item in items if item.folder == name]

    def _turns(self) -> int:
        return sum(item.changed for item in self.outlook.mailbox.items.values())


def environment(url: str) -> Mapping[str, str]:
    return {
        "UTEBRU_PUBLIC_URL": PUBLIC,
        "UTEBRU_OUTLOOK__TENANT_ID": "84bd8158-6d4d-4958-8b9f-9d6445542f95",
        "UTEBRU_OUTLOOK__CLIENT_ID": "2b1c5b9e-0000-4a00-9a00-1f0e6f2f7c11",
        "UTEBRU_OUTLOOK__CLIENT_SECRET": SECRET,
        "UTEBRU_OUTLOOK__MAILBOX": MAILBOX,
        "UTEBRU_OUTLOOK__SINCE": "2026-11-01",
        "UTEBRU_OUTLOOK__GRAPH_URL": f"{url}/v1.0",
        "UTEBRU_OUTLOOK__AUTHORITY": url,
    }


@asynccontextmanager
async def on_outlook(
    place: Path, *, template: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[Outlook]:
    outlook = OutlookStandIn(mailbox=MAILBOX, secret=SECRET, clock=lambda: MORNING)
    outlook.subscriptions.calls = False
    async with (
        serve(outlook.app) as url,
        stage_in(place, template=template, env={**environment(url), **(env or {})}) as stage,
    ):
        outlook.clock = stage.clock.now
        async with heard_at(stage) as http:
            ours = str(http.base_url).rstrip("/")
            outlook.subscriptions.where = lambda asked: asked.replace(PUBLIC, ours)
            maya = outlook.person("maya.kanari@post.example", "Maya")
            yield Outlook(stage=stage, channel="outlook", outlook=outlook, http=http, maya=maya)
