"""What a channel of Meta's has in common with the others: a phone, and a stand-in that calls us."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

import httpx
from typing_extensions import override

from bots.sandbox.meta import Handset, MetaStandIn, Phone, WhatsAppStandIn
from bots.sandbox.server import serve
from tests.support.stage import Stage, stage_in
from tests.support.stage_channel import NOWHERE, OnChannel, heard_at

SECRET: Final = "stand-in-app-secret"
VERIFY: Final = "stand-in-verify-token"

StandIn = TypeVar("StandIn", MetaStandIn, WhatsAppStandIn)
Held = TypeVar("Held", Phone, Handset)


@dataclass(slots=True, kw_only=True)
class OnMeta(OnChannel, Generic[StandIn, Held]):
    meta: StandIn
    http: httpx.AsyncClient
    maya: Held

    @override
    def addresses(self) -> Sequence[str]:
        return (self.maya.id,)

    async def says(self, text: str) -> str:
        self.stage.listens_for(text)
        mid = self.maya.says(text)
        await self.settles()
        return mid

    async def presses(self, title: str) -> str:
        mid = self.maya.presses(title)
        await self.settles()
        return mid

    @override
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

    def heard(self) -> str:
        return "\n".join(bubble.text for bubble in self.maya.visible if bubble.ours)


@asynccontextmanager
async def beside(
    meta: MetaStandIn | WhatsAppStandIn, place: Path, template: Path, env: Mapping[str, str]
) -> AsyncIterator[tuple[Stage, httpx.AsyncClient]]:
    """A town beside the stand-in, whose clock the stand-in keeps; and who calls its listener."""
    async with serve(meta.app) as graph:
        meta.url = graph
        told = {
            "UTEBRU_PUBLIC_URL": NOWHERE,
            "UTEBRU_META__APP_SECRET": SECRET,
            "UTEBRU_META__VERIFY_TOKEN": VERIFY,
            "UTEBRU_META__GRAPH_URL": f"{graph}/v25.0",
        }
        async with stage_in(place, template=template, env={**told, **env}) as stage:
            meta.clock = stage.clock.now
            async with heard_at(stage) as http:
                yield stage, http
