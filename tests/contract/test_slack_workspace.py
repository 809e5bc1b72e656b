"""Slack's adapter keeps the workspace's promises, over HTTP and a WebSocket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bots.sandbox.faults import Fault
from bots.sandbox.server import serve
from bots.sandbox.slack import Room as SlackRoom
from bots.sandbox.slack import SlackStandIn, User
from bots.slack.app import build
from bots.slack.socket import Socket
from bots.slack.workspace import SlackWorkspace
from bridge.domain.cards import Form, Note
from bridge.domain.ids import Ref, Room
from bridge.domain.registering import Registered, Registration
from bridge.domain.speech import Event
from tests.contract.workspace_contract import WorkspaceContract

BOT, APP, ADMIN = "xoxb-proeve-1", "xapp-proeve-1", "xoxp-proeve-1"


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class NoForms:
    async def standing(self, registered: Registered) -> Registration | None:
        return None

    async def form(self, action: str, value: str, user: str) -> Form | Note | None:
        return None

    async def kept(self, about: str, text: str) -> Form | None:
        return None


@dataclass(slots=True, kw_only=True)
class SlackRig:
    workspace: SlackWorkspace
    without_admin: SlackWorkspace
    slack: SlackStandIn
    place: SlackRoom
    her: User
    him: User
    bodies: list[bytes] = field(default_factory=list)

    @property
    def room(self) -> Room:
        return Room(self.place.id)

    @property
    def kari(self) -> str:
        return self.her.id

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        self.bodies.append(body)
        return True

    async def kari_writes(self, words: str, root: Ref | None, *, to_youth: bool = False) -> Ref:
        said = f"@utebru {words}" if to_youth else words
        thread = root.partition("/")[2] if root else None
        return Ref(f"{self.room}/{self.slack.posts(self.her, self.place, said, thread_ts=thread)}")

    def kari_gives(self, body: bytes) -> Ref:
        return Ref(f"{self.room}/{self.slack.puts_in_form(self.her, 'skjerm.png', body)}")

    async def kari_deletes(self, ref: Ref) -> None:
        self.slack.deletes(self.her, self.place, ref.partition("/")[2])

    async def kari_sees(self, root: Ref) -> str:
        return self._sees(root, self.her)

    async def ola_sees(self, root: Ref) -> str:
        return self._sees(root, self.him)

    def _sees(self, root: Ref, user: User) -> str:
        shown = self.slack.thread(self.place, root.partition("/")[2], user)
        return "\n".join(f"{seen.words}\n{seen.files}" for seen in shown)

    async def lock_screens(self) -> Sequence[str]:
        return [alert.text for alert in self.slack.notifications(self.her)]

    async def told(self) -> Sequence[Event]:
        await self.slack.delivery.settled()
        bodies, self.bodies = self.bodies, []
        return [self.workspace.read(body) for body in bodies]

    def busy(self, seconds: int) -> None:
        self.slack.faults.next(Fault.RATE_LIMITED, method="chat.postMessage", seconds=seconds)

    def lose_answer(self) -> None:
        self.slack.faults.next(Fault.RESET_AFTER, method="chat.postMessage")


class TestSlack(WorkspaceContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[SlackRig]:
        clock = WallClock()
        slack = SlackStandIn(
            clock=clock.now,
            bot_token=BOT,
            app_token=APP,
            admin_token=ADMIN,
            signing_secret="hemmelighet",
        )
        kari, ola = slack.add_user("Kari"), slack.add_user("Ola")
        async with AsyncExitStack() as stack:
            api = f"{await stack.enter_async_context(serve(slack.app))}/api/"
            workspace = await stack.enter_async_context(
                SlackWorkspace(BOT, admin_token=ADMIN, api_url=api)
            )
            alone = await stack.enter_async_context(
                SlackWorkspace(BOT, admin_token=None, api_url=api)
            )
            rig = SlackRig(
                workspace=workspace,
                without_admin=alone,
                slack=slack,
                place=slack.add_room("ungdom-innboks", kari, ola),
                her=kari,
                him=ola,
            )
            app = build(rig.accept, forms=NoForms(), screen=workspace, clock=clock)
            stack.push_async_callback(app.close)
            up = asyncio.Event()

            async def connected() -> None:
                up.set()

            socket = Socket(app, APP, clock=clock, api_url=api, on_connected=connected)
            stack.push_async_callback(socket.stop)
            await socket.start()
            await asyncio.wait_for(up.wait(), 10)
            yield rig
