"""A database of its own for each run, on a disk."""

import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.process import ROOT
from tests.support.postgres import Server, drop_database, fresh_database


@asynccontextmanager
async def database(server: Server | None) -> AsyncIterator[str]:
    """On `server`, or where there is none in a file."""
    if server is not None:
        url = await fresh_database(server)
        yield url
        await drop_database(server, url)
        return
    with tempfile.TemporaryDirectory(prefix="utebru-bench-", dir=ROOT / "build") as place:
        yield f"sqlite+aiosqlite:///{Path(place) / secrets.token_hex(4)}.db"
