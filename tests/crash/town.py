"""The town around a real process: stand-in platforms on loopback, accounts, linked Slack users."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from bots.sandbox.server import serve
from bots.sandbox.world import Sandbox
from bridge.chance import WallClock
from bridge.demo.town import Town
from casestore.settings import Settings as StoreSettings
from tests.support.postgres import Server, fresh_database, postgres
from tests.support.served import Served, environment, free_port

TOKEN: Final = "a-token-for-the-crash-run-only"


class NotLinked(Exception):
    """A Slack user could not be linked to an account."""


@dataclass(slots=True, kw_only=True)
class Place:
    """One bridge in a process of its own, and everything it talks with."""

    town: Town
    served: Served
    database_url: str = field(repr=False)
    server: Server | None = None
    """The PostgreSQL that both databases are on, if they are."""

    @property
    def sandbox(self) -> Sandbox:
        return self.town.sandbox

    async def copied_to(self, folder: Path) -> str:
        """Copy the bridge's database, as a thief or a careless backup does; its address."""
        if self.server is not None:
            return await fresh_database(
                self.server, template=make_url(self.database_url).database or ""
            )
        for file in (self.served.place / "data").glob("bridge.db*"):
            shutil.copy(file, folder / file.name)
        return f"sqlite:///{folder / 'bridge.db'}"

    async def link_everybody(self) -> None:
        """As people do it: a code from the case store's page, typed in Slack."""
        for login, user in self.town.slack_users().items():
            for _ in range(40):
                code = await self.town.code(login)
                await self.sandbox.slack.slash(user, self.sandbox.room, "/utebru", f"koble {code}")
                await asyncio.sleep(1.5)
                said = [w.json.get("text", "") for w in self.sandbox.slack.whispers.all]
                if sum("koblet" in text for text in said) > list(self.town.slack_users()).index(
                    login
                ):
                    break
            else:
                raise NotLinked(login)


@asynccontextmanager
async def place(
    folder: Path,
    *,
    on_postgres: bool,
    on_disk: bool = False,
    sandbox: Sandbox | None = None,
    env: dict[str, str] | None = None,
    entry: tuple[str, ...] | None = None,
) -> AsyncIterator[Place]:
    """Everything but the bridge is up; the bridge has never been started."""
    for part in ("data", "keys"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        told = environment(folder, store_port=free_port(), token=TOKEN)
        server: Server | None = None
        if on_postgres:
            server = stack.enter_context(postgres(on_disk=on_disk))
            if server is None:
                raise SystemExit("No PostgreSQL here: set TEST_PG_URL, or install it.")
            told["UTEBRU_DATABASE_URL"] = await fresh_database(server)
            told["UTEBRU_CASESTORE__DATABASE_URL"] = await fresh_database(server)
        store = StoreSettings.from_env(told)
        town = Town(folder, WallClock(), store)
        town.sandbox = sandbox or Sandbox()
        url = await stack.enter_async_context(serve(town.sandbox.app))
        mail = await stack.enter_async_context(serve(town.sandbox.outlook.app))
        told |= town.sandbox.environment(url) | town.sandbox.more_apps(url, mail)
        town.sandbox.hears_at(f"http://127.0.0.1:{told['UTEBRU_PORT']}")
        served = Served(place=folder, env={**told, **(env or {})})
        if entry is not None:
            served.entry = entry
        stack.push_async_callback(served.kill)
        database = told.get("UTEBRU_DATABASE_URL", f"sqlite:///{folder / 'data' / 'bridge.db'}")
        await town.people()
        yield Place(town=town, served=served, server=server, database_url=database)
