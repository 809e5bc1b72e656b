"""Somewhere empty to restore to, and what lies there afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.casestore.stage import Stage
from tests.support.postgres import Server, drop_database, fresh_database


@pytest.fixture
async def empty(stage: Stage, tmp_path: Path, postgres_server: Server | None) -> AsyncIterator[str]:
    """An empty database of the same kind, on the machine that takes over."""
    kind = stage.store.database.engine.dialect.name
    async for url in _empty(kind, tmp_path, postgres_server):
        yield url


async def _empty(kind: str, place: Path, server: Server | None) -> AsyncIterator[str]:
    if kind == "sqlite":
        (place / "ny").mkdir()
        yield f"sqlite+aiosqlite:///{place / 'ny' / 'casestore.db'}"
        return
    if server is None:
        pytest.skip("no PostgreSQL: set TEST_PG_URL or install it")
    url = await fresh_database(server)
    yield url
    await drop_database(server, url)
