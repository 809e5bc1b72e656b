"""A town whose youths write on one more channel: what is the same whichever channel it is."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import httpx

from bridge.demo.actors import Caseworker
from bridge.domain.ids import Address
from bridge.domain.threads import Conversation, Thread
from bridge.serving import listening
from bridge.web import create_web
from tests.support.stage import Stage

NOWHERE: Final = "http://127.0.0.1:1"
"""Our own address, where nobody calls us by it."""


@dataclass(slots=True, kw_only=True)
class OnChannel(ABC):
    """The town, and Maya with the channel's app on her phone."""

    stage: Stage = field(repr=False)
    channel: str

    @property
    def amir(self) -> Caseworker:
        return self.stage.cast.amir

    @abstractmethod
    def addresses(self) -> Sequence[str]:
        """What she goes by there, the likeliest first."""

    async def answers(self, text: str, by: Caseworker | None = None) -> str:
        """A caseworker replies in the newest room thread, by a mention; the post's own `ts`."""
        self.stage.listens_for(text)
        ts = await (by or self.amir).writes(f"@utebru {text}", self.amir.root())
        await self.settles()
        return ts

    async def ends(self) -> None:
        await self.amir.ends(self.amir.root())
        await self.settles()

    async def settles(self) -> None:
        await self.stage.settles()

    async def later(self, by: timedelta) -> None:
        await self.stage.cast.director.later(by, step=timedelta(hours=1))
        await self.settles()

    def reads(self) -> str:
        return self.amir.reads(self.amir.root())

    async def threads(self) -> Sequence[Thread]:
        async with self.stage.town.bridge.vault.begin() as tx:
            found = [await tx.threads.of(self.channel, Address(a)) for a in self.addresses()]
        return [thread for thread in found if thread is not None]

    async def thread(self) -> Thread:
        return (await self.threads())[0]

    async def talk(self) -> Conversation:
        return await self.newest(await self.thread())

    async def newest(self, thread: Thread) -> Conversation:
        async with self.stage.town.bridge.vault.begin() as tx:
            return (await tx.threads.conversations(thread.id))[-1]


@asynccontextmanager
async def heard_at(stage: Stage, *, patience: float = 5) -> AsyncIterator[httpx.AsyncClient]:
    """The bridge's own listener, and somebody outside who can call it."""
    there = stage.town.assembled
    web = create_web(health=there.health, hooks=there.hooks, meter=there.bridge.meter)
    async with (
        listening(web, "127.0.0.1", 0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=patience) as http,
    ):
        yield http
