"""
Asking Telegram for updates, in a loop of our own.

An update is on disk before the offset moves past it, because that is what makes Telegram
forget it (Bot API, getUpdates). The offset is kept in memory and only until Telegram has
answered to it: numbers may begin anew, lower, after a quiet week.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from telegram.error import Conflict, InvalidToken, TelegramError

from bots.telegram.channel import TelegramChannel
from bots.telegram.raw import update_id
from bots.telegram.request import TooMany
from bridge.domain.delivery import backoff
from bridge.ports import Accept, Clock

WAIT: Final = 25
"""Seconds that Telegram may keep us waiting for an update."""
LONGEST_PAUSE: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)

T = TypeVar("T")


class Trouble(StrEnum):
    """Why no updates are coming in, for whoever raises the alarm."""

    CONFLICT = "conflict"  # a webhook is set, or somebody else polls with our token
    REVOKED = "revoked"
    UNREACHABLE = "unreachable"
    NOT_KEPT = "not_kept"  # they come, and cannot be put on disk


class Polling:
    """
    `run` until told to stop. `report` is called when a trouble begins, and with None when it
    is over; it must not raise. `rest` waits between attempts (the default ends early on stop).
    """

    def __init__(
        self,
        channel: TelegramChannel,
        accept: Accept,
        *,
        clock: Clock,
        report: Callable[[Trouble | None], Awaitable[None]],
        rest: Callable[[timedelta], Awaitable[None]] | None = None,
        wait: int = WAIT,
    ) -> None:
        self._channel, self._accept, self._clock, self._report = channel, accept, clock, report
        self._stop = asyncio.Event()
        self._rest = rest or self._until_stopped
        self._wait = wait
        self._offset: int | None = None
        self._failures = 0
        self._trouble: Trouble | None = None
        self.last_event_at: datetime | None = None
        """When an update last came; None if none has come since the start."""
        self.last_answer_at: datetime | None = None
        """When Telegram last answered, be it with nothing."""

    def stop(self) -> None:
        """End `run` at once, without waiting for Telegram; what is being kept is kept first."""
        self._stop.set()

    async def run(self) -> None:
        while not self._stop.is_set():
            trouble, after = await self.turn()
            if trouble is not self._trouble:
                self._trouble = trouble
                log.log(logging.WARNING if trouble else logging.INFO, "polling trouble=%s", trouble)
                await self._report(trouble)
            self._failures = self._failures + 1 if trouble else 0
            if trouble is not None:
                pause = min(timedelta(seconds=backoff(self._failures)), LONGEST_PAUSE)
                await self._rest(max(pause, after or pause))

    async def turn(self) -> tuple[Trouble | None, timedelta | None]:
        """One question to Telegram and what came of it; how long to wait, if it said so."""
        try:
            updates = await self._unless_stopped(self._channel.pull(self._offset, wait=self._wait))
        except Conflict:
            return Trouble.CONFLICT, None
        except InvalidToken:
            return Trouble.REVOKED, None
        except TooMany as busy:
            return Trouble.UNREACHABLE, busy.after
        except TelegramError:
            return Trouble.UNREACHABLE, None
        if updates is None:
            return self._trouble, None
        self.last_answer_at = self._clock.now()
        if not updates:
            self._offset = None
            return None, None
        self.last_event_at = self.last_answer_at
        return await self._keep(updates), None

    async def _keep(self, updates: Sequence[bytes]) -> Trouble | None:
        """Move the offset past those that are on disk, and no further."""
        numbers = [update_id(update) for update in updates]
        kept: list[int] = []
        try:
            for number, update in zip(numbers, updates, strict=True):
                await self._accept("telegram", _event(number, update), update)
                if number is not None:
                    kept.append(number)
        except Exception as error:
            # Whatever keeps it from the disk, Telegram still has it, and is asked again.
            log.warning("not kept error=%s kept=%d", type(error).__name__, len(kept))
            waiting = [number for number in numbers[len(kept) :] if number is not None]
            self._offset = min([*waiting, *([max(kept) + 1] if kept else [])], default=None)
            return Trouble.NOT_KEPT
        log.debug("kept updates=%d", len(updates))
        if not kept:
            return Trouble.NOT_KEPT  # nothing that Telegram could be told to forget
        self._offset = max(kept) + 1
        return None

    async def _unless_stopped(self, asking: Coroutine[object, object, T]) -> T | None:
        """What comes of `asking`, or None if we are told to stop before that."""
        question = asyncio.ensure_future(asking)
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({question, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return question.result() if question.done() else None
        finally:
            stopped.cancel()
            question.cancel()
            with suppress(asyncio.CancelledError, TelegramError):
                await question

    async def _until_stopped(self, pause: timedelta) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), pause.total_seconds())


def _event(number: int | None, update: bytes) -> str:
    """The platform's own number; the Bot API promises one, and a digest serves without."""
    return str(number) if number is not None else hashlib.sha256(update).hexdigest()
