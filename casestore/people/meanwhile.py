"""
Comparing persons while the store serves: when it has begun, after each change, and every hour.

It rests four times as long as it works, so that whoever uses the store does not notice.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from casestore.edge import Store

if TYPE_CHECKING:
    from casestore.people.comparing import Comparing

log = logging.getLogger(__name__)

REST: Final = 4.0
SOON: Final = 5.0  # seconds
EVERY: Final = 3600.0  # seconds

Rest = Callable[[float], Awaitable[None]]


class Ended(Exception):
    """The store serves no more."""


@asynccontextmanager
async def compared(store: Store, *, soon: float = SOON) -> AsyncIterator[None]:
    """Keep on comparing meanwhile; `soon` after somebody is new or changed."""
    ended = asyncio.Event()
    task = asyncio.create_task(_keep_on(store, ended, soon))
    try:
        yield
    finally:
        # Not cancelled in the middle of a transaction: what it is at takes no longer than it may.
        ended.set()
        store.compare.set()
        await task


async def _keep_on(store: Store, ended: asyncio.Event, soon: float) -> None:
    async def rest(worked: float) -> None:
        if await _told(ended, worked * REST):
            raise Ended

    comparing: Comparing | None = None
    while not await _told(ended, soon):
        store.compare.clear()
        try:
            if comparing is None:
                comparing = await asyncio.to_thread(_begun, store, rest)
            await comparing.catch_up()
        except Ended:
            return
        except Exception as failure:
            log.error("comparing failed kind=%s", type(failure).__name__)
            # It may have come half way with somebody, so that everybody is compared anew.
            comparing = None
        await _told(store.compare, EVERY)


def _begun(store: Store, rest: Rest) -> "Comparing":
    """What compares is brought in when the store already serves, and not on its loop."""
    from casestore.people.comparing import Comparing

    return Comparing(store=store, rest=rest)


async def _told(event: asyncio.Event, seconds: float) -> bool:
    """Wait until it is told, or so long; say whether it was."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
