"""The case store on both databases, and the people who use it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from casestore.database import opened
from casestore.migrating import migrate
from tests.casestore.municipality import Municipality, municipality
from tests.casestore.stage import Stage, staged
from tests.support.clock import StoppedClock
from tests.support.postgres import Server, drop_database, fresh_database, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server | None]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where a migrated, empty database lies to be copied; each is made the first time."""
    return {"home": str(tmp_path_factory.mktemp("migrated"))}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    templates: dict[str, str],
    postgres_server: Server | None,
) -> AsyncIterator[str]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        yield await _sqlite(tmp_path, templates)
        return
    if postgres_server is None:
        pytest.skip("no PostgreSQL: set TEST_PG_URL or install it")
    if "postgresql" not in templates:
        templates["postgresql"] = await fresh_database(postgres_server)
        await _migrated(templates["postgresql"])
    template = make_url(templates["postgresql"]).database or ""
    url = await fresh_database(postgres_server, template=template)
    yield url
    await drop_database(postgres_server, url)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def stage(database_url: str, tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(staged(database_url, tmp_path, clock))


async def _sqlite(tmp_path: Path, templates: dict[str, str]) -> str:
    made = Path(templates["home"]) / "casestore.db"
    if not made.exists():
        await _migrated(f"sqlite+aiosqlite:///{made}")
    home = tmp_path / "data"
    home.mkdir()
    shutil.copy(made, home / "casestore.db")
    return f"sqlite+aiosqlite:///{home / 'casestore.db'}"


async def _migrated(url: str) -> None:
    async with opened(url) as database:
        await migrate(database)


@pytest.fixture
async def there(clock: StoppedClock) -> AsyncIterator[Municipality]:
    """The municipality's log-in, up on loopback."""
    async with municipality(clock) as there:
        yield there
