"""`utebru`: the one command."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

import typer

from bridge import logs
from bridge.demo.live import live
from bridge.demo.play import play
from bridge.environment import BadSettings
from bridge.serving import listening
from bridge.settings import Settings, with_secrets
from bridge.web import create_web
from bridge.wiring import Assembled, NotConfigured, assembled
from casestore.app import create_app
from casestore.settings import BadSettings as BadStoreSettings
from casestore.settings import Settings as StoreSettings
from casestore.users.commands import AccountRefused, create_account, create_first_team_leader
from casestore.users.rules import Role

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
admin = typer.Typer(no_args_is_help=True, help="Kontoer, nøkler og drift.")
app.add_typer(admin, name="admin")


@app.command()
def demo(
    play_it: Annotated[
        bool, typer.Option("--play", help="Spill dagen til ende, og se etter.")
    ] = False,
    port: Annotated[int, typer.Option(help="Porten siden åpnes på.")] = 8710,
) -> None:
    """Alt på én maskin, med etterlignede plattformer; skriver siden du kan åpne."""
    logs.configure("WARNING", sys.stderr)
    if play_it:
        raise typer.Exit(asyncio.run(play()))
    _run(lambda: live(port))


@app.command()
def serve() -> None:
    """Broen; og journalsystemet, om det ikke har en egen adresse."""
    _run(lambda: _serve(os.environ))


@app.command()
def casestore() -> None:
    """Bare journalsystemet, på sin egen lytter."""
    _run(lambda: _casestore(os.environ))


@admin.command("first-leader")
def first_leader(login: str, name: str) -> None:
    """Den første teamlederen; passordet leses fra UTEBRU_PASSWORD eller spørres om."""
    _account(
        lambda settings: create_first_team_leader(
            settings, login=login, name=name, password=_password()
        )
    )


@admin.command("account")
def account(login: str, name: str, *, leader: bool = False) -> None:
    """En ny konto for en ansatt."""
    role = Role.TEAM_LEADER if leader else Role.CASEWORKER
    _account(
        lambda settings: create_account(
            settings, login=login, name=name, role=role, password=_password()
        )
    )


@admin.command()
def rotate() -> None:
    """Bytt nøkkel nå: alt som er glemt, kan ingen lese etterpå."""
    _run(lambda: _rotate(os.environ))


def main() -> None:
    app()


async def _serve(env: Mapping[str, str]) -> None:
    settings = Settings.from_env(env)
    logs.configure(settings.log_level, sys.stderr)
    async with AsyncExitStack() as stack:
        if settings.casestore.url is None:
            url, token = await stack.enter_async_context(_own_casestore(env))
        else:
            url, token = settings.casestore.url, settings.casestore.token or ""
        ready = await stack.enter_async_context(
            assembled(settings, casestore_url=url, casestore_token=token)
        )
        web = create_web(health=ready.health, telegram=ready.on_telegram, slack=ready.on_slack)
        await stack.enter_async_context(listening(web, settings.host, settings.port))
        await _until_told(ready)


@asynccontextmanager
async def _own_casestore(env: Mapping[str, str]) -> AsyncIterator[tuple[str, str]]:
    """The case store beside the bridge, on a listener of its own that nobody else knows."""
    told = dict(with_secrets(env))
    token = told.setdefault("UTEBRU_CASESTORE__TOKEN", secrets.token_urlsafe(32))
    settings = StoreSettings.from_env(told)
    async with listening(create_app(settings), settings.host, settings.port) as url:
        yield url, token


async def _until_told(ready: Assembled) -> None:
    """Work until SIGTERM or SIGINT; what has been accepted is on disk already."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with ready.listening():
        print("utebru: klar", flush=True)  # noqa: T201  (whoever started it waits for this)
        working = asyncio.create_task(ready.bridge.run())
        await stop.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _casestore(env: Mapping[str, str]) -> None:
    settings = StoreSettings.from_env(with_secrets(env))
    logs.configure(env.get("UTEBRU_LOG_LEVEL", "INFO"), sys.stderr)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with listening(create_app(settings), settings.host, settings.port):
        await stop.wait()


async def _rotate(env: Mapping[str, str]) -> None:
    settings = Settings.from_env(env)
    url, token = settings.casestore.url or "http://127.0.0.1:8701", settings.casestore.token
    async with assembled(settings, casestore_url=url, casestore_token=token or "") as ready:
        settled = await ready.bridge.rotate()
    typer.echo(f"Nøkkelen er byttet. {settled} kopier kan ingen lese lenger.")


def _account(make: Callable[[StoreSettings], Awaitable[str]]) -> None:
    async def made() -> None:
        told = dict(with_secrets(os.environ))
        told.setdefault("UTEBRU_CASESTORE__TOKEN", "not-used-by-this-command")
        settings = StoreSettings.from_env(told)
        typer.echo(f"Kontoen er laget: {await make(settings)}")

    _run(made)


def _password() -> str:
    return os.environ.get("UTEBRU_PASSWORD") or str(
        typer.prompt("Passord", hide_input=True, confirmation_prompt=True)
    )


def _run(what: Callable[[], Awaitable[None]]) -> None:
    """Mistakes in the settings are told all at once, and nothing is started."""

    async def begun() -> None:
        await what()

    try:
        asyncio.run(begun())
    except (BadSettings, BadStoreSettings, AccountRefused) as mistakes:
        typer.echo(str(mistakes), err=True)
        raise typer.Exit(2) from None
    except NotConfigured as missing:
        typer.echo(f"{missing} mangler.", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


if __name__ == "__main__":
    main()
