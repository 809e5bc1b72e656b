"""`python -m tests.residue`: search disk and logs for what should be gone."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy.engine import make_url

from tests.crash.steps import asking
from tests.crash.town import Place, place
from tests.residue.canaries import NEVER_KEPT, Canaries
from tests.residue.elsewhere import erased_by_hand, told_elsewhere
from tests.residue.record import WORDS, Record
from tests.residue.record_theft import RecordLoot, record_is_dead, record_stolen
from tests.residue.scanner import Found, Scanner
from tests.residue.scene import PATIENCE, Story
from tests.residue.theft import ring_at, stolen

CARELESS: Final = ("-m", "tests.residue.careless")
ENV: Final = {
    "UTEBRU_UNDO_SECONDS": "1",
    "UTEBRU_LOG_LEVEL": "DEBUG",
    "UTEBRU_CASESTORE__BACKUP_DAYS": "0",
}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def careful(folder: Path, *, on_postgres: bool) -> list[str]:
    """The real bridge: nothing may be found, neither in the middle nor at the end."""
    canaries, broken = Canaries.drawn(11), []
    sandbox = canaries.sandbox()
    bridge, loot = folder / "bridge", new_folder(folder / "loot")
    async with place(bridge, on_postgres=on_postgres, sandbox=sandbox, env=ENV) as at:
        story = await _told(at, canaries)
        say("  killed in the middle of it, and searched")
        broken += _nothing(at, canaries, "with the talk going on")
        copy = await at.copied_to(loot)
        shutil.copy(bridge / "keys" / "keyring.json", loot / "keyring.json")

        await at.served.start()
        record_loot = await _record_stolen(at, loot / "record")
        async with Record.of(at) as record:
            await record.is_deleted()
        await story.ends()
        await erased_by_hand(story, within=PATIENCE)
        await at.served.stop()
        await _runs(at, "rotate")
        await _runs(at, "rotate-casestore-keys")
        say("  forgotten, the key changed, stopped, and searched")
        broken += _nothing(at, canaries, "after forgetting")
        broken += _poison_is_kept(at)
        broken += _copy_is_dead(copy, loot / "keyring.json", bridge / "keys" / "keyring.json",
                                canaries)  # fmt: skip
        broken += await record_is_dead(at.town.store_settings, record_loot)
    return broken


def new_folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


async def control(folder: Path, *, on_postgres: bool) -> list[str]:
    """The same without care: everything must be found, or the scanner is blind."""
    canaries = Canaries.drawn(11)
    sandbox = canaries.sandbox()
    opened = place(folder, on_postgres=on_postgres, sandbox=sandbox, env=ENV, entry=CARELESS)
    async with opened as at:
        await _told(at, canaries)
        found = Counter(each.canary for each in _searched(at, canaries))
    sought = _sought(canaries).keys() - NEVER_KEPT
    for name in sorted(sought):
        say(f"    {name:<22} found {found[name]:>3} times{'' if found[name] else '   BLIND'}")
    return [f"control: {name} was not found" for name in sorted(sought) if not found[name]]


async def _told(at: Place, canaries: Canaries) -> Story:
    await at.served.start()
    await at.link_everybody()
    story = Story(at, canaries)
    await told_elsewhere(story)
    await story.is_told()
    async with Record.of(at) as record:
        await record.is_kept()
    await at.served.kill()
    return story


def _sought(canaries: Canaries) -> dict[str, str]:
    return {**canaries.all(), **{f"record: {name}": word for name, word in WORDS.items()}}


def _searched(at: Place, canaries: Canaries) -> Sequence[Found]:
    folders = [at.served.place]
    if at.server is not None:
        if at.server.data is None:
            raise SystemExit(
                "TEST_PG_URL names somebody else's server: its files are out of reach."
            )
        _checkpoint(at)
        folders.append(at.server.data)
    scanner = Scanner(_sought(canaries))
    found = scanner.under(*folders)
    say(f"  {scanner.files} files, {scanner.size / 1e6:.1f} MB searched")
    return found


def _checkpoint(at: Place) -> None:
    """What PostgreSQL holds in memory is written to its files."""
    address = make_url(at.database_url).set(drivername="postgresql")
    told = address.render_as_string(hide_password=False)
    with psycopg.connect(told, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def _nothing(at: Place, canaries: Canaries, when: str) -> list[str]:
    return [
        f"{when}: {each.canary} as {each.way} in {each.path.name}"
        + (f", within {' in '.join(reversed(each.inside))}" if each.inside else "")
        for each in _searched(at, canaries)
    ]


async def _record_stolen(at: Place, home: Path) -> RecordLoot:
    """A backup that lies where it is searched, and what a thief takes the same day."""
    to = at.served.place / "backups"
    await _runs(at, "backup", "--to", str(to))
    [backup] = to.iterdir()
    return await record_stolen(at.town.store_settings, home, backup)


async def _runs(at: Place, *command: str) -> None:
    """`utebru admin …`, as an operator runs it; its log is searched with the rest."""
    log = at.served.place / "logs" / f"{command[0]}.log"
    with log.open("ab") as out:
        done = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bridge", "admin", *command,
            env=at.served.environment(), stdout=out, stderr=out,
        )  # fmt: skip
        code = await done.wait()
    if code:
        raise SystemExit(f"{command[0]} did not go: {log}")


def _poison_is_kept(at: Place) -> list[str]:
    """It waits for a person; that its words are ciphertext, the search has just shown."""
    with asking(at.database_url) as ask:
        kept = ask("SELECT count(*) FROM inbox WHERE state = 'aside' AND body IS NOT NULL")
    return [] if kept == 1 else [f"{kept} poison updates are kept, and there was one"]


def _copy_is_dead(copy: str, then: Path, now: Path, canaries: Canaries) -> list[str]:
    loot = stolen(copy)
    opened, words = loot.read_with(ring_at(then))
    said = canaries.all()["said"]
    if not any(said in line for line in words):
        return ["the copy could not be read with its own key ring: this proves nothing"]
    every = len(loot.keys)
    say(f"  the copy with the ring of that day: {opened} of {every} keys, {len(words)} lines")
    opened, words = loot.read_with(ring_at(now))
    say(f"  the copy with the ring that is left: {opened} of {every} keys, {len(words)} lines")
    return [f"a copy from before can be read: {opened} keys"] if opened or words else []


async def run(folder: Path, which: Sequence[str]) -> list[str]:
    broken: list[str] = []
    for name in which:
        on_postgres = name == "postgresql"
        say(f"{name}: as it is")
        broken += [f"{name}, {w}" for w in await careful(folder / name, on_postgres=on_postgres)]
        say(f"{name}: the control, with encryption turned off")
        careless = folder / f"{name}-control"
        broken += [f"{name}, {w}" for w in await control(careless, on_postgres=on_postgres)]
    return broken


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.residue", description=__doc__)
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    asked.add_argument("--keep", type=Path, help="a folder that is left as it is afterwards")
    told = asked.parse_args()
    which = [told.only] if told.only else ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory(prefix="utebru-residue-") as folder:
        broken = asyncio.run(run(told.keep or Path(folder), which))
    for line in broken:
        say(f"BROKEN: {line}")
    say("nothing was left, and the control found everything" if not broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
