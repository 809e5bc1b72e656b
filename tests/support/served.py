"""`python -m bridge serve` as an operator runs it, in a process of its own that can be killed."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

READY: Final = b"utebru: klar"
PATIENCE: Final = 90.0
"""Seconds that a start may take on a busy machine."""

SERVE: Final = ("-m", "bridge", "serve")


class DidNotStart(Exception):
    """The process ended, or said nothing; its log is in the place that the message names."""


@dataclass(slots=True, kw_only=True)
class Served:
    """`place` holds its data, its keys, its log and its temporary files, each in a folder."""

    place: Path
    env: Mapping[str, str] = field(repr=False)
    entry: Sequence[str] = SERVE
    starts: int = 0
    _process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.place / "logs" / "bridge.log"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise DidNotStart(str(self.log))
        return self._process.pid

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def environment(self) -> dict[str, str]:
        """Ours without our settings, its own, and its own place for temporary files."""
        return {**_plain(), **self.env, "TMPDIR": str(self.place / "tmp")}

    async def start(self) -> None:
        """Returns when it says that it is ready. Raises `DidNotStart`."""
        for folder in ("data", "logs", "tmp"):
            (self.place / folder).mkdir(parents=True, exist_ok=True)
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self.entry,
                env=self.environment(),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log,
                cwd=Path(__file__).parents[2],
            )  # fmt: skip
        try:
            async with asyncio.timeout(PATIENCE):
                while self._process.stdout is not None:
                    line = await self._process.stdout.readline()
                    if line.strip() == READY:
                        return
                    if not line:
                        break
        except TimeoutError:
            await self.kill()
        raise DidNotStart(str(self.log))

    async def kill(self) -> None:
        """`kill -9`: nothing in it gets a chance to do anything more."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, as an operator stops it."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(30):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()


def environment(place: Path, *, store_port: int, token: str) -> dict[str, str]:
    """The settings of a bridge and a case store that live in `place`."""
    return {
        "UTEBRU_DATA_DIR": str(place / "data"),
        "UTEBRU_KEYRING": str(place / "keys" / "keyring.json"),
        "UTEBRU_PORT": str(free_port()),
        "UTEBRU_CASESTORE__TOKEN": token,
        "UTEBRU_CASESTORE__PORT": str(store_port),
        "UTEBRU_CASESTORE__KEYRING": str(place / "keys" / "casestore.keys"),
        # The people of the tests log in with a password alone.
        "UTEBRU_CASESTORE__SECOND_FACTOR": "optional",
        "UTEBRU_HOURS": "mon-sun 00:00-23:59",
        "UTEBRU_TIMEZONE": where_it_is_noon(datetime.now(UTC)),
    }


def where_it_is_noon(now: datetime) -> str:
    """Nobody is asked anything at night, and tests are run then too."""
    behind = now.hour - 12
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _plain() -> dict[str, str]:
    """What a process needs of ours, and none of our settings."""
    return {name: text for name, text in os.environ.items() if not name.startswith("UTEBRU_")}
