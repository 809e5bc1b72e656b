"""The vault of a program that is measured, from outside it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

from bridge.chance import Dice, WallClock
from bridge.keyring import FileKeyRing
from bridge.vault.sql import SqlVault

TEAM: Final = "utekontakten"
"""As the settings have it where nothing else is said."""


def vault_of(env: Mapping[str, str]) -> AbstractAsyncContextManager[SqlVault]:
    """The one that `contestants.ours` uses where it is told this."""
    place = Path(env["BENCH_PLACE"])
    for part in ("data", "keys"):
        (place / part).mkdir(exist_ok=True)
    ring = FileKeyRing.open(place / "keys" / "keyring.json", data_dir=place / "data")
    return SqlVault.opened(
        env["BENCH_DATABASE"], keys=ring, clock=WallClock(), mint=Dice(), team=TEAM
    )
