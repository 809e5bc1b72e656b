"""Several youths and their caseworkers at once, in an order that chance decides."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Final

from bridge.bridge import Bridge
from bridge.domain.cards import ReplyCard, RootCard
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.keyring import FileKeyRing
from bridge.ports import Join, SendFailed, Surroundings
from bridge.vault.sql import SqlVault
from tests.support.crash_world import AMIR, PRACTICE, ROOM, World
from tests.support.every_channel import everywhere
from tests.support.phones import MemoryChannel
from tests.support.rooms import Posted

MARK: Final = re.compile(r"#(\d+)\.\d+#")
"""Every word said on this stage says whose it is: `#youth.number#`."""


@dataclass(slots=True)
class Crossing:
    """A world in memory with one vault; youths are numbered, and nobody is ever reused."""

    world: World
    bridge: Bridge
    _youths: "count[int]" = field(default_factory=lambda: count(1))
    _words: "count[int]" = field(default_factory=count)
    here: list[int] = field(default_factory=list)
    """Who writes these days; now and then somebody stops, and somebody new begins."""

    async def plays(self, chance: random.Random, *, events: int) -> None:
        """
        Interleave that many events of two or three youths at random.

        Each writes on any channel, and all number their messages alike; now and then two are
        joined, or parted again, and a platform asks for patience, and may say how much.
        """
        if len(self.here) > 2 and chance.random() < 0.3:
            self.here.remove(chance.choice(self.here))
        while len(self.here) < chance.choice((2, 2, 3)):
            self.here.append(next(self._youths))
        for _ in range(events):
            youth = chance.choice(self.here)
            chance.choice(self._acts)(youth, chance)
            if chance.random() < 0.1:
                await self._decides(youth, chance)
            if chance.random() < 0.1:
                self._storms(chance)
            await self._meanwhile(chance)

    async def rests(self) -> None:
        """Until everything that has been set going has come to rest."""
        clock = self.world.clock
        end = clock.now() + timedelta(minutes=3)
        for _ in range(2_000):
            await self.hears(random.Random(0))
            if await self.bridge.round():
                continue
            due = await self.bridge.next_due()
            if due is None or due > end:
                return
            clock.set(max(due, clock.now() + timedelta(milliseconds=1)))
        raise AssertionError("something keeps going round")

    @property
    def _acts(self) -> tuple[Callable[[int, random.Random], None], ...]:
        return (
            self._says, self._says, self._says, self._edits, self._answers, self._answers,
            self._fills_in, self._notes, self._undoes, self._consents, self._consents, self._ends,
            self._deletes, self._unsends, self._carries, self._carries,
        )  # fmt: skip

    def _new_words(self, youth: int) -> str:
        return f"#{youth}.{next(self._words)}#"

    @property
    def _channels(self) -> tuple[MemoryChannel, ...]:
        return (self.world.channel, *self.world.others)

    def _says(self, youth: int, chance: random.Random) -> None:
        chance.choice(self._channels).says(address(youth), self._new_words(youth))

    def _edits(self, youth: int, chance: random.Random) -> None:
        channel = chance.choice(self._channels)
        own = [b.ref for b in channel.sees(address(youth)) if not b.ours]
        if own:
            channel.rewords(address(youth), chance.choice(own), self._new_words(youth))

    def _unsends(self, youth: int, chance: random.Random) -> None:
        channel = chance.choice(self.world.others)
        own = [b.ref for b in channel.sees(address(youth)) if not b.ours]
        if own:
            channel.unsends(address(youth), chance.choice(own))

    async def _decides(self, youth: int, chance: random.Random) -> None:
        """The record says that a youth on two channels is one, or, wrongly perhaps, is not."""
        there = chance.choice(self.world.others).name
        async with self.bridge.vault.begin() as tx:
            into = await tx.threads.of(self.world.channel.name, address(youth))
            line = await tx.threads.of(there, address(youth))
        if into is None or line is None:
            return
        decided, now = self.world.record.decided, self.world.clock.now()
        decided.append(
            Join(
                id=f"jo_{len(decided)}", thread=line.id, into=into.id,
                joined=chance.random() < 0.7, at=now,
            )
        )  # fmt: skip
        await self.bridge.tend()

    def _storms(self, chance: random.Random) -> None:
        """Too many requests: sometimes it is said for how long, and sometimes not."""
        after = chance.choice((None, timedelta(seconds=chance.randrange(1, 30))))
        sides = (*(each.trouble for each in self._channels), self.world.workspace.trouble)
        chance.choice(sides).extend(
            SendFailed(Reason.BUSY, retry=True, after=after) for _ in range(chance.randrange(1, 4))
        )

    def _answers(self, youth: int, _: random.Random) -> None:
        if root := self._root(youth):
            self.world.workspace.writes(AMIR, ROOM, self._new_words(youth), root.ref, to_youth=True)

    def _notes(self, youth: int, _: random.Random) -> None:
        if root := self._root(youth):
            words = f"notat {self._new_words(youth)}"
            self.world.workspace.writes(AMIR, ROOM, words, root.ref, to_youth=False)

    def _fills_in(self, youth: int, _: random.Random) -> None:
        if root := self._root(youth):
            about, words = _conversation(root), self._new_words(youth)
            self.world.workspace.submits(AMIR, "reply", about, text=words)

    def _undoes(self, youth: int, chance: random.Random) -> None:
        root = self._root(youth)
        cards = self.world.workspace.thread(root.ref) if root else []
        replies = [p for p in cards if isinstance(p.card, ReplyCard)]
        if replies:
            chosen = chance.choice(replies)
            delivery = chosen.card.delivery if isinstance(chosen.card, ReplyCard) else ""
            action = chance.choice(("undo", "again", "keep"))
            self.world.workspace.presses(AMIR, chosen.ref, action, delivery)

    def _carries(self, youth: int, chance: random.Random) -> None:
        """Somebody says that they have sent what is to be carried."""
        root = self._root(youth)
        cards = self.world.workspace.thread(root.ref) if root else []
        for posted in cards:
            if isinstance(posted.card, ReplyCard) and posted.card.carry is not None:
                action = chance.choice(("carried", "carried", "not_carried"))
                self.world.workspace.presses(AMIR, posted.ref, action, posted.card.delivery)
                return

    def _consents(self, youth: int, chance: random.Random) -> None:
        channel = chance.choice(self._channels)
        bubbles = channel.sees(address(youth))
        labels = {button.label for bubble in bubbles for button in bubble.buttons}
        if labels:
            yes = "Ja" in labels and chance.random() < 0.7
            channel.presses(address(youth), "Ja" if yes else chance.choice(sorted(labels)))

    def _ends(self, youth: int, _: random.Random) -> None:
        if root := self._root(youth):
            self.world.workspace.submits(AMIR, "end", f"{_conversation(root)}|1000000")

    def _deletes(self, youth: int, chance: random.Random) -> None:
        root = self._root(youth)
        own = [p.ref for p in self.world.workspace.thread(root.ref) if p.user] if root else []
        if own:
            self.world.workspace.deletes(chance.choice(own))

    def _root(self, youth: int) -> Posted | None:
        """The newest room thread that the youth's words stand in."""
        posts = self.world.workspace.posts
        for posted in reversed(list(posts.values())):
            if f"#{youth}." in posted.words and posted.user is None and posted.root in posts:
                return posts[posted.root]
        return None

    async def _meanwhile(self, chance: random.Random) -> None:
        """Some of what waits is heard, in any order of the two sides, and some work is done."""
        if chance.random() < 0.5:
            await self.hears(chance)
        match chance.randrange(3):
            case 0:
                await self.bridge.round()
            case 1:
                carry = self.bridge.outgoing.carry_due
                await asyncio.gather(carry(), self.hears(chance), self.bridge.incoming.work(5))
            case _:
                for _ in range(chance.randrange(1, 6)):
                    self.world.clock.move(timedelta(seconds=chance.randrange(1, 4)))
                    await self.bridge.outgoing.carry_due()

    async def hears(self, chance: random.Random) -> None:
        for channel in self.world.others:
            chance.shuffle(channel.outbox)  # Meta promises no order
        sides = [*(each.outbox for each in self._channels), self.world.workspace.outbox]
        chance.shuffle(sides)
        for waiting in sides:
            while waiting:
                letter = waiting.pop(0)
                await self.bridge.accept(letter.source, letter.event, letter.body)
                if chance.random() < 0.1:
                    await self.bridge.accept(letter.source, letter.event, letter.body)

    def strays(self) -> Iterator[str]:
        """Every word that stands where it does not belong."""
        chats = [chat for each in self._channels for chat in each.chats.items()]
        for chat, bubbles in chats:
            for bubble in bubbles.values():
                if {str(address(owner)) for owner in owners(bubble.text)} - {chat}:
                    yield "a youth reads what is another's"
                if "notat" in bubble.text:
                    yield "a youth reads what colleagues say"
        threads: dict[Ref, set[int]] = {}
        for posted in self.world.workspace.posts.values():
            threads.setdefault(posted.root or posted.ref, set()).update(owners(posted.words))
        if any(len(found) > 1 for found in threads.values()):
            yield "two youths in one room thread"
        for document in self.world.record.under("transcripts").values():
            if len(owners(str(document))) > 1:
                yield "two youths in one transcript"


def address(youth: int) -> Address:
    return Address(str(7_000_000 + youth))


def owners(text: str) -> set[int]:
    return {int(found) for found in MARK.findall(text)}


def _conversation(root: Posted) -> str:
    return root.card.conversation if isinstance(root.card, RootCard) else ""


@asynccontextmanager
async def crossing(folder: Path, url: str) -> AsyncIterator[Crossing]:
    """On the real vault, in the database at `url`; the world around it is in memory."""
    world = everywhere()
    ring = FileKeyRing.open(folder / "ring.json", data_dir=folder / "data")
    async with SqlVault.opened(
        url, keys=ring, clock=world.clock, mint=world.mint, team=PRACTICE.team
    ) as vault:
        around = Surroundings(
            vault=vault,
            channels={each.name: each for each in (world.channel, *world.others)},
            workspace=world.workspace,
            record=world.record,
            clock=world.clock,
            mint=world.mint,
            practice=PRACTICE,
        )
        here = Crossing(world, Bridge(around, vault))
        await here.bridge.tend()
        yield here
