"""A measured program in a process of its own: started, asked what it costs, killed."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from benchmarks.contestants import READY

PATIENCE: Final = 60.0
"""Seconds a start may take, or an end."""
ROOT: Final = Path(__file__).parents[1]
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class DidNotStart(Exception):
    """It ended, or said nothing; the message is the last of what it wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One that is measured: a module, what runs it, and what it writes when it is ready."""

    module: str
    python: str = sys.executable
    ready: str = READY
    keeps: bool = False
    """Whether it has a database, and says how that keeps what it is told."""


@dataclass(slots=True, kw_only=True)
class Program:
    """`said`: what it wrote before it was ready."""

    side: Side
    env: Mapping[str, str] = field(repr=False)
    log: IO[bytes]
    port: int = 0
    said: list[str] = field(default_factory=list)
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Raises `DidNotStart`."""
        await self.spawn()
        await self.is_ready()

    async def spawn(self) -> None:
        self.port = self.port or free_port()
        self.said.clear()
        self._process = await asyncio.create_subprocess_exec(
            self.side.python, "-m", self.side.module,
            env={"PATH": os.environ["PATH"], **self.env, "BENCH_PORT": str(self.port)},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=self.log,
            cwd=ROOT,
        )  # fmt: skip

    async def is_ready(self) -> None:
        """Wait until it has said so. Raises `DidNotStart`."""
        if self._process is None or self._process.stdout is None:
            raise DidNotStart(self.side.module)
        async with asyncio.timeout(PATIENCE):
            while line := (await self._process.stdout.readline()).decode().strip():
                if line == self.side.ready:
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
            raise DidNotStart(self.side.module)
        return self._process.pid

    async def healthy(self) -> float:
        """Seconds from now until it first answers that it is well. Raises `TimeoutError`."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            while not await self._is_well():  # noqa: ASYNC110  (it tells nobody by itself)
                await asyncio.sleep(0.01)
        return time.monotonic() - began

    async def _is_well(self) -> bool:
        try:
            reading, writing = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writing.write(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        said = await reading.readline()
        writing.close()
        return b" 200 " in said

    async def end(self) -> float:
        """SIGTERM; seconds until it had ended. Raises `TimeoutError`."""
        if self._process is None:
            raise DidNotStart(self.side.module)
        began = time.monotonic()
        self._process.terminate()
        async with asyncio.timeout(PATIENCE):
            await self._process.wait()
        return time.monotonic() - began

    async def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


Before = Callable[[Mapping[str, str]], Awaitable[None]]
"""What is done where a program is to run, before it does."""


@asynccontextmanager
async def running(
    side: Side | str, env: Mapping[str, str], *, before: Before | None = None
) -> AsyncIterator[Program]:
    """A program, with a place of its own on disk unless `env` says where."""
    known = Side(module=side) if isinstance(side, str) else side
    with place() as own, tempfile.TemporaryFile() as log:
        program = Program(side=known, env={"BENCH_PLACE": str(own), **env}, log=log)
        try:
            if before is not None:
                await before(program.env)
            await program.start()
            yield program
        finally:
            await program.kill()


@contextmanager
def place() -> Iterator[Path]:
    """On a disk; cleared away afterwards."""
    made = Path(tempfile.mkdtemp(prefix="utebru-bench-", dir=ROOT / "build"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
