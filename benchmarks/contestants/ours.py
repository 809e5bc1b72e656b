"""
Utebru as it is wired, with two things taken from it: the platforms' limits, which the stand-ins
do not have, and the seconds in which a reply may be undone.

`BENCH_ONLY_ACCEPT`: what comes is taken in and kept, and not worked on. `BENCH_LIMITS`: which
platforms' limits it keeps all the same, as in production. `BENCH_SHARED`: it is one of several,
beside which there is no case store.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import text

from benchmarks.contestants import listen, run
from benchmarks.contestants.surroundings import environment
from benchmarks.durability import told_by
from benchmarks.standins import ROOM, WORKER
from bridge import logs
from bridge.chance import WallClock
from bridge.demo.town import Town
from bridge.domain.capabilities import Capabilities
from bridge.domain.practice import PER_ROOM
from bridge.ports import Channel, Employee
from bridge.serving import listening, settled_in
from bridge.vault.sql import SqlVault
from bridge.web import create_web
from bridge.wiring import Assembled, assembled, settings_of
from casestore.settings import Settings as StoreSettings
from casestore.web import create_app

NOBODY: Final = "http://127.0.0.1:9"


class Unlimited:
    """A channel whose platform takes as much as comes."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.capabilities: Capabilities = replace(
            channel.capabilities, per_chat=timedelta(0), per_second=1_000_000
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


@asynccontextmanager
async def utebru(env: dict[str, str], *, record: bool) -> AsyncIterator[Assembled]:
    """`record`: with a case store beside it, as it runs where nothing else is set up."""
    settings, limits = settings_of(env), os.environ.get("BENCH_LIMITS", "").split()
    async with AsyncExitStack() as stack:
        url = NOBODY
        if record:
            store = StoreSettings.from_env(env)
            url = await stack.enter_async_context(
                listening(create_app(store), "127.0.0.1", store.port)
            )
        ready = await stack.enter_async_context(
            assembled(
                settings,
                casestore_url=url,
                casestore_token=env["UTEBRU_CASESTORE__TOKEN"],
                per_room=PER_ROOM if "slack" in limits else timedelta(0),
            )
        )
        if "telegram" in limits:
            yield ready
            return
        channels = cast("MutableMapping[str, Channel]", ready.bridge.around.channels)
        for name, channel in channels.items():
            channels[name] = cast("Channel", Unlimited(channel))
        yield ready


async def _hire(ready: Assembled, env: dict[str, str]) -> None:
    """One caseworker, tied to their Slack user with a code from the case store's page; once."""
    if await _hired(ready.bridge.vault):
        return
    town = Town(Path(env["UTEBRU_DATA_DIR"]), WallClock(), StoreSettings.from_env(env))
    await town.people()
    told = {"command": "/utebru", "text": f"koble {await town.code('amir')}", "user_id": WORKER,
            "channel_id": ROOM, "team_id": "T0BENCH", "trigger_id": "1.2.3"}  # fmt: skip
    await ready.slack.dispatch(told)
    while not await _hired(ready.bridge.vault):
        await ready.bridge.round()
        await ready.bridge.tend()


async def _known(ready: Assembled) -> None:
    """Where there is no case store: what it would have said of the caseworker."""
    worker = Employee(id="emp_bench", role="caseworker", active=True, user=WORKER)
    async with ready.bridge.vault.begin() as tx:
        await tx.staff.replace([worker])


async def _hired(vault: SqlVault) -> bool:
    async with vault.begin() as tx:
        return await tx.staff.by_user(WORKER) is not None


async def _durable(vault: SqlVault) -> None:
    async with vault.work() as work:
        await told_by(lambda ask: work.connection.scalar(text(ask)), work.connection.dialect.name)


async def main() -> None:
    logs.configure("ERROR", sys.stderr)
    only_accept, shared = "BENCH_ONLY_ACCEPT" in os.environ, "BENCH_SHARED" in os.environ
    env = environment(Path(os.environ["BENCH_PLACE"]))
    async with utebru(env, record=not (only_accept or shared)) as ready:
        await _durable(ready.bridge.vault)
        web = create_web(health=ready.health, hooks=ready.hooks, meter=ready.bridge.meter)
        settled_in()
        if only_accept:
            return await listen(web)
        await (_known(ready) if shared else _hire(ready, env))
        working = asyncio.create_task(ready.bridge.run())
        await listen(web)
        ready.bridge.stop()
        await working
        return None


if __name__ == "__main__":
    run(main)
