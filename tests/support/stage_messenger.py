"""A town whose youths write to a page or its account: a stand-in, and the bridge's listener."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx

from bots.sandbox.meta import MetaStandIn, Phone
from bots.sandbox.server import serve
from bridge.demo.actors import Caseworker
from bridge.domain.ids import Address
from bridge.domain.threads import Conversation, Thread
from bridge.serving import listening
from bridge.web import create_web
from tests.support.stage import MORNING, Stage, stage_in

PAGE: Final = "100200300400"
ACCOUNT: Final = "17841400008460056"
TOKEN: Final = "EAAstandInPageToken"
SECRET: Final = "stand-in-app-secret"
VERIFY: Final = "stand-in-verify-token"


@dataclass(slots=True, kw_only=True)
class Messenger:
    """The town, and Maya with Messenger or Instagram on her phone."""

    stage: Stage = field(repr=False)
    meta: MetaStandIn
    http: httpx.AsyncClient
    maya: Phone
    channel: str = "messenger"

    @property
    def amir(self) -> Caseworker:
        return self.stage.cast.amir

    async def says(self, text: str) -> str:
        self.stage.listens_for(text)
        mid = self.maya.says(text)
        await self.settles()
        return mid

    async def presses(self, title: str) -> str:
        mid = self.maya.presses(title)
        await self.settles()
        return mid

    async def answers(self, text: str) -> None:
        """A caseworker replies in the newest room thread, by a mention."""
        self.stage.listens_for(text)
        await self.amir.writes(f"@utebru {text}", self.amir.root())
        await self.settles()

    async def ends(self) -> None:
        await self.amir.ends(self.amir.root())
        await self.settles()

    async def settles(self) -> None:
        """Whatever Meta has to tell is told, and what comes of it; until there is no more."""
        await self.stage.settles()
        while self.meta.webhooks.waiting:
            while self.meta.webhooks.waiting:
                told = self.meta.webhooks.take()
                answer = await self.http.post(
                    "/meta/webhook", content=told.body, headers=told.headers
                )
                assert answer.status_code == 200
            await self.stage.settles()

    async def later(self, by: timedelta) -> None:
        await self.stage.cast.director.later(by, step=timedelta(hours=1))
        await self.settles()

    def heard(self) -> str:
        return "\n".join(bubble.text for bubble in self.maya.visible if bubble.ours)

    def reads(self) -> str:
        return self.amir.reads(self.amir.root())

    async def thread(self) -> Thread:
        async with self.stage.town.bridge.vault.begin() as tx:
            thread = await tx.threads.of(self.channel, Address(self.maya.id))
            assert thread is not None
            return thread

    async def talk(self) -> Conversation:
        thread = await self.thread()
        async with self.stage.town.bridge.vault.begin() as tx:
            return (await tx.threads.conversations(thread.id))[-1]


def environment(graph: str) -> Mapping[str, str]:
    return {
        "UTEBRU_PUBLIC_URL": "http://127.0.0.1:1",
        "UTEBRU_META__PAGE_ID": PAGE,
        "UTEBRU_META__PAGE_TOKEN": TOKEN,
        "UTEBRU_META__INSTAGRAM_ID": ACCOUNT,
        "UTEBRU_META__APP_SECRET": SECRET,
        "UTEBRU_META__VERIFY_TOKEN": VERIFY,
        "UTEBRU_META__HUMAN_AGENT": "on",
        "UTEBRU_META__COMMENTS": "on",
        "UTEBRU_META__GRAPH_URL": f"{graph}/v25.0",
    }


@asynccontextmanager
async def on_messenger(place: Path, *, template: Path) -> AsyncIterator[Messenger]:
    async with _there(place, template) as there:
        yield there


@asynccontextmanager
async def on_instagram(place: Path, *, template: Path) -> AsyncIterator[Messenger]:
    async with _there(place, template) as there:
        there.maya, there.channel = there.meta.on_instagram("Maya"), "instagram"
        yield there


@asynccontextmanager
async def _there(place: Path, template: Path) -> AsyncIterator[Messenger]:
    meta = MetaStandIn(
        page=PAGE, token=TOKEN, app_secret=SECRET, clock=lambda: MORNING, instagram=ACCOUNT
    )
    async with serve(meta.app) as graph:
        meta.url = graph
        async with stage_in(place, template=template, env=environment(graph)) as stage:
            meta.clock = stage.clock.now
            there = stage.town.assembled
            web = create_web(health=there.health, hooks=there.hooks)
            async with (
                listening(web, "127.0.0.1", 0) as url,
                httpx.AsyncClient(base_url=url, trust_env=False) as http,
            ):
                yield Messenger(stage=stage, meta=meta, http=http, maya=meta.youth("Maya"))
