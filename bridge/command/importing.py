"""`utebru admin import-snapchat`: counts are printed, and never a word or a name."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bots.registry import SnapchatExport
from bridge.command.running import Failed, run
from bridge.domain.exports import Talk
from bridge.relay import Importing, NobodyGoesByThat
from bridge.wiring import importing

Zips = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)]
Alias = Annotated[str, typer.Option(help="Det ungdommen heter i Utebru, som «Blå rev».")]
Chat = Annotated[int, typer.Option(help="Nummeret på samtalen i eksporten, når den har flere.")]
Try = Annotated[bool, typer.Option("--dry-run", help="Bare tell; ta ikke inn noe.")]


def import_snapchat(zips: Zips, alias: Alias, chat: Chat = 0, *, dry_run: Try = False) -> None:
    """Ta inn «My Data» fra Snapchat ved siden av det som er registrert for hånd."""
    run(lambda: _imported(zips, alias, chat, dry_run=dry_run))


async def _imported(zips: list[Path], alias: str, chat: int, *, dry_run: bool) -> None:
    try:
        talks = SnapchatExport.read(zips)
    except SnapchatExport.refused as refused:
        raise Failed(f"Eksporten ble ikke tatt inn: {refused}.") from None
    chosen = talks[0] if len(talks) == 1 else next((t for t in talks if t.number == chat), None)
    if chosen is None:
        for talk in talks:
            days = sorted(message.at.date() for message in talk.messages)
            span = f", {days[0]} til {days[-1]}" if days else ""
            typer.echo(f"{talk.number}: {len(talk.messages)} meldinger{span}")
        raise Failed(f"Eksporten har {len(talks)} samtaler. Velg en med --chat NUMMER.")
    async with importing(os.environ, SnapchatExport.channel, SnapchatExport.written) as takes:
        await _told(takes, alias, chosen, dry_run=dry_run)


async def _told(takes: Importing, alias: str, chosen: Talk, *, dry_run: bool) -> None:
    try:
        if dry_run:
            _, found = await takes.sorted(alias, chosen.messages)
            typer.echo(f"Nye: {len(found.fresh)}. Kjent fra før: {found.known}.")
            typer.echo(f"Eldre enn en samtale som er avsluttet: {found.older}.")
        else:
            counts = await takes.take(alias, chosen.messages)
            typer.echo(f"Tatt inn: {counts.taken}. Kjent fra før: {counts.known}.")
            typer.echo(f"Eldre enn en samtale som er avsluttet: {counts.older}.")
    except NobodyGoesByThat:
        raise Failed("Ingen på Snapchat heter det i Utebru, eller de er glemt.") from None
    typer.echo(f"Ikke til å lese: {chosen.odd}. For store filer: {chosen.too_large}.")
