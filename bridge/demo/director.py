"""Lets everything that has been set going come to rest, without waiting for real time."""

from datetime import datetime, timedelta
from http import HTTPStatus

from bridge.demo.time import PlayedClock
from bridge.demo.town import Town
from bridge.ports import Call

MOST_ROUNDS = 2_000


class NeverStill(AssertionError):
    """Something keeps going round; a promise may be broken."""


class Director:
    def __init__(self, town: Town, clock: PlayedClock) -> None:
        self._town, self._clock = town, clock
        self._asked = -1
        """How often the mailbox had changed when it was last asked."""

    async def settle(self, within: timedelta = timedelta(seconds=30)) -> None:
        """
        Until nothing is left to do, and nothing falls due within the given time.

        The clock moves to whatever is due next: undo times, pauses between messages, looks.
        """
        end = self._clock.now() + within
        for _ in range(MOST_ROUNDS):
            await self._hear()
            if self._town.is_up and await self._town.bridge.round():
                continue
            if await self._heard_more():
                continue
            due = await self._town.bridge.next_due() if self._town.is_up else None
            if due is None or due > end:
                return
            self._clock.set(max(due, self._clock.now() + timedelta(milliseconds=1)))
        raise NeverStill

    async def later(self, by: timedelta, *, step: timedelta = timedelta(minutes=30)) -> None:
        """Let time pass, with the bridge tending to what time asks for."""
        end = self._clock.now() + by
        while self._clock.now() < end:
            self._clock.set(min(self._clock.now() + step, end))
            await self.tend()

    async def until(self, at: datetime) -> None:
        await self.later(at - self._clock.now())

    async def tend(self) -> None:
        if self._town.is_up:
            await self._town.bridge.tend()
        await self.settle()

    async def _hear(self) -> None:
        """What the platforms have to tell is told: updates pulled, events acknowledged."""
        if not self._town.is_up:
            return
        telegram = self._town.sandbox.telegram
        ask = self._town.assembled.platforms["telegram"].ask
        while ask is not None and telegram.updates.pending:
            await ask()
        if ask is None:
            await telegram.changes.until(lambda: not telegram.updates.pending)
        await self._town.sandbox.slack.delivery.settled()
        if self._town.more_apps:
            await self._hear_the_others()

    async def _hear_the_others(self) -> None:
        """Meta's calls are made here, one by one, and the mailbox is asked where it has changed."""
        sandbox, there = self._town.sandbox, self._town.assembled
        for webhooks in (sandbox.meta.webhooks, sandbox.whatsapp.webhooks):
            while webhooks.waiting:
                told = webhooks.take()
                headers = {name.lower(): value for name, value in told.headers.items()}
                call = Call(method="POST", query={}, headers=headers, body=told.body)
                if (await there.hooks["POST", "/meta/webhook"](call)).status != HTTPStatus.OK:
                    raise NeverStill
        ask, changed = there.platforms["outlook"].ask, sandbox.outlook.mailbox.changes
        if ask is not None and changed != self._asked:
            await ask()
            self._asked = sandbox.outlook.mailbox.changes

    async def _heard_more(self) -> bool:
        if not self._town.is_up:
            return False
        async with self._town.bridge.vault.begin() as tx:
            return await tx.inbox.waiting() > 0
