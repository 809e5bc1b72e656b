"""A place of its own for what is measured beside us and is no part of us: nothing of it is ours."""

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import Final

from benchmarks.process import ROOT, Side

NAMED: Final = ROOT / "requirements" / "peers.txt"
PLACE: Final = ROOT / "build" / "peers"
PATIENCE: Final = 300.0
"""Seconds that it may take to fetch."""


class NotInstalled(Exception):
    """It could not be fetched, or does not go with this Python; the message is the end of why."""


async def opsdroid() -> Side:
    """Raises `NotInstalled`."""
    return Side(module="benchmarks.peers.opsdroid_relay", python=str(await _installed()))


async def _installed() -> Path:
    """The Python that knows them; made anew when what is named has changed."""
    python, mark = PLACE / "bin" / "python", PLACE / "installed"
    named = hashlib.sha256(NAMED.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == named:
        return python
    await _run(sys.executable, "-m", "venv", "--clear", str(PLACE))
    await _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
               "--no-input", "--require-hashes", "--no-deps", "-r", str(NAMED))  # fmt: skip
    mark.write_text(named)
    return python


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise NotInstalled("it took too long") from None
    if process.returncode:
        raise NotInstalled(said.decode(errors="replace")[-300:])
