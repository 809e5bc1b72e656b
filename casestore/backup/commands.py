"""Backup and restore from the command line; what is said is in bokmål, and tells no content."""

from pathlib import Path

from casestore.backup.restoring import restore
from casestore.backup.sealed import BadBackup
from casestore.backup.serving import NotRestored
from casestore.backup.taking import take
from casestore.keyring import BadKeyFile
from casestore.opening import opened_store
from casestore.settings import Settings
from casestore.times import Clock, in_oslo, read_time, utc_now

WRONG = {
    BadBackup: "Kopien kan ikke brukes ({error}). Ingenting er endret.",
    BadKeyFile: "Nøkkelfilen kan ikke brukes ({error}). Ingenting er endret.",
    NotRestored: "{error} Ingenting er endret.",
}


async def backup(settings: Settings, *, to: Path, clock: Clock = utc_now) -> str:
    """Take a backup; say where it lies and what it should be kept apart from."""
    async with opened_store(settings, clock) as store:
        taken = await take(store, to)
    return (
        f"Kopien er tatt: {taken.path}\n"
        f"  {taken.rows} rader · SHA-256 {taken.sha256}\n"
        f"Ta vare på nøkkelfilen ({settings.keyring}) og slettingsloggen ({settings.outside}) "
        "hver for seg, på andre steder enn kopien."
    )


async def restored(
    settings: Settings,
    file: Path,
    *,
    over: bool = False,
    unlogged: str = "",
    clock: Clock = utc_now,
) -> tuple[bool, str]:
    """Restore a backup; whether it went, and what was closed again, or what stands in the way."""
    try:
        done = await restore(settings, file, clock=clock, over=over, unlogged=unlogged)
    except (NotRestored, BadBackup, BadKeyFile) as error:
        return False, WRONG[type(error)].format(error=error)
    since = in_oslo(read_time(done.at))
    lines = [
        f"Kopien fra {since} er lagt tilbake: {done.rows} rader.",
        f"  {done.again.erased} slettinger er gjort om igjen, og {done.again.closed} andre ting er "
        "stengt igjen (samtykker, kontoer, delinger, sperringer).",
        f"Alt annet som ble skrevet etter {since}, er tapt. Si det til teamlederen.",
    ]
    if done.again.restricted:
        lines.insert(
            2,
            f"  {done.again.restricted} personer er sperret til teamlederen har sett på dem.",
        )
    return True, "\n".join(lines)
