"""
A talk on a platform that tells more and allows less than Telegram does.

Both ends are in memory, with the real vault and bridge between them. What the team reads is
what Slack would be given to show.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, cast

from bridge.domain.canonical import Document
from bridge.domain.capabilities import Capabilities
from bridge.domain.cards import Form, RootCard
from bridge.domain.copies import Place
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import Entry
from bridge.domain.threads import Conversation
from tests.support import shown
from tests.support.crash_world import AMIR, MAYA, ROOM, Life, World, life, new_home
from tests.support.phones import LIMITED, MemoryChannel
from tests.support.rooms import MemoryWorkspace, Posted

SOON: Final = timedelta(seconds=30)


@dataclass(slots=True)
class Elsewhere:
    life: Life

    @property
    def world(self) -> World:
        return self.life.world

    @property
    def channel(self) -> MemoryChannel:
        return self.world.channel

    @property
    def workspace(self) -> MemoryWorkspace:
        return self.world.workspace

    async def says(self, text: str) -> Ref:
        """Maya writes."""
        ref = self.channel.says(MAYA, text)
        await self.life.rests(SOON)
        return ref

    async def unsends(self, ref: Ref) -> None:
        """Maya takes a message back, and sees it no more herself."""
        self.channel.unsends(MAYA, ref)
        await self.settles()

    async def consents(self, text: str) -> Ref:
        """Maya writes, and says yes to a journal."""
        ref = await self.says(text)
        self.channel.presses(MAYA, "Ja")
        await self.settles()
        return ref

    async def answers(self, text: str) -> Ref:
        """Amir writes to her in the room thread, and lets it be sent."""
        post = self.world.amir_replies(text)
        await self.life.rests(SOON)
        return post

    async def half_way(self) -> None:
        """What has come is worked on and carried once; nobody has looked for what got lost."""
        await self.life.hears()
        await self.life.bridge.incoming.work()
        self.world.clock.move(timedelta(seconds=2))
        await self.life.bridge.outgoing.carry_due()

    async def settles(self) -> None:
        await self.life.rests(SOON)

    async def later(self, by: timedelta, *, step: timedelta = timedelta(hours=1)) -> None:
        """Let time pass, with the bridge tending to what time asks for."""
        end = self.world.clock.now() + by
        while self.world.clock.now() < end:
            self.world.clock.set(min(self.world.clock.now() + step, end))
            await self.life.bridge.tend()
            await self.settles()

    async def clicks(self, action: str) -> None:
        """Press the newest button of this kind that stands in the room."""
        for posted in reversed(list(self.workspace.posts.values())):
            for button in shown.buttons(posted):
                if button["action_id"] == action:
                    self.workspace.presses(AMIR, posted.ref, action, button["value"])
                    return await self.settles()
        raise LookupError(action)

    async def ends(self) -> None:
        card = self.world.root().card
        assert isinstance(card, RootCard)
        form = await self.life.bridge.form("end", card.conversation, AMIR)
        assert isinstance(form, Form)
        self.workspace.submits(AMIR, "end", form.about)
        await self.settles()

    def head(self) -> str:
        """What the head of the newest room thread says."""
        return shown.text(self.world.root())

    def reads(self) -> str:
        """Everything in the newest room thread, as Slack shows it."""
        return "\n".join(shown.text(p) for p in self.workspace.thread(self.world.root().ref))

    def ref_of(self, text: str) -> Ref:
        """What goes by which name in Maya's chat."""
        return next(b.ref for b in self.channel.sees(MAYA) if b.text == text)

    def text_of(self, posted: Posted) -> str:
        return shown.text(posted)

    def heard(self) -> Sequence[str]:
        """What Maya's phone shows from us."""
        return [bubble.text for bubble in self.channel.sees(MAYA) if bubble.ours]

    async def talks(self) -> Sequence[Conversation]:
        """Every conversation with her, oldest first."""
        async with self.life.bridge.vault.begin() as tx:
            thread = await tx.threads.of(self.channel.name, MAYA)
            return () if thread is None else await tx.threads.conversations(thread.id)

    async def verdicts(self, place: Place) -> Sequence[tuple[str, str | None]]:
        """What is known of every copy of the first conversation, in some place."""
        talk = (await self.talks())[0]
        async with self.life.bridge.vault.begin() as tx:
            copies = await tx.copies.of(talk.id)
        return [(c.verdict.value, c.evidence) for c in copies if c.place is place]

    def filed(self) -> Sequence[Document]:
        """What the record holds of what was said, talk by talk."""
        transcripts = self.world.record.under("transcripts").values()
        return [m for document in transcripts for m in cast("list[Document]", document["messages"])]

    async def entries(self) -> Sequence[Entry]:
        """What the newest conversation holds, if its words are here still."""
        talk = (await self.talks())[-1]
        if talk.stage is Stage.FORGOTTEN:
            return ()
        async with self.life.bridge.vault.begin() as tx:
            return await tx.words.upto(talk.id, talk.ledger.last_seq)


@asynccontextmanager
async def elsewhere(
    place: Path, *, name: str = "messenger", can: Capabilities = LIMITED
) -> AsyncIterator[Elsewhere]:
    async with life(World.new(channel=name, can=can), new_home(place / "elsewhere")) as here:
        await here.begins()
        yield Elsewhere(here)


__all__ = ["AMIR", "MAYA", "ROOM", "Elsewhere", "elsewhere"]
