"""
What a start brings in, where little is set up: what nobody asks for takes no memory and no time.

Python itself tells what it imports, in a process that runs as an operator runs it.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

import pytest

from tests.support.served import SERVE, Served, environment, free_port

IMPORTED: Final = re.compile(r"^import time: .*\|\s+(\S+)$", re.MULTILINE)
AWAY: Final = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """The modules that the first start brought in, when there were no tables, and the second."""

    first: frozenset[str]
    second: frozenset[str]


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> Starts:
    place = tmp_path_factory.mktemp("served")
    (place / "keys").mkdir()
    served = Served(
        place=place,
        entry=("-X", "importtime", *SERVE),
        env={
            **environment(place, store_port=free_port(), token="x" * 32),
            "UTEBRU_TELEGRAM__TOKEN": "7:x",
            "UTEBRU_TELEGRAM__API_URL": AWAY,
            "UTEBRU_SLACK__BOT_TOKEN": "xoxb-x",
            "UTEBRU_SLACK__SIGNING_SECRET": "x",
            "UTEBRU_SLACK__ROOM": "C1",
            "UTEBRU_SLACK__API_URL": AWAY,
        },
    )
    first, second = asyncio.run(_twice(served))
    return Starts(first=first, second=second)


async def _twice(served: Served) -> tuple[frozenset[str], frozenset[str]]:
    return await _started(served), await _started(served)


async def _started(served: Served) -> frozenset[str]:
    try:
        await served.start()
    finally:
        await served.kill()
    told = served.log.read_text()
    served.log.unlink()
    return frozenset(IMPORTED.findall(told))


def test_what_migrates_comes_only_where_there_is_something_to_migrate(starts: Starts) -> None:
    """It is as large as many other libraries together, and nearly no start needs it."""
    assert {"alembic", "casestore.upgrading"} <= starts.first
    assert not {"alembic", "mako", "casestore.upgrading"} & starts.second
