"""
Hearing with a mailbox: asked when Graph wakes us, and every few minutes in any case.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from bots.outlook.mailbox import Mailbox, Trouble
from bots.outlook.subscription import Subscription
from bridge.domain.delivery import backoff
from bridge.ports import SendFailed

EVERY: Final = timedelta(minutes=5)
UNCALLED: Final = timedelta(minutes=1)
"""Where Graph does not call us."""
LONGEST_PAUSE: Final = timedelta(minutes=1)
"""After a trouble, unless Graph asks for longer."""

log = logging.getLogger(__name__)


class Listening:
    """`run` until told to stop. `report` as in `Ears`; `rest` waits until it is time, or woken."""

    def __init__(
        self,
        mailbox: Mailbox,
        subscription: Subscription | None,
        *,
        report: Callable[[str | None], Awaitable[None]],
        rest: Callable[[timedelta], Awaitable[None]] | None = None,
    ) -> None:
        self._mailbox, self._subscription, self._report = mailbox, subscription, report
        self._rest = rest or self._until_woken
        self._stopped = False
        self._woken = asyncio.Event()
        self._trouble: Trouble | None = None
        self._failures = 0

    def stop(self) -> None:
        self._stopped = True
        self._woken.set()

    def told(self, event: str) -> None:
        """Graph has called: something has come, or something has happened to the subscription."""
        if event == "subscriptionRemoved" and self._subscription is not None:
            self._subscription.lost()
        if event == "reauthorizationRequired" and self._subscription is not None:
            self._subscription.expire()
        if event in {"missed", "subscriptionRemoved"}:
            self._mailbox.resync()
        self._woken.set()

    async def run(self) -> None:
        while not self._stopped:
            self._woken.clear()
            pause = await self.turn()
            if not self._stopped:
                await self._rest(pause)

    async def turn(self) -> timedelta:
        """See to the subscription, ask, and say how it went; how long to rest."""
        await self._tend()
        trouble, after = await self._mailbox.turn()
        if trouble is not self._trouble:
            self._trouble = trouble
            log.log(logging.WARNING if trouble else logging.INFO, "mailbox trouble=%s", trouble)
            await self._report(trouble)
        self._failures = self._failures + 1 if trouble else 0
        if trouble is not None:
            pause = min(timedelta(seconds=backoff(self._failures)), LONGEST_PAUSE)
            return max(pause, after or pause)
        called = self._subscription is not None and self._subscription.stands
        return EVERY if called else UNCALLED

    async def _tend(self) -> None:
        """Without it we ask more often; that is no trouble of anybody's."""
        if self._subscription is None:
            return
        try:
            if await self._subscription.tend():
                self._mailbox.resync()  # what came between two of them was told to nobody
        except SendFailed as failed:
            log.warning("not subscribed reason=%s", failed.reason.value)

    async def _until_woken(self, pause: timedelta) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), pause.total_seconds())
