"""
Delivery by webhook.

Each chat has a queue of its own, strictly in order: an update that is not answered
with 2xx is tried again, with doubling pauses, and holds back those behind it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from bots.sandbox.faults import as_json
from bots.sandbox.telegram.updates import Pending, Updates

LONGEST_PAUSE: Final = 60.0
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    url: str
    secret: str | None = field(repr=False)
    max_connections: int


class Webhook:
    """Sends what is pending to the target, as long as there is one."""

    def __init__(
        self,
        updates: Updates,
        *,
        first_pause: float,
        call: Callable[[str, dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._updates, self._first_pause, self._call = updates, first_pause, call
        self.target: Target | None = None
        self.last_error: tuple[int, str] | None = None
        self._workers: dict[int, asyncio.Task[None]] = {}
        updates.on_new = self._arrived

    def point_at(self, target: Target | None) -> None:
        self.target = target
        self._updates.webhook_set = target is not None
        self._updates.interrupt()
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()
        for pending in self._updates.pending:
            self._arrived(pending)

    async def close(self) -> None:
        workers = list(self._workers.values())
        self.point_at(None)
        for worker in workers:
            with suppress(asyncio.CancelledError):
                await worker

    def _arrived(self, pending: Pending) -> None:
        if self.target is None:
            return
        worker = self._workers.get(pending.chat)
        if worker is None or worker.done():
            self._workers[pending.chat] = asyncio.create_task(self._work(pending.chat, self.target))

    async def _work(self, chat: int, target: Target) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            pause = self._first_pause
            while pending := self._first(chat):
                if await self._deliver(client, target, pending):
                    self._updates.remove(pending)
                    pause = self._first_pause
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
            self._workers.pop(chat, None)

    def _first(self, chat: int) -> Pending | None:
        self._updates.drop_old()
        return next((each for each in self._updates.pending if each.chat == chat), None)

    async def _deliver(self, client: httpx.AsyncClient, target: Target, pending: Pending) -> bool:
        headers = {"Content-Type": "application/json"}
        if target.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = target.secret
        body = as_json(pending.json).encode("utf-8", "surrogatepass")
        try:
            response = await client.post(target.url, content=body, headers=headers)
        except httpx.HTTPError:
            self.last_error = (0, "Connection refused")
            return False
        if not response.is_success:
            self.last_error = (
                response.status_code,
                f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}",
            )
            return False
        await self._obey(response)
        return True

    async def _obey(self, response: httpx.Response) -> None:
        """A webhook may answer with a method call; whether it works, nobody is told."""
        try:
            order = response.json()
        except ValueError:
            return
        if isinstance(order, dict) and isinstance(order.get("method"), str):
            await self._call(order.pop("method"), order)
