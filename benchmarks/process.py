"""A measured program in a process of its own: started, asked what it costs, killed."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from benchmarks.contestants import READY

PATIENCE: Final = 60.0
"""Seconds a start may take."""
ROOT: Final = Path(__file__).parents[1]
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class DidNotStart(Exception):
    """It ended, or said nothing; the message is the last of what it wrote."""


@dataclass(slots=True, kw_only=True)
class Program:
    """`said`: what it wrote before it was ready."""

    module: str
    env: Mapping[str, str] = field(repr=False)
    log: IO[bytes]
    port: int = 0
    said: list[str] = field(default_factory=list)
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Raises `DidNotStart`."""
        self.port = self.port or free_port()
        self.said.clear()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self.module,
            env={"PATH": os.environ["PATH"], **self.env, "BENCH_PORT": str(self.port)},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=self.log,
            cwd=ROOT,
        )  # fmt: skip
        if self._process.stdout is None:
            raise DidNotStart(self.module)
        async with asyncio.timeout(PATIENCE):
            while line := (await self._process.stdout.readline()).decode().strip():
                if line == READY:
                    return
                self.said.append(line)
        self.log.seek(0)
        raise DidNotStart(self.log.read()[-2000:].decode(errors="replace"))

    @property
    def cpu(self) -> float:
        """Seconds of the processor it has used, itself and the system for it (proc(5), stat)."""
        found = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(found[11]) + int(found[12])) / TICKS

    @property
    def memory(self) -> float:
        """MiB that are resident."""
        return int(Path(f"/proc/{self._pid}/statm").read_text().split()[1]) * PAGE / 2**20

    @property
    def _pid(self) -> int:
        if self._process is None:
            raise DidNotStart(self.module)
        return self._process.pid

    async def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def running(module: str, env: Mapping[str, str]) -> AsyncIterator[Program]:
    """A program with a place of its own on disk, which is cleared away afterwards."""
    place = Path(tempfile.mkdtemp(prefix="utebru-bench-", dir=ROOT / "build"))
    with tempfile.TemporaryFile() as log:
        program = Program(module=module, env={"BENCH_PLACE": str(place), **env}, log=log)
        try:
            await program.start()
            yield program
        finally:
            await program.kill()
            shutil.rmtree(place, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
