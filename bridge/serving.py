"""An HTTP listener inside the running loop."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any, Final

import uvicorn
from typing_extensions import override

STAYS_OPEN: Final = 75
"""
Seconds a connection may lie still before we close it: longer than a proxy in front of us keeps
one to use again (nginx 60), so that no call goes out on one that we are closing.
"""


class Quiet(uvicorn.Server):
    """Signals are the program's business, not a listener's."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class NotListening(RuntimeError):
    """The address is taken, or the application did not start."""


@asynccontextmanager
async def listening(app: Any, host: str, port: int) -> AsyncIterator[str]:
    """Serve `app` until the block ends; its base URL. Port 0 takes any that is free."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=STAYS_OPEN,
    )
    server = Quiet(config)
    serving = asyncio.create_task(_serve(server))
    try:
        while not server.started:
            if serving.done():
                raise NotListening(f"{host}:{port}")
            await asyncio.sleep(0.01)
        bound = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://{host}:{bound}"
    finally:
        server.should_exit = True
        await serving


def settled_in() -> None:
    """What is there by now stays, and need not be looked through for what can go."""
    gc.collect()
    gc.freeze()


async def _serve(server: uvicorn.Server) -> None:
    with contextlib.suppress(SystemExit):
        # uvicorn ends the program when it cannot start; here that is the caller's choice.
        await server.serve()
