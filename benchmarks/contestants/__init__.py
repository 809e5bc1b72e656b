"""
The programs that are measured, each a process of its own that is told all by its environment.

`BENCH_PORT`, `BENCH_DATABASE`, `BENCH_TELEGRAM`, `BENCH_SLACK`, `BENCH_PLACE`; each writes `READY`
when it listens, and before that, if it keeps anything, how its database keeps it.
"""

import os
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import uvicorn
import uvloop
from typing_extensions import override

READY: Final = "ready"
PORT: Final = int(os.environ.get("BENCH_PORT", "0"))
DATABASE: Final = os.environ.get("BENCH_DATABASE", "")
TELEGRAM: Final = os.environ.get("BENCH_TELEGRAM", "")
SLACK: Final = os.environ.get("BENCH_SLACK", "")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class _Telling(uvicorn.Server):
    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        say(READY)


async def listen(app: Any) -> None:
    """Until told to stop."""
    config = uvicorn.Config(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False)
    await _Telling(config).serve()


def run(what: Callable[[], Awaitable[None]]) -> None:
    async def begun() -> None:
        await what()

    uvloop.run(begun())
