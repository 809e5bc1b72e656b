"""
One of several processes over one vault and one key ring: `python -m tests.vault.sharing WHAT NAME`.

`write` says something, reads back something said before, and tells each time how much it has
said, until its input ends. `rotate` changes the key so many times, and tells before each time
what somebody who copied the database then would have: which period, and what is wrapped.
"""

import asyncio
import os
import random
import sys
from base64 import b64encode
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import select

from bridge.chance import Dice, WallClock
from bridge.domain.ids import Address, ConversationId, ThreadId
from bridge.keyring import FileKeyRing
from bridge.keyring.token import TokenKeyRing
from bridge.ports import KeyRing
from bridge.vault.sql import SqlVault, open_vault
from bridge.vault.tables import data_keys
from tests.vault.rig import TEAM, maya, said, talk

ROTATIONS: Final = 4
MOST: Final = 6
"""That one of them says; then it only reads."""
BREATH: Final = 0.01
"""Seconds; four who never pause leave a small machine nothing for the fifth."""


def ring_of(env: Mapping[str, str]) -> KeyRing:
    if file := env.get("SHARING_FILE"):
        return FileKeyRing.open(Path(file), data_dir=Path(file).with_name("data"))
    return TokenKeyRing.open(
        module=Path(env["UTEBRU_HSM__MODULE"]),
        token=env["UTEBRU_HSM__TOKEN"],
        pin=env["UTEBRU_HSM__PIN"],
        team=env["SHARING_TEAM"],
    )


def opened(env: Mapping[str, str]) -> AbstractAsyncContextManager[SqlVault]:
    return open_vault(
        env["SHARING_DATABASE"], keys=ring_of(env), clock=WallClock(), mint=Dice(), team=TEAM
    )


def conversation(name: str, number: int) -> ConversationId:
    return ConversationId(f"con_{name}_{number}")


def words(name: str, number: int) -> str:
    return f"{name} sier {number}"


async def write(vault: SqlVault, name: str, *, ended: asyncio.Event) -> None:
    choice, number = random.Random(name), 0
    while not ended.is_set():
        if number < MOST:
            await say(vault, name, number)
            number += 1
            print(number, flush=True)  # noqa: T201
        earlier = choice.randrange(number)
        async with vault.begin() as tx:
            found = await tx.words.entry(conversation(name, earlier), 1)
        assert found.text == words(name, earlier)
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), BREATH)


async def say(vault: SqlVault, name: str, number: int) -> None:
    """To somebody new, so that there is a key more for everything."""
    thread, about = ThreadId(f"thr_{name}_{number}"), conversation(name, number)
    youth = replace(maya(), id=thread, alias=str(thread), address=Address(thread))
    async with vault.begin() as tx:
        await tx.threads.add(youth)
        await tx.words.begin(talk(about, thread=thread))
        await tx.words.append(about, said(words(name, number)))
    await vault.accept("telegram", f"{name}/{number}", words(name, number).encode())


async def rotate(vault: SqlVault) -> None:
    for _ in range(ROTATIONS):
        async with vault.work() as work:
            rows = await work.all(select(data_keys.c.period, data_keys.c.wrapped))
        for row in rows:
            print(row.period, b64encode(row.wrapped).decode(), flush=True)  # noqa: T201
        await vault.rotate(batch=20)


async def main(what: str, name: str) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with opened(os.environ) as vault:
        if what == "rotate":
            return await rotate(vault)
        loop.add_reader(sys.stdin, ended.set)
        return await write(vault, name, ended=ended)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
