"""
A youth with two phones' worth of apps: the same Maya on Telegram and on Messenger.

Both number their messages from 1, so that what goes by one number there is something else here.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, cast

from bridge.domain.canonical import Document
from bridge.domain.cards import Form, Notice, NoticeCard
from bridge.domain.ids import Ref
from bridge.domain.threads import Conversation, Thread
from tests.support import shown
from tests.support.crash_world import AMIR, MAYA, ROOM, THERE, Life, World, life, new_home
from tests.support.phones import MemoryChannel
from tests.support.rooms import Posted

SOON: Final = timedelta(seconds=30)


@dataclass(slots=True)
class Both:
    life: Life

    @property
    def world(self) -> World:
        return self.life.world

    @property
    def telegram(self) -> MemoryChannel:
        return self.world.channel

    @property
    def messenger(self) -> MemoryChannel:
        return self.world.others[0]

    async def settles(self) -> None:
        await self.life.rests(SOON)

    async def here(self, text: str) -> Ref:
        """Maya writes on Telegram."""
        ref = self.telegram.says(MAYA, text)
        await self.settles()
        return ref

    async def there(self, text: str) -> Ref:
        """Maya writes on Messenger."""
        ref = self.messenger.says(THERE, text)
        await self.settles()
        return ref

    async def presses(self, channel: MemoryChannel, label: str) -> None:
        channel.presses(MAYA if channel is self.telegram else THERE, label)
        await self.settles()

    def heard_here(self) -> Sequence[str]:
        return [b.text for b in self.telegram.sees(MAYA) if b.ours]

    def heard_there(self) -> Sequence[str]:
        return [b.text for b in self.messenger.sees(THERE) if b.ours]

    async def thread(self, channel: MemoryChannel) -> Thread:
        who = MAYA if channel is self.telegram else THERE
        async with self.life.bridge.vault.begin() as tx:
            found = await tx.threads.of(channel.name, who)
        assert found is not None
        return found

    async def talks(self, channel: MemoryChannel) -> Sequence[Conversation]:
        """The conversations of the thread on that channel itself, oldest first."""
        thread = (await self.thread(channel)).id
        async with self.life.bridge.vault.begin() as tx:
            return await tx.threads.conversations(thread)

    async def answers(self, text: str, channel: MemoryChannel) -> Ref:
        """Amir writes in the newest room thread of that channel's own thread."""
        root = (await self.talks(channel))[-1].root
        ref = self.world.workspace.writes(AMIR, ROOM, text, root, to_youth=True)
        await self.settles()
        return ref

    async def ends(self, channel: MemoryChannel) -> None:
        talk = (await self.talks(channel))[-1].id
        form = await self.life.bridge.form("end", talk, AMIR)
        assert isinstance(form, Form)
        self.world.workspace.submits(AMIR, "end", form.about)
        await self.settles()

    async def proposes(self, alias: str, *, case: str = "2026/17") -> None:
        """Amir says in Messenger's room thread that it is somebody he knows."""
        talk = (await self.talks(self.messenger))[-1].id
        form = await self.life.bridge.form("join", talk, AMIR)
        assert isinstance(form, Form)
        self.world.workspace.submits(AMIR, "join", form.about, text=alias, case=case)
        await self.settles()

    async def decides(self, *, joined: bool) -> None:
        """The case record says that Messenger's Maya is Telegram's, or that she is not."""
        await self.order(joined=joined)
        await self.life.bridge.tend()
        await self.settles()

    async def order(self, *, joined: bool) -> None:
        """It is decided, and nobody has asked for it yet."""
        await self.life.decides(joined=joined)

    async def are_one(self) -> None:
        """Known on both, and joined."""
        await self.here("hei, det er meg")
        await self.there("hei, ny telefon")
        await self.decides(joined=True)

    async def clicks(self, action: str, channel: MemoryChannel) -> None:
        """Press a button at the head of that thread's newest room thread."""
        head = await self.root(channel)
        button = next(b for b in shown.buttons(head) if b["action_id"] == action)
        self.world.workspace.presses(AMIR, head.ref, action, button["value"])
        await self.settles()

    async def root(self, channel: MemoryChannel) -> Posted:
        root = (await self.talks(channel))[-1].root
        assert root is not None
        return self.world.workspace.posts[root]

    async def head(self, channel: MemoryChannel) -> str:
        return shown.text(await self.root(channel))

    async def reads(self, channel: MemoryChannel) -> str:
        """All of the newest room thread of that channel's own thread, as Slack shows it."""
        head = await self.root(channel)
        return "\n".join(shown.text(p) for p in self.world.workspace.thread(head.ref))

    async def notices(self, channel: MemoryChannel) -> Sequence[Notice]:
        head = await self.root(channel)
        cards = [p.card for p in self.world.workspace.thread(head.ref)]
        return [card.notice for card in cards if isinstance(card, NoticeCard)]

    def transcripts(self) -> Sequence[Document]:
        return list(self.world.record.under("transcripts").values())

    def messages(self) -> Sequence[Document]:
        every = [cast("list[Document]", each["messages"]) for each in self.transcripts()]
        return [message for messages in every for message in messages]


@asynccontextmanager
async def both(place: Path) -> AsyncIterator[Both]:
    async with life(World.with_messenger(), new_home(place / "both")) as here:
        await here.begins()
        yield Both(here)


__all__ = ["AMIR", "MAYA", "THERE", "Both", "both"]
