"""Everything is built here, by hand, once."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bots.registry import PLATFORMS, Http, SlackApp, SlackWorkspace, Socket, build
from bridge.accounts import SlackSettings
from bridge.bridge import Bridge
from bridge.casefile import open_case_record
from bridge.chance import Dice, WallClock
from bridge.domain.exports import Exported
from bridge.domain.ids import Address, Room
from bridge.domain.practice import PER_ROOM, Practice
from bridge.health import Health
from bridge.keyring import FileKeyRing
from bridge.ports import Call, Clock, Ears, Hook, Hooks, KeyRing, Mint, Opened, Reply, Surroundings
from bridge.relay import Deciding, Importing
from bridge.settings import Settings
from bridge.vault.sql import open_vault


class NotConfigured(Exception):
    """A setting is missing without which nothing can be promised; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The bridge with its ears; `socket` is None where Slack calls us."""

    bridge: Bridge
    platforms: Mapping[str, Opened]
    workspace: SlackWorkspace
    slack: SlackApp
    socket: Socket | None
    hooks: Hooks

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Ears open until the block ends; what is being taken in then is finished first."""
        async with AsyncExitStack() as stack:
            if self.socket is not None:
                await self.socket.start()
                stack.push_async_callback(self.socket.stop)
            for opened in self.platforms.values():
                if opened.listening is not None:
                    await stack.enter_async_context(opened.listening())
            yield

    async def health(self) -> Health:
        ears = {name: opened.last_event_at() for name, opened in self.platforms.items()}
        ears["slack"] = self.socket.last_event_at if self.socket else None
        return await self.bridge.health(ears)


def settings_of(env: Mapping[str, str]) -> Settings:
    """The settings, with those of every platform we speak. Raises `BadSettings`."""
    return Settings.from_env(env, PLATFORMS)


def key_ring(settings: Settings) -> KeyRing:
    """Raises what the one or the other raises when it is opened (`bridge.keyring`)."""
    told = settings.token
    if told is None:
        return FileKeyRing.open(settings.keyring, data_dir=settings.data_dir)
    from bridge.keyring.token import TokenKeyRing

    return TokenKeyRing.open(module=told.module, token=told.token, pin=told.pin, team=settings.team)


def practice(
    settings: Settings, *, rooms: tuple[Room, ...] = (), per_room: timedelta = PER_ROOM
) -> Practice:
    """`rooms`: those of single people, as the platforms tell."""
    slack = settings.slack
    if slack is None:
        raise NotConfigured("UTEBRU_SLACK__BOT_TOKEN")
    return Practice(
        team=settings.team,
        room=slack.room,
        rooms=rooms,
        leader=slack.leader_room,
        per_room=per_room,
        hours=settings.hours,
        numbers=settings.numbers,
        patience=settings.patience,
        limits=settings.limits,
        undo=settings.undo,
        cooling_off=settings.cooling_off,
        silence=settings.forget_address,
        wipes_people=slack.admin_token is not None,
        revisions_kept=slack.retention_confirmed_on is None,
    )


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    casestore_url: str,
    casestore_token: str,
    clock: Clock | None = None,
    mint: Mint | None = None,
    poll_wait: int | None = None,
    per_room: timedelta = PER_ROOM,
) -> AsyncIterator[Assembled]:
    """
    The bridge, ready and not yet running. Raises `NotConfigured`.

    `casestore_url` and its token come from the settings, or from the case store that runs
    in this process. `poll_wait`: how many seconds a question to Telegram may stand open.
    `per_room`: between posts in a room, where Slack is not the one that takes them.
    """
    if not settings.platforms:
        raise NotConfigured(
            "UTEBRU_TELEGRAM__TOKEN, UTEBRU_META__PAGE_TOKEN, UTEBRU_OUTLOOK__MAILBOX or "
            "UTEBRU_SNAPCHAT__NAME"
        )
    if settings.slack is None:
        raise NotConfigured("UTEBRU_SLACK__BOT_TOKEN")
    clock, mint = clock or WallClock(), mint or Dice()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        keys = key_ring(settings)
        vault = await stack.enter_async_context(
            open_vault(settings.database_url, keys=keys, clock=clock, mint=mint, team=settings.team)
        )
        record = await stack.enter_async_context(
            open_case_record(casestore_url, casestore_token, ca=settings.casestore.ca)
        )
        door = _Door()
        platforms = {
            name: await stack.enter_async_context(
                account.opened(
                    Ears(
                        accept=door.accept,
                        clock=clock,
                        report=partial(door.report, name),
                        wait=poll_wait,
                    )
                )
            )
            for name, account in settings.platforms.items()
        }
        workspace = await stack.enter_async_context(
            SlackWorkspace(
                settings.slack.bot_token,
                admin_token=settings.slack.admin_token,
                api_url=settings.slack.api_url,
                zone=settings.hours.zone,
            )
        )
        bridge = Bridge(
            Surroundings(
                vault=vault,
                channels={
                    each.name: each for opened in platforms.values() for each in opened.channels
                },
                workspace=workspace,
                record=record,
                clock=clock,
                mint=mint,
                practice=practice(
                    settings,
                    rooms=tuple(r for o in platforms.values() for r in o.rooms),
                    per_room=per_room,
                ),
            ),
            vault,
        )
        door.bridge = bridge
        slack = build(bridge.accept, forms=bridge, screen=workspace, clock=clock)
        stack.push_async_callback(slack.close)
        yield _with_ears(settings.slack, bridge, platforms, workspace, slack, clock)


@asynccontextmanager
async def deciding(settings: Settings) -> AsyncIterator[Deciding]:
    """What needs the vault alone."""
    clock, mint = WallClock(), Dice()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    keys = key_ring(settings)
    async with open_vault(
        settings.database_url, keys=keys, clock=clock, mint=mint, team=settings.team
    ) as vault:
        yield Deciding(vault, clock=clock, mint=mint, team=settings.team)


@asynccontextmanager
async def importing(
    env: Mapping[str, str], channel: str, written: Callable[[Address, Exported], bytes]
) -> AsyncIterator[Importing]:
    """What takes in an export; the bridge that runs does the rest. Raises `NotConfigured`."""
    settings = settings_of(env)
    if channel not in settings.platforms:
        raise NotConfigured(f"UTEBRU_{channel.upper()}__NAME")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    keys = key_ring(settings)
    async with open_vault(
        settings.database_url, keys=keys, clock=WallClock(), mint=Dice(), team=settings.team
    ) as vault:
        yield Importing(vault, channel=channel, written=written)


class _Door:
    """The bridge, for channels that are opened before it is there; nothing comes before that."""

    bridge: Bridge

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        return await self.bridge.accept(source, event, body)

    async def report(self, channel: str, trouble: str | None) -> None:
        await self.bridge.hearing_trouble(channel, trouble)


def _with_ears(
    settings: SlackSettings,
    bridge: Bridge,
    platforms: Mapping[str, Opened],
    workspace: SlackWorkspace,
    slack: SlackApp,
    clock: Clock,
) -> Assembled:
    hooks = {at: hook for opened in platforms.values() for at, hook in opened.hooks.items()}
    if settings.signing_secret is not None:
        http = Http(slack, settings.signing_secret, clock=clock)
        hooks["POST", "/slack/events"] = _events(http)
    return Assembled(
        bridge=bridge,
        platforms=platforms,
        workspace=workspace,
        slack=slack,
        socket=None
        if settings.app_token is None
        else Socket(
            slack,
            settings.app_token,
            clock=clock,
            api_url=settings.api_url,
            on_connected=bridge.listening_again,
        ),
        hooks=hooks,
    )


def _events(http: Http) -> Hook:
    async def hook(call: Call) -> Reply:
        status, body = await http.receive(call.body, call.headers)
        return Reply(status=status, body=body)

    return hook
