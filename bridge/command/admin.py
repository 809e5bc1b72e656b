"""
`utebru admin`: accounts, keys, and what has come to a stop.

What one command alone needs and is heavy, it brings in itself: `utebru serve` needs none of it.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bridge.command.importing import import_snapchat
from bridge.command.running import Failed, run
from bridge.relay import Deciding
from bridge.settings import with_secrets
from bridge.wiring import assembled, deciding, settings_of
from casestore.audit.commands import anchor as anchors
from casestore.audit.commands import verify_audit as verify
from casestore.deletions.commands import rotate_keys
from casestore.keys_rotating import UnderWay
from casestore.settings import Settings as StoreSettings
from casestore.users.commands import (
    close_account,
    create_account,
    create_first_team_leader,
    list_accounts,
    reset_second_factor,
    set_password,
)
from casestore.users.rules import Role

app = typer.Typer(no_args_is_help=True, help="Kontoer, nøkler og drift.")
stuck = typer.Typer(help="Meldinger som ikke lot seg lese: se dem, prøv igjen, la dem gå.")
app.add_typer(stuck, name="stuck")

ROLES = {
    Role.TEAM_LEADER: "teamleder",
    Role.CASEWORKER: "saksbehandler",
    Role.DEPARTMENT_HEAD: "avdelingsleder",
}


app.command("import-snapchat")(import_snapchat)


@app.command("first-leader")
def first_leader(login: str, name: str) -> None:
    """Den første teamlederen; passordet leses fra UTEBRU_PASSWORD eller spørres om."""

    async def made(settings: StoreSettings) -> str:
        user = await create_first_team_leader(
            settings, login=login, name=name, password=_password()
        )
        return f"Kontoen er laget: {user}"

    _in_store(made)


@app.command()
def account(login: str, name: str, *, leader: bool = False, department_head: bool = False) -> None:
    """En ny konto for en ansatt. Til vanlig gjør teamlederen det selv, på siden Kontoer."""
    if leader and department_head:
        raise typer.BadParameter("Velg én rolle.")
    role = Role.TEAM_LEADER if leader else Role.CASEWORKER
    role = Role.DEPARTMENT_HEAD if department_head else role

    async def made(settings: StoreSettings) -> str:
        user = await create_account(
            settings, login=login, name=name, role=role, password=_password()
        )
        return f"Kontoen er laget: {user}"

    _in_store(made)


@app.command()
def accounts() -> None:
    """Kontoene som finnes, også de lukkede."""

    async def listed(settings: StoreSettings) -> str:
        every = await list_accounts(settings)
        return "\n".join(
            f"{each.login:20} {ROLES[each.role]:14} {'' if each.active else 'lukket'}".rstrip()
            for each in every
        )

    _in_store(listed)


@app.command()
def password(login: str) -> None:
    """Et nytt passord; kontoen låses opp og logges ut overalt."""

    async def changed(settings: StoreSettings) -> str:
        await set_password(settings, login=login, password=_password())
        return "Passordet er byttet."

    _in_store(changed)


@app.command("reset-second-factor")
def reset(login: str) -> None:
    """Nullstill tofaktor, for den eneste teamlederen som har mistet telefonen."""

    async def forgotten(settings: StoreSettings) -> str:
        await reset_second_factor(settings, login=login)
        return "Tofaktor er nullstilt. Den settes opp på nytt ved neste innlogging."

    _in_store(forgotten)


@app.command("close-account")
def close(login: str) -> None:
    """Lukk kontoen til en som har sluttet; den logges ut overalt."""

    async def closed(settings: StoreSettings) -> str:
        await close_account(settings, login=login)
        return "Kontoen er lukket."

    _in_store(closed)


@app.command("verify-audit")
def verify_audit() -> None:
    """Kontroller begge loggene fra første hendelse; 1 betyr at en av dem er brutt."""
    _told(verify)


@app.command()
def anchor() -> None:
    """Dagens ankere for begge loggene, til å skrive ut og låse inn."""
    _told(anchors)


@app.command("access-pack")
def pack(
    person: str, *, to: Annotated[Path, typer.Option("--to", help="Mappa den legges i.")]
) -> None:
    """Alt som står om en ungdom, samlet i en zip-fil som kan gis til ungdommen."""
    from casestore.own_journal.packing import NoSuchPerson, access_pack

    async def packed(settings: StoreSettings) -> str:
        try:
            path = await access_pack(settings, person, to=to)
        except NoSuchPerson:
            raise Failed("Det finnes ingen slik person.") from None
        return f"Pakken er laget: {path}"

    _in_store(packed)


@app.command()
def backup(*, to: Annotated[Path, typer.Option("--to", help="Mappa den legges i.")]) -> None:
    """En sikkerhetskopi av journalsystemet, kryptert; det kan gå imens."""
    from casestore.backup.commands import backup as take_backup

    _in_store(lambda settings: take_backup(settings, to=to))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Det som er i databasen nå, går tapt.")
    ] = False,
    without_deletion_log: Annotated[
        str, typer.Option(help="Loggen er tapt: skriv hvorfor. Alle personer blir sperret.")
    ] = "",
) -> None:
    """Legg en sikkerhetskopi tilbake. Det som er slettet eller stengt siden, forblir det."""
    from casestore.backup.commands import restored

    _told(lambda settings: restored(settings, file, over=replace, unlogged=without_deletion_log))


@app.command()
def rotate() -> None:
    """Bytt nøkkel nå: alt som er glemt, kan ingen lese etterpå."""
    run(lambda: _rotate(os.environ))


@app.command("rotate-casestore-keys")
def rotate_casestore_keys() -> None:
    """Bytt nøkkelen i journalen nå. Det som er slettet, kan da ingen lese i eldre kopier."""

    async def changed(settings: StoreSettings) -> str:
        try:
            done = await rotate_keys(settings)
        except UnderWay:
            raise Failed("Nøkkelen byttes allerede, av en annen prosess. Prøv igjen.") from None
        left = f" {done.waiting} eldre ligger så lenge sikkerhetskopiene gjør det."
        return f"Nøkkelen er byttet. {done.dropped} er tatt ut." + (left if done.waiting else "")

    _in_store(changed)


@stuck.callback(invoke_without_command=True)
def stuck_now(context: typer.Context) -> None:
    """List dem som står: id, siden når, og hvorfor. Aldri hva de sier."""
    if context.invoked_subcommand is None:
        run(lambda: _list(os.environ))


@stuck.command()
def retry(event: str) -> None:
    """Prøv å lese den igjen, for eksempel etter en oppdatering."""
    run(lambda: _decide(os.environ, event, "Den prøves på nytt.", Deciding.again))


@stuck.command()
def drop(event: str, *, yes: bool = typer.Option(False, "--yes", help="Ikke spør.")) -> None:
    """La den gå ulest. Ordene i den er da borte for godt."""
    if not yes:
        typer.confirm("Ordene i den er da borte for godt. Er du sikker?", abort=True)
    run(lambda: _decide(os.environ, event, "Den er borte.", Deciding.drop))


async def _list(env: Mapping[str, str]) -> None:
    settings = settings_of(env)
    async with deciding(settings) as decide:
        every = await decide.waiting()
    for event, since, reason in every:
        typer.echo(f"{event}  {_here(since, settings.hours.zone)}  {reason}")
    if not every:
        typer.echo("Ingenting står fast.")


async def _decide(
    env: Mapping[str, str],
    event: str,
    done: str,
    decision: Callable[[Deciding, str], Awaitable[None]],
) -> None:
    async with deciding(settings_of(env)) as decide:
        try:
            await decision(decide, event)
        except LookupError:
            raise Failed("Det står ingen slik melding fast. Se: utebru admin stuck") from None
    typer.echo(done)


async def _rotate(env: Mapping[str, str]) -> None:
    settings = settings_of(env)
    url, token = settings.casestore.url or "http://127.0.0.1:8701", settings.casestore.token
    async with assembled(settings, casestore_url=url, casestore_token=token or "") as ready:
        settled = await ready.bridge.rotate()
    typer.echo(f"Nøkkelen er byttet. {settled} kopier kan ingen lese lenger.")


def _in_store(what: Callable[[StoreSettings], Awaitable[str]]) -> None:
    async def done() -> None:
        known = dict(with_secrets(os.environ))
        known.setdefault("UTEBRU_CASESTORE__TOKEN", "not-used-by-this-command")
        typer.echo(await what(StoreSettings.from_env(known)))

    run(done)


def _told(what: Callable[[StoreSettings], Awaitable[tuple[bool, str]]]) -> None:
    whole: list[bool] = []

    async def asked(settings: StoreSettings) -> str:
        holds, said = await what(settings)
        whole.append(holds)
        return said

    _in_store(asked)
    if whole != [True]:
        raise typer.Exit(1)


def _here(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _password() -> str:
    return os.environ.get("UTEBRU_PASSWORD") or str(
        typer.prompt("Passord", hide_input=True, confirmation_prompt=True)
    )
