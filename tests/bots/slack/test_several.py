"""Several processes, each with a connection to Slack: whatever one hears, all know of."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bots.sandbox.server import serve
from bots.sandbox.slack import Room, SlackStandIn, User
from bots.slack.app import build
from bots.slack.socket import Socket
from bots.slack.workspace import SlackWorkspace
from bridge.chance import Dice
from bridge.domain.speech import Post
from bridge.vault.sql import SqlVault, open_vault
from tests.bots.slack.stage import ADMIN, APP, BOT, Behind, WallClock
from tests.support.postgres import Server, drop_database, fresh_database, postgres
from tests.vault.rig import TEAM, ring_in

PROCESSES = 4


@dataclass(slots=True, kw_only=True)
class Process:
    """What of a bridge hears and keeps; `full`: it cannot keep anything just now."""

    socket: Socket
    vault: SqlVault
    heard: int = 0
    full: bool = False

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        self.heard += 1
        if self.full:
            raise OSError("no space left")
        return await self.vault.accept(source, event, body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    slack: SlackStandIn
    workspace: SlackWorkspace
    kari: User
    room: Room
    processes: Sequence[Process]

    async def taken(self) -> list[str]:
        """What lies in the inbox that they share, in the order it came."""
        async with self.processes[0].vault.begin() as tx:
            arrived = await tx.inbox.next(WallClock().now(), limit=100)
        read = [self.workspace.read(each.body) for each in arrived]
        return [each.text for each in read if isinstance(each, Post)]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as found:
        if found is None:
            pytest.skip("no PostgreSQL here")
        yield found


@asynccontextmanager
async def process(
    url: str, api: str, workspace: SlackWorkspace, keys: Path
) -> AsyncIterator[Process]:
    clock, behind = WallClock(), Behind()
    async with AsyncExitStack() as stack:
        vault = await stack.enter_async_context(
            open_vault(url, keys=ring_in(keys), clock=clock, mint=Dice(), team=TEAM)
        )

        async def accept(source: str, event: str, body: bytes) -> bool:
            return await made.accept(source, event, body)

        app = build(accept, forms=behind, screen=workspace, clock=clock)
        stack.push_async_callback(app.close)
        socket = Socket(
            app, APP, clock=clock, api_url=api, on_connected=behind.connected, ping_seconds=0.2
        )
        stack.push_async_callback(socket.stop)
        made = Process(socket=socket, vault=vault)
        await socket.start()
        await behind.is_up()
        yield made


@pytest.fixture
async def scene(server: Server, tmp_path: Path) -> AsyncIterator[Scene]:
    slack = SlackStandIn(
        clock=WallClock().now,
        bot_token=BOT,
        app_token=APP,
        admin_token=ADMIN,
        signing_secret="hemmelig",
        ack_within=2,
        retry_after=(0.05, 0.05, 0.05),
    )
    kari = slack.add_user("Kari")
    url = await fresh_database(server)
    async with AsyncExitStack() as stack:
        api = f"{await stack.enter_async_context(serve(slack.app))}/api/"
        workspace = await stack.enter_async_context(
            SlackWorkspace(BOT, admin_token=ADMIN, api_url=api)
        )
        processes = [
            await stack.enter_async_context(process(url, api, workspace, tmp_path))
            for _ in range(PROCESSES)
        ]
        yield Scene(
            slack=slack,
            workspace=workspace,
            kari=kari,
            room=slack.add_room("innboks", kari),
            processes=processes,
        )
    await drop_database(server, url)


async def test_slack_deals_what_is_written_over_all_and_each_is_taken_once(scene: Scene) -> None:
    """A caseworker's answer goes to the youth once, whichever of us heard it."""
    said = [f"nummer {n}" for n in range(24)]
    for text in said:
        scene.slack.posts(scene.kari, scene.room, text)
    await scene.slack.delivery.settled()

    assert len(scene.slack.sockets.open) == PROCESSES
    assert [each.heard for each in scene.processes] == [6] * PROCESSES
    assert sorted(await scene.taken()) == sorted(said)
    assert scene.slack.delivery.lost == []


async def test_what_slack_tells_twice_is_taken_once_though_two_hear_it(scene: Scene) -> None:
    """Slack tells again what it believes nobody heard; the other time, somebody else hears it."""
    scene.slack.delivery.hold()
    for n in range(8):
        scene.slack.posts(scene.kari, scene.room, f"nummer {n}")
    scene.slack.delivery.release(lambda held: [each for payload in held for each in [payload] * 3])
    await scene.slack.delivery.settled()

    assert sum(each.heard for each in scene.processes) == 24
    assert sorted(await scene.taken()) == [f"nummer {n}" for n in range(8)]


async def test_what_one_cannot_keep_another_keeps(scene: Scene) -> None:
    """One machine's full disk must not cost a youth an answer."""
    for each in scene.processes[:2]:
        each.full = True
    for n in range(8):
        scene.slack.posts(scene.kari, scene.room, f"nummer {n}")
    await scene.slack.delivery.settled()

    assert sorted(await scene.taken()) == [f"nummer {n}" for n in range(8)]
    assert scene.slack.delivery.lost == []


async def test_when_one_goes_the_others_hear_all(scene: Scene) -> None:
    """At an update they are stopped one after the other, and nobody notices."""
    async with asyncio.timeout(20):
        await scene.processes[0].socket.stop()
        for n in range(9):
            scene.slack.posts(scene.kari, scene.room, f"nummer {n}")
        await scene.slack.delivery.settled()

    assert scene.processes[0].heard == 0
    assert sorted(await scene.taken()) == [f"nummer {n}" for n in range(9)]
