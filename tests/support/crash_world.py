"""A town in memory around one vault on disk, which may lose its bridge at any moment."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo

from bridge.bridge import Bridge
from bridge.domain.capabilities import Capabilities
from bridge.domain.hours import Hours
from bridge.domain.ids import Address, Ref, Room
from bridge.domain.practice import Practice
from bridge.domain.threads import Conversation
from bridge.handover import Handover
from bridge.keyring import FileKeyRing
from bridge.ports import Deletion, Employee, Join, Surroundings
from bridge.vault.sql import SqlVault
from tests.support.clock import StoppedClock
from tests.support.fuse import Crash, Fuse, fused_vault
from tests.support.phones import CAPABILITIES, LIMITED, MemoryChannel
from tests.support.record import MemoryRecord
from tests.support.rooms import MemoryWorkspace, Posted
from tests.vault.rig import SeededMint

MAYA: Final = Address("4477001")
THERE: Final = Address("9900042")
"""Maya, as Messenger knows her."""
AMIR: Final = "U_AMIR"
ROOM: Final = Room("C_UNGDOM")
AMIRS: Final = Room("C_AMIR")
"""Which he alone reads."""
EVENT_ROUNDS: Final = 3_000

EMPLOYEE: Final = Employee(id="e_amir", role="caseworker", active=True, user=AMIR)
ALWAYS: Final = Hours(
    open={day: (time(0, 0), time(23, 59)) for day in range(7)}, zone=ZoneInfo("Europe/Oslo")
)
PRACTICE: Final = Practice(team="utekontakten", room=ROOM, hours=ALWAYS, revisions_kept=False)


class NeverStill(AssertionError):
    """Something keeps going round."""


@dataclass(slots=True, kw_only=True)
class World:
    """Everything that a crash of the bridge does not touch."""

    clock: StoppedClock
    mint: SeededMint
    channel: MemoryChannel
    workspace: MemoryWorkspace
    record: MemoryRecord
    others: tuple[MemoryChannel, ...] = ()
    """Other channels that the same youths write on."""
    said: list[str] = field(default_factory=list)
    """What Maya has said, in order."""
    sent: list[bytes] = field(default_factory=list)
    """The files she has sent, in order."""
    replies: list[str] = field(default_factory=list)
    """What Amir meant her to hear, each text his own."""
    undone: set[str] = field(default_factory=set)
    regretted: list[str] = field(default_factory=list)
    """What Maya has said and taken back, in each of its wordings."""
    past_us: list[str] = field(default_factory=list)
    """What somebody in the team has said to her at the platform itself."""
    lost: int = 0
    """Replies whose answers have got lost, and of which nobody has told since."""
    ends_as: str | None = None
    """The state that the one reply must be shown in."""
    acted: bool = False
    """The scene has begun; before that, there is nothing that it could have come to."""

    @classmethod
    def with_messenger(cls) -> Self:
        """On Telegram, and on a platform that tells more and allows less."""
        world = cls.new()
        world.others = (MemoryChannel(world.clock, name="messenger", can=LIMITED),)
        return world

    @classmethod
    def new(cls, *, channel: str = "telegram", can: Capabilities = CAPABILITIES) -> Self:
        clock = StoppedClock(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
        return cls(
            clock=clock,
            mint=SeededMint(),
            channel=MemoryChannel(clock, name=channel, can=can),
            workspace=MemoryWorkspace(clock, [AMIR]),
            record=MemoryRecord([EMPLOYEE]),
        )

    def maya_says(self, *texts: str) -> None:
        for text in texts:
            self.said.append(text)
            self.channel.says(MAYA, text)

    def maya_says_there(self, text: str) -> None:
        """On Messenger."""
        self.said.append(text)
        self.others[0].says(THERE, text)

    def maya_sends(self, body: bytes) -> None:
        """A file, with no words to it."""
        self.said.append("")
        self.sent.append(body)
        self.channel.sends_file(MAYA, body)

    def amir_replies(self, text: str) -> Ref:
        self.replies.append(text)
        root = self.root()
        return self.workspace.writes(AMIR, root.room, text, root.ref, to_youth=True)

    def delete(self, talk: Conversation) -> None:
        """As the team leader does it in the record: all of Maya."""
        told = Deletion(id="del_1", thread=talk.thread, conversation=None, at=self.clock.now())
        self.record.deleted.append(told)

    def standing(self) -> object:
        """How it is outside, to be compared with how it was."""
        return (
            repr(self.channel.chats), len(self.channel.outbox),
            repr(self.workspace.posts), len(self.workspace.files),
            len(self.workspace.outbox), len(self.workspace.whispers),
            tuple(self.record.held), len(self.record.files), tuple(self.record.confirmed),
        )  # fmt: skip

    def root(self) -> Posted:
        """The head of the newest room thread."""
        return [p for p in self.workspace.posts.values() if "samtykke:" in p.words][-1]


@dataclass(slots=True, kw_only=True)
class Life:
    """One process, from its start to its end."""

    world: World
    bridge: Bridge

    async def begins(self) -> None:
        """What every start does, before anything else has happened."""
        await self.bridge.tend()
        await self.bridge.gaps.read()

    async def decides(self, *, joined: bool) -> None:
        """The record says that it is the same Maya on both channels, or that it is not."""
        async with self.bridge.vault.begin() as tx:
            into = await tx.threads.of("telegram", MAYA)
            line = await tx.threads.of("messenger", THERE)
        if into is None or line is None:
            raise LookupError(MAYA)
        decided = self.world.record.decided
        order = f"jo_{len(decided) + 1}"
        now = self.world.clock.now()
        decided.append(Join(id=order, thread=line.id, into=into.id, joined=joined, at=now))

    async def first_talk(self) -> Conversation:
        """Raises `LookupError` where Maya is not known."""
        async with self.bridge.vault.begin() as tx:
            thread = await tx.threads.of(self.world.channel.name, MAYA)
            if thread is None:
                raise LookupError(MAYA)
            return (await tx.threads.conversations(thread.id))[0]

    async def rests(
        self,
        within: timedelta = timedelta(minutes=5),
        *,
        step: timedelta = timedelta(milliseconds=1),
    ) -> None:
        """Until nothing falls due within that time; the clock moves to whatever does."""
        clock = self.world.clock
        end = clock.now() + within
        for _ in range(EVENT_ROUNDS):
            await self.hears()
            if await self.bridge.round():
                continue
            due = await self.bridge.next_due()
            if due is None or due > end:
                return
            clock.set(max(due, clock.now() + step))
        raise NeverStill

    async def hears(self) -> None:
        """A platform tells again until it has been told that we have it."""
        channels = (self.world.channel, *self.world.others)
        for waiting in (*(c.outbox for c in channels), self.world.workspace.outbox):
            while waiting:
                letter = waiting[0]
                await self.bridge.accept(letter.source, letter.event, letter.body)
                waiting.pop(0)


class NotAlone(RuntimeError):
    """Something else runs on this loop: give the test `loop_scope="function"`."""


@asynccontextmanager
async def life(
    world: World, home: Path, fuse: Fuse | None = None, *, url: str | None = None
) -> AsyncIterator[Life]:
    """
    A bridge on the vault in `home`, or at `url`; with a fuse, all that it calls goes through it.

    On a loop of its own: at its end everything on the loop is waited for, and somebody else's
    servers would never end.
    """
    if asyncio.all_tasks() - {asyncio.current_task()}:
        raise NotAlone
    fuse = fuse or Fuse()
    ring = FileKeyRing.open(home / "keys" / "ring.json", data_dir=home / "data")
    kind: type[SqlVault] = fused_vault(fuse)
    opened = kind.opened(
        url or f"sqlite:///{home / 'data' / 'vault.db'}",
        keys=fuse.through(ring, name="ring", sync=("add", "drop")),
        clock=world.clock,
        mint=world.mint,
        team=PRACTICE.team,
    )
    async with opened as vault:
        around = Surroundings(
            vault=vault,
            channels={
                channel.name: fuse.through(channel, name="channel")
                for channel in (world.channel, *world.others)
            },
            workspace=fuse.through(world.workspace, name="workspace"),
            record=fuse.through(world.record, name="record"),
            clock=world.clock,
            mint=world.mint,
            practice=PRACTICE,
        )
        try:
            bridge = Bridge(around, vault)
            # So that a talk of a few words goes in pieces, as a long one does.
            bridge.handover = Handover(around, piece=2)
            yield Life(world=world, bridge=bridge)
        finally:
            await _everybody_else_dies()


async def _everybody_else_dies() -> None:
    """What ran beside whatever crashed finds the plug pulled at its next call."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        with suppress(Crash, asyncio.CancelledError):
            await other


def new_home(folder: Path) -> Path:
    for part in ("data", "keys"):
        (folder / part).mkdir(parents=True)
    return folder


def same_home(home: Path, elsewhere: Path) -> Path:
    """A copy, to be ruined."""
    shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.copytree(home, elsewhere)
    return elsewhere
