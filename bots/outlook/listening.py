"""
Hearing with mailboxes: asked when Graph wakes us, and every few minutes in any case.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
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
        others: Sequence[tuple[Mailbox, Subscription | None]] = (),
    ) -> None:
        """`others`: mailboxes that are heard with it, each with its subscription."""
        self._each = ((mailbox, subscription), *others)
        self._report = report
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
        for mailbox, subscription in self._each:
            if event == "subscriptionRemoved" and subscription is not None:
                subscription.lost()
            if event == "reauthorizationRequired" and subscription is not None:
                subscription.expire()
            if event in {"missed", "subscriptionRemoved"}:
                mailbox.resync()
        self._woken.set()

    async def run(self) -> None:
        while not self._stopped:
            self._woken.clear()
            pause = await self.turn()
            if not self._stopped:
                await self._rest(pause)

    async def turn(self) -> timedelta:
        """See to the subscription, ask, tidy, and say how it went; how long to rest."""
        trouble, after = None, None
        for mailbox, subscription in self._each:
            await _tend(mailbox, subscription)
            one, wait = await mailbox.turn()
            if one in {None, Trouble.NOT_KEPT}:
                await mailbox.tidy()
            trouble = trouble or one
            after = max(filter(None, (after, wait)), default=None)
        if trouble is not self._trouble:
            self._trouble = trouble
            log.log(logging.WARNING if trouble else logging.INFO, "mailbox trouble=%s", trouble)
            await self._report(trouble)
        self._failures = self._failures + 1 if trouble else 0
        if trouble is not None:
            pause = min(timedelta(seconds=backoff(self._failures)), LONGEST_PAUSE)
            return max(pause, after or pause)
        called = all(each is not None and each.stands for _, each in self._each)
        return EVERY if called else UNCALLED

    def last_event_at(self) -> datetime | None:
        """In whichever mailbox something came last."""
        return max(filter(None, (each.last_event_at for each, _ in self._each)), default=None)

    async def _until_woken(self, pause: timedelta) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), pause.total_seconds())


async def _tend(mailbox: Mailbox, subscription: Subscription | None) -> None:
    """Without it we ask more often; that is no trouble of anybody's."""
    if subscription is None:
        return
    try:
        if await subscription.tend():
            mailbox.resync()  # what came between two of them was told to nobody
    except SendFailed as failed:
        log.warning("not subscribed reason=%s", failed.reason.value)
