"""
The stage that the scenes are played on.

Scenes that do not disturb each other share a town for the length of a file, each with a
youth of its own; those that break something have one to themselves.
"""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import NoEars
from tests.support.stage import Stage, prepared, stage_in
from tests.vault.plans import heard, nothing_reads_through


@pytest.fixture(scope="session")
def people_at_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("people"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_stage(
    people_at_work: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """A town in which whatever the scenes ask the vault for, now or later, is found by an index."""
    place = tmp_path_factory.mktemp("town")
    async with stage_in(place, template=people_at_work) as stage:
        url = stage.town.settings.database_url
        with heard(url) as asked:
            yield stage
        await nothing_reads_through(url, asked)


@pytest.fixture
def ears(no_ears: NoEars, caplog: pytest.LogCaptureFixture) -> NoEars:
    """Ours are heard at DEBUG; of these, which say something at every statement, no line stays."""
    for chatty in ("aiosqlite", "sqlalchemy", "asyncio", "httpcore", "httpx", "uvicorn"):
        caplog.set_level(logging.WARNING, logger=chatty)
    # Each of these lowers the handler's own ears too (pytest, LogCaptureFixture.set_level).
    caplog.set_level(logging.DEBUG)
    return no_ears


@pytest.fixture
def stage(shared_stage: Stage, ears: NoEars) -> Stage:
    """The file's town; what is said in this scene must not be heard in any log."""
    shared_stage.is_heard_by(ears)
    return shared_stage


@pytest_asyncio.fixture(loop_scope="module")
async def own_stage(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Stage]:
    """A town for one scene, which may do with it as it likes."""
    async with stage_in(tmp_path, template=people_at_work) as alone:
        alone.is_heard_by(ears)
        yield alone
