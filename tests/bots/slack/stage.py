"""Slack's stand-in with the production adapter connected to it, and a disk behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bots.sandbox.server import serve
from bots.sandbox.slack import Room, SlackStandIn, User
from bots.slack.app import SlackApp, build
from bots.slack.socket import Socket
from bots.slack.workspace import SlackWorkspace
from bridge.domain.cards import Form, FormKind, Note, RootCard
from bridge.domain.consent import Standing
from bridge.domain.ids import ConversationId
from bridge.domain.ids import Room as RoomId
from bridge.domain.lifecycle import Stage as Step
from bridge.domain.registering import Registered, Registration
from bridge.domain.speech import Event, Irrelevant

BOT, APP, ADMIN, SECRET = "xoxb-scene", "xapp-scene", "xoxp-scene", "hemmelighet-scene"
ROOT = RootCard(
    conversation=ConversationId("c_1"),
    alias="Blå rev",
    channel="telegram",
    standing=Standing.ASKED,
    stage=Step.OPEN,
    owner=None,
)


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class Behind:
    """What the bridge would do: a disk, forms, and an ear for connections."""

    held: dict[str, bytes] = field(default_factory=dict)
    tries: int = 0
    fails: int = 0
    ended: bool = False
    ups: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, source: str, event: str, body: bytes) -> bool:
        self.tries += 1
        if self.fails:
            self.fails -= 1
            raise OSError("no space left")
        fresh = event not in self.held
        self.held.setdefault(event, body)
        return fresh

    async def standing(self, registered: Registered) -> Registration | None:
        return None

    async def form(self, action: str, value: str, user: str) -> Form | Note | None:
        kind = FormKind.REPLY if action == "reply" else FormKind.END
        return Form(kind=kind, about=value, alias="Blå rev", notes=3)

    async def kept(self, about: str, text: str) -> Form | None:
        return Form(kind=FormKind.ENDED, about=about, alias="Blå rev") if self.ended else None

    async def connected(self) -> None:
        self.ups += 1
        self.up.set()

    async def is_up(self) -> None:
        await asyncio.wait_for(self.up.wait(), 10)
        self.up.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    slack: SlackStandIn
    behind: Behind
    workspace: SlackWorkspace
    kari: User
    room: Room
    app: SlackApp
    socket: Socket

    async def head(self) -> str:
        """A room thread; the ts of its root."""
        root = await self.workspace.show(RoomId(self.room.id), None, ROOT, key="k_root")
        return root.partition("/")[2]

    def read(self) -> list[Event]:
        """What lies on the disk and concerns somebody."""
        found = [self.workspace.read(body) for body in self.behind.held.values()]
        return [event for event in found if not isinstance(event, Irrelevant)]


@asynccontextmanager
async def staged(*, connect: bool = True) -> AsyncIterator[Stage]:
    clock = WallClock()
    slack = SlackStandIn(
        clock=clock.now,
        bot_token=BOT,
        app_token=APP,
        admin_token=ADMIN,
        signing_secret=SECRET,
        ack_within=0.5,
        retry_after=(0.05, 0.05, 0.05),
    )
    kari = slack.add_user("Kari")
    async with AsyncExitStack() as stack:
        api = f"{await stack.enter_async_context(serve(slack.app))}/api/"
        workspace = await stack.enter_async_context(
            SlackWorkspace(BOT, admin_token=ADMIN, api_url=api)
        )
        behind = Behind()
        app = build(behind, forms=behind, screen=workspace, clock=clock)
        stack.push_async_callback(app.close)
        socket = Socket(
            app,
            APP,
            clock=clock,
            api_url=api,
            on_connected=behind.connected,
            ping_seconds=0.2,
        )
        stack.push_async_callback(socket.stop)
        if connect:
            await socket.start()
            await behind.is_up()
        yield Stage(
            slack=slack,
            behind=behind,
            workspace=workspace,
            kari=kari,
            room=slack.add_room("innboks", kari),
            app=app,
            socket=socket,
        )
