"""A store that burns down, and one that is raised again from a backup."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from casestore.backup.restoring import Restored, restore
from casestore.backup.taking import take
from casestore.settings import Settings
from casestore.web import create_app
from tests.casestore.stage import TOKEN, Bridge, Person, Stage, client


async def backup(stage: Stage, name: str = "kopier") -> Path:
    """A backup of the store as it is now, and as an operator keeps it: with the key file."""
    taken = await take(stage.store, stage.settings.keyring.parent.parent / name)
    return taken.path


async def again(
    stage: Stage, settings: Settings, file: Path, *, over: bool = False, unlogged: str = ""
) -> Restored:
    """Restore the file, on a machine that has the key file and the log outside."""
    return await restore(settings, file, clock=stage.clock.now, over=over, unlogged=unlogged)


def elsewhere(stage: Stage, url: str, home: Path) -> Settings:
    """Another machine: copies of the key file and the log outside, and an empty database."""
    home.mkdir(parents=True)
    keyring = home / "casestore.keys"
    shutil.copy(stage.settings.keyring, keyring)
    shutil.copy(stage.settings.outside, home / "casestore.keys.deletions")
    return replace(stage.settings, database_url=url, keyring=keyring, backup_days=0)


@asynccontextmanager
async def raised(stage: Stage, settings: Settings) -> AsyncIterator[Stage]:
    """The restored store, serving."""
    app = create_app(settings, clock=stage.clock.now)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(client(app, {"Authorization": f"Bearer {TOKEN}"}))
        yield Stage(app=app, bridge=Bridge(http), settings=settings, clock=stage.clock, stack=stack)


async def in_at(stage: Stage, person: Person) -> Person:
    """The same employee with a browser at the restored store; whether the log-in holds is seen."""
    return Person(id=person.id, login=person.login, http=await stage.browser())


async def gets(person: Person, path: str) -> httpx.Response:
    return await person.http.get(path)
