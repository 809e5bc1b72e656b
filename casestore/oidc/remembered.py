"""What the provider tells of itself: asked for once, and not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from casestore.oidc.rules import NOT_AGAIN, REMEMBERED, NotLetIn, Refusal
from casestore.times import Clock

T = TypeVar("T")


class Remembered(Generic[T]):
    """Something asked for once by all who need it, and again when it has grown old."""

    def __init__(self, clock: Clock, fetch: Callable[[], Awaitable[T]]) -> None:
        self._clock, self._fetch = clock, fetch
        self._lock = asyncio.Lock()
        self._held: tuple[datetime, T] | None = None
        self._failed_at: datetime | None = None

    async def known(self) -> T:
        """Give it as it was, when it is not too old."""
        async with self._lock:
            if self._held is not None and self._clock() - self._held[0] < REMEMBERED:
                return self._held[1]
            return await self._asked()

    async def anew(self) -> T:
        """Give it as it is now."""
        async with self._lock:
            return await self._asked()

    async def _asked(self) -> T:
        now = self._clock()
        if self._failed_at is not None and now - self._failed_at < NOT_AGAIN:
            raise NotLetIn(Refusal.SILENT, "lately")
        try:
            found = await self._fetch()
        except NotLetIn:
            self._failed_at = self._clock()
            raise
        self._held, self._failed_at = (self._clock(), found), None
        return found
