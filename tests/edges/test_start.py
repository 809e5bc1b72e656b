"""
What a start brings in, where little is set up: what nobody asks for takes no memory and no time.

Python itself tells what it imports, in a process that runs as an operator runs it.
"""

import asyncio
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

import pytest

from tests.support.served import SERVE, Served, environment, free_port

IMPORTED: Final = re.compile(r"^import time: .*\|\s+(\S+)$", re.MULTILINE)
AWAY: Final = "http://127.0.0.1:9"

OTHER_DIALECT: Final = "sqlalchemy.dialects.postgresql"
"""The migrations name both databases; nothing else does where the words lie in SQLite."""

WAITS: Final = {
    "rich": "somebody runs httpx by itself",
    "pydantic.v1.main": "somebody hands in a model of an older pydantic",
    "PIL": "a picture has come",
    "puremagic": "a file has come",
    "selectolax": "a mail has come",
    "cryptography.x509": "a mailbox is opened with a certificate",
    "pkcs11": "the keys lie in a token",
    "asn1crypto": "the keys lie in a token",
    "authlib": "the municipality logs people in",
    "joserfc": "the municipality logs people in",
    "msal": "a mailbox is opened",
    "typst": "something is printed",
    "segno": "somebody sets up a second factor",
    "casestore.routers": "somebody opens a page",
    "jinja2": "somebody opens a page",
    "casestore.backup.restoring": "a backup is put back",
    "casestore.own_journal.packing": "a youth's pack is made",
    "bridge.doctor": "the doctor is asked",
    "bridge.demo": "somebody tries it out",
}
"""What is brought in first when that happens."""


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
    assert not {"alembic", "mako", "casestore.upgrading", OTHER_DIALECT} & starts.second


@pytest.mark.parametrize("module", WAITS)
def test_what_waits_for_something_to_happen_is_not_there_before(
    starts: Starts, module: str
) -> None:
    """Each is a library of its own, and all of them together as much as the bridge itself."""
    assert module not in starts.first | starts.second


def test_every_module_that_waits_can_still_be_brought_in() -> None:
    """One that is renamed would be missed by nobody, and its successor be there from the first."""
    assert [module for module in WAITS if find_spec(module) is None] == []
