"""Several processes over one key ring, in the hour in which the key is changed."""

import asyncio
import os
import sys
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from bridge.chance import WallClock
from bridge.ports import KeyGone
from bridge.vault.sql import SqlVault
from tests.support.postgres import Server, drop_database, fresh_database
from tests.support.softhsm import Hsm
from tests.vault.sharing import ROTATIONS, conversation, opened, ring_of, words

ROOT: Final = Path(__file__).parents[2]
WRITERS: Final = ("ada", "bo", "cy", "di")
PATIENCE: Final = 60.0
"""Seconds, after which something hangs."""


@pytest.fixture(params=["token", pytest.param("file", marks=pytest.mark.slow)])
async def env(
    request: pytest.FixtureRequest, server: Server, tmp_path: Path
) -> AsyncIterator[Mapping[str, str]]:
    """What each process is told: a database, and a ring of the one kind or the other."""
    url = await fresh_database(server)
    if request.param == "file":
        ring = {"SHARING_FILE": str(tmp_path / "ring.json")}
    else:
        hsm: Hsm = request.getfixturevalue("hsm")
        hsm.prepare("shared")
        ring = {**hsm.environment, "SHARING_TEAM": "shared"}
    yield {"PATH": os.environ["PATH"], "SHARING_DATABASE": url, **ring}
    await drop_database(server, url)


@asynccontextmanager
async def running(
    env: Mapping[str, str], what: str, name: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.vault.sharing", what, name, env=env, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_the_key_dies_under_four_who_write_and_nobody_loses_a_word(
    env: Mapping[str, str],
) -> None:
    """Nothing that was copied before can be read after, and nothing that lives is lost."""
    async with asyncio.timeout(PATIENCE):
        async with opened(env):
            """Made, before several come at once."""
        said, stolen = await _four_write_while_one_rotates(env)
        async with opened(env) as vault:
            await vault.rotate()
            await _all_is_there(vault, said)

    ring = ring_of(env)
    assert len(ring.periods()) == 1
    assert len({period for period, _ in stolen}) == ROTATIONS
    assert min(said.values()) > 1
    for period, wrapped in stolen:
        with pytest.raises(KeyGone):
            ring.unwrap(period, wrapped)


async def _four_write_while_one_rotates(
    env: Mapping[str, str],
) -> tuple[Mapping[str, int], list[tuple[str, bytes]]]:
    """How much each said, and what somebody who copied the database again and again has."""
    async with asyncio.TaskGroup() as tasks:
        begun, enough = asyncio.Barrier(len(WRITERS) + 1), asyncio.Event()
        writers = {name: tasks.create_task(_written(env, name, begun, enough)) for name in WRITERS}
        await begun.wait()
        async with running(env, "rotate", "-") as rotator:
            told, _ = await rotator.communicate()
        assert rotator.returncode == 0
        enough.set()
    rows = [line.split() for line in told.decode().splitlines()]
    said = {name: writer.result() for name, writer in writers.items()}
    return said, [(period, b64decode(wrapped)) for period, wrapped in rows]


async def _written(
    env: Mapping[str, str], name: str, begun: asyncio.Barrier, enough: asyncio.Event
) -> int:
    async with running(env, "write", name) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        assert await writer.stdout.readline()
        await begun.wait()
        rest = asyncio.create_task(writer.stdout.read())
        await enough.wait()
        writer.stdin.close()
        told = (await rest).split()
        assert await writer.wait() == 0, f"{name} came upon something it could not read"
    return int(told[-1])


async def _all_is_there(vault: SqlVault, said: Mapping[str, int]) -> None:
    expected = {words(name, number) for name, count in said.items() for number in range(count)}
    async with vault.begin() as tx:
        for name, count in said.items():
            for number in range(count):
                found = await tx.words.entry(conversation(name, number), 1)
                assert found.text == words(name, number)
        assert await tx.inbox.waiting() == len(expected)
        arrived = await tx.inbox.next(WallClock().now(), limit=len(expected) + 1)
    assert sorted(each.body.decode() for each in arrived) == sorted(expected)
