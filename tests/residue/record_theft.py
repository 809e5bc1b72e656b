"""What a thief can read of the case record: of its cells as they lie, and of a backup."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from casestore.backup.restoring import restore
from casestore.backup.sealed import BadBackup
from casestore.database import opened
from casestore.settings import Settings
from casestore.times import utc_now
from tests.casestore.opened_by_force import all_cells, keys_in, readable
from tests.residue.record import KEPT, WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLoot:
    """The cells of that day; the keys and the log outside of that day lie in `home`."""

    cells: Collection[bytes] = field(repr=False)
    home: Path
    backup: Path


async def record_stolen(settings: Settings, home: Path, backup: Path) -> RecordLoot:
    """Copy what is at hand of it now; `home` is not there yet."""
    _carried(settings, home)
    return RecordLoot(cells=await _cells(settings), home=home, backup=backup)


async def record_is_dead(settings: Settings, loot: RecordLoot) -> list[str]:
    """Nothing that is left opens what is deleted; and what was stolen could be read that day."""
    then, now = keys_in(loot.home / settings.keyring.name), keys_in(settings.keyring)
    left = loot.home / "left"
    _carried(settings, left)
    return [
        *_differs("the record of that day, with its own keys", loot.cells, then, WORDS),
        *_differs("the record of that day, with the keys that are left", loot.cells, now, {}),
        *_differs("the record as it is, with the keys that are left",
                  await _cells(settings), now, KEPT),
        *_differs("the record as it is, with the keys of that day",
                  await _cells(settings), then, {}),
        *await _backup_is_dead(settings, loot, left),
    ]  # fmt: skip


def _carried(settings: Settings, home: Path) -> None:
    home.mkdir(parents=True)
    for file in (settings.keyring, settings.outside):
        shutil.copy(file, home / file.name)


async def _cells(settings: Settings) -> list[bytes]:
    async with opened(settings.database_url) as database:
        return await all_cells(database)


def _differs(
    what: str, cells: Collection[bytes], keys: Collection[bytes], wanted: dict[str, str]
) -> list[str]:
    names = {word: name for name, word in WORDS.items()}
    found = {names[word] for word in readable(cells, keys, WORDS.values())}
    if found == set(wanted):
        return []
    return [f"{what}: {sorted(found)} can be read, not {sorted(wanted)}"]


async def _backup_is_dead(settings: Settings, loot: RecordLoot, left: Path) -> list[str]:
    """It is restored with what was there that day, and refused with what is left."""
    with_then = await _restored(settings, loot.home, loot.backup)
    keys = keys_in(loot.home / settings.keyring.name)
    blind = _differs("the backup, with the keys of that day", with_then, keys, WORDS)
    try:
        await _restored(settings, left, loot.backup)
    except BadBackup:
        return blind
    return [*blind, "the backup can be opened with the keys that are left"]


async def _restored(settings: Settings, home: Path, backup: Path) -> Collection[bytes]:
    """Into an empty database on another machine, whichever kind this one is."""
    there = replace(
        settings,
        database_url=f"sqlite+aiosqlite:///{home / 'data' / 'casestore.db'}",
        keyring=home / settings.keyring.name,
        deletion_log=home / settings.outside.name,
        backup_days=0,
    )
    await restore(there, backup, clock=utc_now)
    return await _cells(there)
