"""A case store that the bridge reaches, for whoever asks for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bridge.casefile import HttpCaseRecord
from casestore.settings import Settings
from tests.edges.zone import NOW, TOKEN, Zone
from tests.support.record_app import record_app


@pytest.fixture
async def zone(tmp_path: Path) -> AsyncIterator[Zone]:
    settings = Settings(
        token=TOKEN,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'data' / 'store.db'}",
        keyring=tmp_path / "keys" / "store.keys",
    )
    app = record_app(settings, lambda: NOW)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://store",
            headers={"Authorization": f"Bearer {TOKEN}"},
        ) as http,
    ):
        yield Zone(store=app.state.store, http=http, record=HttpCaseRecord(http))
