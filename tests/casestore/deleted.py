"""Somebody to delete, and a look for what is left of them."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from casestore.edge import Store
from casestore.users.rules import Role
from tests.casestore.deleting import CANARIES
from tests.casestore.deleting_reasons import REASONS
from tests.casestore.opened_by_force import all_cells, keys_in, readable
from tests.casestore.stage import Person, Stage

ALL_CANARIES = {**CANARIES, **REASONS}
WRITTEN = set(CANARIES) - {"why deleted", "held"}


def at_once(store: Store) -> Store:
    return replace(store, settings=replace(store.settings, backup_days=0))


async def head(stage: Stage) -> Person:
    return await stage.person("dag", Role.DEPARTMENT_HEAD)


async def of(stage: Stage) -> set[str]:
    """What a thief could read of the canaries, with all that is on this machine."""
    cells = await all_cells(stage.store.database)
    found = readable(cells, keys_in(stage.settings.keyring), ALL_CANARIES.values())
    return {name for name, word in ALL_CANARIES.items() if word in found}


async def count(stage: Stage, table: Any) -> int:
    async with stage.reading() as reading:
        return int(await reading.session.scalar(select(func.count()).select_from(table)) or 0)
