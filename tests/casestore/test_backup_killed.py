"""`utebru admin restore`, killed at any moment: the record from before, or the one restored."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from casestore.database import opened
from casestore.settings import Settings
from casestore.tables import ALL
from tests.casestore.deleting import everything
from tests.casestore.people import youth_with_case
from tests.casestore.restoring import backup, elsewhere
from tests.casestore.stage import TOKEN, Stage

ROOT = Path(__file__).parents[2]
KILLS = 2


def environment(settings: Settings) -> dict[str, str]:
    theirs = {name: text for name, text in os.environ.items() if not name.startswith("UTEBRU_")}
    return theirs | {
        "PYTHONPATH": str(ROOT),
        "UTEBRU_TEAM": settings.team,
        "UTEBRU_CASESTORE__TOKEN": TOKEN,
        "UTEBRU_CASESTORE__DATABASE_URL": settings.database_url,
        "UTEBRU_CASESTORE__KEYRING": str(settings.keyring),
    }


async def runs(settings: Settings, *words: str, killed_after: float | None = None) -> int:
    return await asyncio.to_thread(_runs, settings, words, killed_after)


def _runs(settings: Settings, words: tuple[str, ...], killed_after: float | None) -> int:
    command = [sys.executable, "-m", "bridge", "admin", *words]
    with subprocess.Popen(
        command, env=environment(settings), cwd=settings.keyring.parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            return process.wait(killed_after)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


async def persons(url: str) -> int:
    async with opened(url) as database, database.reading() as session:
        return int(
            await session.scalar(select(func.count()).select_from(ALL.tables["persons"])) or 0
        )


async def test_killed_at_any_moment_it_leaves_one_record_or_the_other(
    stage: Stage, tmp_path: Path
) -> None:
    """Whoever restores is in trouble already, and must be able to begin again."""
    berit = await stage.person("berit")
    await everything(stage, berit)
    file = await backup(stage)
    await youth_with_case(stage, berit, alias="Stille elv")
    # The store goes on in its own process; what is restored over is a copy of its database.
    (tmp_path / "ny").mkdir()
    url = f"sqlite+aiosqlite:///{tmp_path / 'ny' / 'casestore.db'}"
    new = elsewhere(stage, url, tmp_path / "annen")
    assert await runs(new, "restore", str(file)) == 0
    assert await persons(url) == 1
    later = await backup(stage, "senere")
    dice = random.Random(20261127)

    for _ in range(KILLS):
        await runs(new, "restore", str(later), "--replace", killed_after=dice.uniform(0.3, 2.5))
        assert await persons(url) in {1, 2}

    assert await runs(new, "restore", str(later), "--replace") == 0
    assert await persons(url) == 2
    assert await runs(new, "verify-audit") == 0
    assert await runs(new, "restore", str(file)) == 1
