"""
Everything in one process, over real HTTP and WebSocket on loopback.

Only the platforms are make-believe, and only they: the adapters, the bridge and the case
store are those that a municipality runs.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from bots.sandbox.server import serve
from bots.sandbox.slack.values import User
from bots.sandbox.world import Hook, LogSource, Sandbox
from bridge.bridge import Bridge
from bridge.ports import Clock, Mint
from bridge.serving import listening
from bridge.settings import Settings
from bridge.web import create_web
from bridge.wiring import Assembled, assembled, settings_of
from casestore.settings import Settings as StoreSettings
from casestore.users.commands import create_account, create_first_team_leader
from casestore.users.rules import Role
from casestore.web import create_app

TOKEN = "the-demo-and-nothing-else"
PASSWORD = "demo-passord-for-alle"
PATIENCE = 60.0
"""Seconds; a password is meant to be slow to try, and a machine may be busy."""
LEADER, CASEWORKERS = "turid", ("amir", "siri")


class CaseStore:
    """The case store on its own listener, which can be taken down and put up again."""

    def __init__(self, settings: StoreSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._up: AsyncExitStack | None = None
        self.url = f"http://{settings.host}:{settings.port}"

    async def up(self) -> None:
        if self._up is None:
            self._up = AsyncExitStack()
            app = create_app(self._settings, clock=self._clock.now)
            await self._up.enter_async_context(
                listening(app, self._settings.host, self._settings.port)
            )

    async def down(self) -> None:
        if self._up is not None:
            await self._up.aclose()
            self._up = None


class Town:
    def __init__(self, place: Path, clock: Clock, store_settings: StoreSettings) -> None:
        self.place, self.clock = place, clock
        self.store_settings = store_settings
        self.store = CaseStore(store_settings, clock)
        self.sandbox: Sandbox
        self.settings: Settings
        self.mint: Mint | None = None
        self.page = ""
        """Where the platforms are, and the page."""
        self.alive = False
        """Whether the bridge goes on by itself from when it is next up, as in production."""
        self.more_apps = False
        """Whether it speaks more than Telegram, and so is called."""
        self._bridge: AsyncExitStack | None = None
        self._assembled: Assembled | None = None

    @property
    def bridge(self) -> Bridge:
        return self.assembled.bridge

    @property
    def assembled(self) -> Assembled:
        if self._assembled is None:
            raise RuntimeError("the bridge is down")
        return self._assembled

    @property
    def is_up(self) -> bool:
        return self._assembled is not None

    async def bridge_up(self) -> None:
        if self._assembled is not None:
            return
        stack = AsyncExitStack()
        self._assembled = await stack.enter_async_context(
            assembled(
                self.settings,
                casestore_url=self.store.url,
                casestore_token=TOKEN,
                clock=self.clock,
                mint=self.mint,
                # Nobody waits for Telegram where the clock stands still.
                poll_wait=None if self.alive else 0,
            )
        )
        self._bridge = stack
        if self.more_apps:
            there = self._assembled
            web = create_web(health=there.health, hooks=there.hooks, meter=there.bridge.meter)
            url = await stack.enter_async_context(listening(web, "127.0.0.1", 0))
            self.sandbox.hears_at(url, by_itself=self.alive)
            stack.callback(self.sandbox.hears_at, None)
        if self.alive:
            await stack.enter_async_context(_working(self._assembled))
        elif self._assembled.socket is not None:
            await self._assembled.socket.start()
            stack.push_async_callback(self._assembled.socket.stop)

    async def bridge_down(self) -> None:
        if self._bridge is not None:
            await self._bridge.aclose()
            self._bridge, self._assembled = None, None

    async def people(self) -> None:
        """Accounts for everybody who works here, and their Slack users linked to them."""
        at = self.clock.now
        await create_first_team_leader(
            self.store_settings, login=LEADER, name="Turid", password=PASSWORD, clock=at
        )
        for login in CASEWORKERS:
            await create_account(
                self.store_settings,
                login=login,
                name=login.capitalize(),
                role=Role.CASEWORKER,
                password=PASSWORD,
                clock=at,
            )

    @asynccontextmanager
    async def browser(self, login: str) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody's browser, logged in to the case store's pages."""
        origin = {"Origin": self.store.url}
        async with httpx.AsyncClient(
            base_url=self.store.url, headers=origin, timeout=PATIENCE
        ) as http:
            await http.post("/login", data={"login": login, "password": PASSWORD})
            yield http

    async def code(self, login: str) -> str:
        """A code for tying a Slack user, made on the case store's page as a person would."""
        async with self.browser(login) as http:
            token = re.search(r'name="form_token" value="(\w+)"', (await http.get("/slack")).text)
            answer = await http.post("/slack/code", data={"form_token": token[1] if token else ""})
            shown = re.search(
                r'</span>(\w{4})<span aria-hidden="true"> </span>(\w{4})</p>', answer.text
            )
        return shown[1] + shown[2] if shown else ""

    def slack_users(self) -> Mapping[str, User]:
        return {"turid": self.sandbox.turid, "amir": self.sandbox.amir, "siri": self.sandbox.siri}


@asynccontextmanager
async def town(
    place: Path,
    clock: Clock,
    *,
    mint: Mint | None = None,
    database_url: str | None = None,
    store_database_url: str | None = None,
    port: int = 0,
    store_port: int = 0,
    hooks: Mapping[str, Hook] | None = None,
    log_source: LogSource | None = None,
    env: Mapping[str, str] | None = None,
    more_apps: bool = False,
) -> AsyncIterator[Town]:
    """A town under `place`, with the case store and the bridge up and nobody linked yet."""
    (place / "store").mkdir(parents=True, exist_ok=True)
    store_settings = StoreSettings(
        token=TOKEN,
        database_url=store_database_url or f"sqlite+aiosqlite:///{place}/store/casestore.db",
        keyring=place / "keys" / "casestore.keys",
        port=store_port or _free_port(),
        # Its password is printed for whoever tries it.
        second_factor="optional",
    )
    here = Town(place, clock, store_settings)
    here.mint = mint
    here.sandbox = Sandbox(
        clock=clock.now, hooks=hooks, log_source=log_source, log_url=here.store.url
    )
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(here.sandbox.app, port=port))
        more = {}
        if more_apps:
            mail = await stack.enter_async_context(serve(here.sandbox.outlook.app))
            more = here.sandbox.more_apps(url, mail)
            here.more_apps = True
        here.settings = settings_of(
            {
                "UTEBRU_DATA_DIR": str(place / "data"),
                "UTEBRU_KEYRING": str(place / "keys" / "keyring.json"),
                **({"UTEBRU_DATABASE_URL": database_url} if database_url else {}),
                **here.sandbox.environment(url),
                **more,
                **(env or {}),
            }
        )
        here.page = url
        await here.store.up()
        stack.push_async_callback(here.store.down)
        await here.bridge_up()
        stack.push_async_callback(here.bridge_down)
        yield here


@asynccontextmanager
async def _working(assembled: Assembled) -> AsyncIterator[None]:
    """Ears open and loops running until the block ends; what is half done is left as it is."""
    async with assembled.listening():
        working = asyncio.create_task(assembled.bridge.run())
        try:
            yield
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
