"""`utebru setup`: what a platform must be told before it speaks to us."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Final

import typer

from bots.registry import (
    MetaAccount,
    Mode,
    OutlookAccount,
    TelegramAccount,
    TelegramChannel,
    slack_manifest,
    telegram_commands,
    telegram_webhook,
)
from bridge.chance import WallClock
from bridge.command.running import Failed, run
from bridge.ports import SendFailed
from bridge.wiring import NotConfigured, key_ring, settings_of

app = typer.Typer(no_args_is_help=True, help="Gjør plattformene klare.")

STEPS: Final = """
Slik gjør du det:
1. Gå til https://api.slack.com/apps, velg «Create New App» og «From a manifest», og lim inn
   teksten over. (Den kan også lagres rett i en fil: utebru setup slack > manifest.json)
2. «Install to Workspace». «Bot User OAuth Token» (xoxb-…) blir UTEBRU_SLACK__BOT_TOKEN.
3. {hearing}
4. Lag et privat rom for teamet. Skriv «/invite @utebru» i det. Rommets id (C…, nederst under
   «Om rommet») blir UTEBRU_SLACK__ROOM.
5. Lag en egen administratorkonto som ingen skriver fra, ta den med i rommet, og installer appen
   fra den: «User OAuth Token» (xoxp-…) blir UTEBRU_SLACK__ADMIN_TOKEN. Uten den kan det
   ansatte skriver i Slack, bare slettes for hånd, og det svares bare med Svar-knappen.
6. Innstillinger for arbeidsområdet, «Retention»: velg ikke å ta vare på redigeringer og
   slettinger. Når det er sjekket, blir datoen UTEBRU_SLACK__RETENTION_CONFIRMED_ON.
7. Kjør: utebru doctor
"""

HEARING: Final[Mapping[bool, str]] = {
    False: "«Basic Information», «App-Level Tokens»: lag ett med connections:write (xapp-…);\n"
    "   det blir UTEBRU_SLACK__APP_TOKEN.",
    True: "«Basic Information», «Signing Secret» blir UTEBRU_SLACK__SIGNING_SECRET.",
}

OBJECTS: Final[Mapping[str, str]] = {
    "messenger": "Page",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp Business Account",
}
"""What Meta calls each, where its webhooks are set up."""

META_STEPS: Final = """
Meta sender nå appen alt det vi lytter etter. Har dere en side, er «Kom i gang» satt også.
Dette gjør du selv, én gang, på developers.facebook.com:
1. Appen, «Webhooks». For {objects}: «Edit subscription». Adressen er
   {hook}, og ordet er det du har satt i UTEBRU_META__VERIFY_TOKEN.
   For WhatsApp velges feltet «messages» der også; for Instagram de som står i docs/meta.md.
2. «App settings», «Basic», «User data deletion»: velg «Data deletion callback URL», og skriv
   {deletion}
3. Kjør: utebru doctor
Resten av veien, med søknadene til Meta, står i docs/meta.md.
"""

OUTLOOK_STEPS: Final = """
Dette gjør kommunens Microsoft-administrator, én gang, i Exchange Online PowerShell.
Sertifikatet og registreringen i Entra kommer først; hele veien står i docs/outlook.md.

  Connect-ExchangeOnline
  New-ServicePrincipal -AppId {client} -ObjectId <OBJEKT-ID> -DisplayName Utebru
  New-ManagementScope -Name Utebru -RecipientRestrictionFilter "{scope}"
  New-ManagementRoleAssignment -App {client} -Role "Application Mail.ReadWrite" \\
    -CustomResourceScope Utebru
  New-ManagementRoleAssignment -App {client} -Role "Application Mail.Send" \\
    -CustomResourceScope Utebru
{each}

<OBJEKT-ID> er den som står under «Enterprise applications» i Entra, ikke under «App registrations».
Microsoft skal nå adressen {hook}
Kjør til slutt: utebru doctor
"""

REASONS: Final = "Telegram tok det ikke imot ({reason}). Kjør: utebru doctor"


@app.command()
def slack(
    url: str = typer.Option(
        "", help="Adressen Slack kan nå oss på, for signert HTTP. Uten den: Socket Mode."
    ),
) -> None:
    """Skriv manifestet for Slack-appen (JSON), og stegene videre."""
    typer.echo(json.dumps(slack_manifest(url or None), ensure_ascii=False, indent=2))
    typer.echo(STEPS.format(hearing=HEARING[bool(url)]), err=True)


@app.command()
def meta() -> None:
    """Få Meta til å sende oss det som skrives til siden, og skriv det som gjøres for hånd."""
    run(lambda: _meta(os.environ))


@app.command()
def outlook() -> None:
    """Skriv det kommunens Microsoft-administrator skal gjøre, og se om vi slipper inn."""
    run(lambda: _outlook(os.environ))


@app.command()
def telegram() -> None:
    """Fortell Telegram hvor meldinger skal, og hvilke ord menyen har."""
    run(lambda: _telegram(os.environ))


@app.command()
def hsm() -> None:
    """Gjør et tomt PKCS#11-token klart: nøkkelen som ting finnes igjen med, lages i det."""
    run(lambda: _hsm(os.environ))


async def _hsm(env: Mapping[str, str]) -> None:
    settings = settings_of(env)
    told = settings.token
    if told is None:
        raise NotConfigured("UTEBRU_HSM__MODULE")
    from bridge.keyring.token import TokenKeyRing

    made = TokenKeyRing.prepare(
        module=told.module, token=told.token, pin=told.pin, team=settings.team
    )
    key_ring(settings)
    typer.echo("Tokenet er klart." if made else "Tokenet var klart fra før. Ingenting er endret.")


async def _meta(env: Mapping[str, str]) -> None:
    account = settings_of(env).platforms.get("meta")
    if not isinstance(account, MetaAccount):
        raise NotConfigured("UTEBRU_META__PAGE_TOKEN")
    async with account.channels() as channels:
        for name, channel in channels.items():
            try:
                await channel.alive()
                await channel.subscribe()
            except SendFailed as failed:
                told = f"{name}: {failed.reason.value}"
                raise Failed(f"Meta tok det ikke imot ({told}). Kjør: utebru doctor") from None
    objects = ", ".join(f"«{OBJECTS[name]}»" for name in channels)
    typer.echo(META_STEPS.format(hook=account.hook, deletion=account.deletion, objects=objects))


async def _outlook(env: Mapping[str, str]) -> None:
    """Also before anything is set: the administrator begins with what is printed."""
    account = settings_of(env).platforms.get("outlook")
    if not isinstance(account, OutlookAccount):
        typer.echo(_outlook_steps("<KLIENT-ID>", ["<POSTKASSE>"], "/outlook/notifications"))
        return
    hook = account.hook or "(sett UTEBRU_PUBLIC_URL)"
    mailboxes = [account.mailbox, *(box.mailbox for box in account.own)]
    typer.echo(_outlook_steps(account.app.client, mailboxes, hook))
    async with account.channel(WallClock()) as channel:
        try:
            await channel.alive()
            for box in account.own:
                await channel.alive(box)
        except SendFailed as failed:
            reason = failed.reason.value
            raise Failed(f"Microsoft slapp oss ikke inn ({reason}). Det kan ta en time fra "
                         "tilgangen er gitt. Kjør: utebru doctor") from None  # fmt: skip
    typer.echo("Vi kommer inn i postkassen." if not account.own else "Vi kommer inn i alle.")


def _outlook_steps(client: str, mailboxes: Sequence[str], hook: str) -> str:
    """One scope for all of them: what it does not name, the app does not open."""
    each = "\n".join(
        f"  Test-ServicePrincipalAuthorization -Identity {client} -Resource {mailbox}\n"
        f"  Set-MailboxJunkEmailConfiguration -Identity {mailbox} -Enabled $false"
        for mailbox in mailboxes
    )
    scope = " -or ".join(f"PrimarySmtpAddress -eq '{mailbox}'" for mailbox in mailboxes)
    return OUTLOOK_STEPS.format(client=client, scope=scope, each=each, hook=hook)


async def _telegram(env: Mapping[str, str]) -> None:
    account = settings_of(env).platforms.get("telegram")
    if not isinstance(account, TelegramAccount):
        raise NotConfigured("UTEBRU_TELEGRAM__TOKEN")
    async with TelegramChannel(account.token, api_url=account.api_url) as channel:
        try:
            done = await _hear(channel, account)
            await telegram_commands.register(channel)
        except SendFailed as failed:
            raise Failed(REASONS.format(reason=failed.reason.value)) from None
    typer.echo(f"{done} Menyen er satt.")


async def _hear(channel: TelegramChannel, account: TelegramAccount) -> str:
    url = account.hook
    if account.mode is Mode.POLLING or url is None or account.webhook_secret is None:
        await telegram_webhook.unregister(channel)
        return "Telegram blir spurt (polling); ingen webhook er satt."
    await telegram_webhook.register(channel, url, account.webhook_secret)
    return f"Telegram sender til {url}."
