"""What `utebru` can be told to do."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

import typer

from bridge import logs
from bridge.command import admin, setup
from bridge.command.running import run
from bridge.environment import BadSettings, Environment
from bridge.serving import listening, settled_in
from bridge.settings import with_secrets
from bridge.web import create_web
from bridge.wiring import Assembled, assembled, settings_of
from casestore.settings import BadSettings as BadStoreSettings
from casestore.settings import Settings as StoreSettings
from casestore.web import create_app

LEAVE = 8.0
"""Seconds; whoever stops a container waits ten before it is killed."""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(admin.app, name="admin")
app.add_typer(setup.app, name="setup")


@app.command()
def demo(
    play_it: Annotated[
        bool, typer.Option("--play", help="Spill dagen til ende, og se etter.")
    ] = False,
    port: Annotated[int, typer.Option(help="Porten siden åpnes på.")] = 8710,
) -> None:
    """Alt på én maskin, med etterlignede plattformer; skriver siden du kan åpne."""
    # The whole outside world comes with it, which nobody else needs.
    from bridge.demo.live import live
    from bridge.demo.play import play

    logs.configure("WARNING", sys.stderr)
    if play_it:
        raise typer.Exit(asyncio.run(play()))
    run(lambda: live(port))


@app.command()
def serve() -> None:
    """Broen; og journalsystemet, om det ikke har en egen adresse."""
    run(lambda: _serve(os.environ))


@app.command()
def casestore() -> None:
    """Bare journalsystemet, på sin egen lytter."""
    run(lambda: _casestore(os.environ))


@app.command()
def doctor() -> None:
    """Hva som er satt opp, hva som virker, hvilke løfter som holder, og hva du må gjøre."""
    logs.configure("ERROR", sys.stderr)
    run(lambda: _doctor(os.environ))


async def _serve(env: Mapping[str, str]) -> None:
    settings = settings_of(env)
    logs.configure(settings.log_level, sys.stderr)
    async with AsyncExitStack() as stack:
        if settings.casestore.url is None:
            url, token = await stack.enter_async_context(_own_casestore(env))
        else:
            url, token = settings.casestore.url, settings.casestore.token or ""
        ready = await stack.enter_async_context(
            assembled(settings, casestore_url=url, casestore_token=token)
        )
        web = create_web(health=ready.health, hooks=ready.hooks, meter=ready.bridge.meter)
        await stack.enter_async_context(listening(web, settings.host, settings.port))
        await _until_told(ready)


@asynccontextmanager
async def _own_casestore(
    env: Mapping[str, str], *, port: int | None = None
) -> AsyncIterator[tuple[str, str]]:
    """The case store beside the bridge, on a listener of its own that nobody else knows."""
    known = dict(with_secrets(env))
    token = known.setdefault("UTEBRU_CASESTORE__TOKEN", secrets.token_urlsafe(32))
    settings = StoreSettings.from_env(known)
    at = settings.port if port is None else port
    async with listening(create_app(settings), settings.host, at) as url:
        yield url, token


async def _until_told(ready: Assembled) -> None:
    """Work until SIGTERM or SIGINT; what has been accepted is on disk already."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with ready.listening():
        settled_in()
        print("utebru: klar", flush=True)  # noqa: T201  (whoever started it waits for this)
        working = asyncio.create_task(ready.bridge.run())
        await stop.wait()
        ready.bridge.stop()
        # What is being sent is finished first: a reply cut off here would be in doubt.
        await asyncio.wait({working}, timeout=LEAVE)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _doctor(env: Mapping[str, str]) -> None:
    from bridge.doctor import asked, described

    try:
        settings = settings_of(env)
        async with AsyncExitStack() as stack:
            if settings.casestore.url is None:
                # Its usual port may be taken by the one that is at work.
                url, token = await stack.enter_async_context(_own_casestore(env, port=0))
            else:
                url, token = settings.casestore.url, settings.casestore.token or ""
            facts = await asked(settings, casestore_url=url, casestore_token=token)
    except (BadSettings, BadStoreSettings) as mistakes:
        typer.echo("\n".join(f"✗ {mistake}" for mistake in mistakes.mistakes))
        raise typer.Exit(1) from None
    report, red = described(facts)
    typer.echo(report)
    if red:
        raise typer.Exit(1)


async def _casestore(env: Mapping[str, str]) -> None:
    logs.configure(_log_level(env), sys.stderr)
    settings = StoreSettings.from_env(with_secrets(env))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with listening(create_app(settings), settings.host, settings.port):
        await stop.wait()


def _log_level(env: Mapping[str, str]) -> str:
    """Raises `BadSettings`."""
    e = Environment(env)
    level = e.one_of("LOG_LEVEL", logs.LEVELS, "INFO")
    if e.mistakes:
        raise BadSettings(e.mistakes)
    return level
