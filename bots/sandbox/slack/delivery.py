"""
What Slack has to tell the app, on its way there.

Events go out until they are acknowledged: at once, at once again, after a minute and
after five (Events API, Retries). Then they are lost. Interactions are sent once.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from bots.sandbox.slack.events import callback
from bots.sandbox.slack.requests_out import SignedRequests
from bots.sandbox.slack.sockets import Sockets
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]


class Delivery:
    def __init__(
        self,
        workspace: Workspace,
        sockets: Sockets,
        requests: SignedRequests,
        *,
        ack_within: float,
        retry_after: Sequence[float],
    ) -> None:
        self._workspace, self._sockets, self._requests = workspace, sockets, requests
        self._ack_within, self._retry_after = ack_within, tuple(retry_after)
        self.sent: list[Json] = []  # every event payload, in the order in which it happened
        self.lost: list[str] = []  # the event ids that nobody took
        self._held: list[Json] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        workspace.emit = self.event

    @property
    def under_way(self) -> int:
        """How many events have not yet been acknowledged or given up."""
        return len(self._tasks)

    def event(self, event: Json) -> None:
        payload = callback(self._workspace, event)
        self.sent.append(payload)
        if self._held is not None:
            self._held.append(payload)
        else:
            self.send(payload)

    def send(self, payload: Json) -> None:
        """Send an event payload, also one that has been sent before."""
        try:
            task = asyncio.create_task(self._send(payload))
        except RuntimeError:  # no loop runs: nobody can be listening
            self.lost.append(payload["event_id"])
            return
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def hold(self) -> None:
        """Keep events back until `release`."""
        self._held = [] if self._held is None else self._held

    def release(self, arrange: Callable[[list[Json]], list[Json]] = list) -> None:
        """Let what was held go, in the order (and as often) as `arrange` puts it."""
        held, self._held = self._held or [], None
        for payload in arrange(held):
            self.send(payload)

    async def interact(self, kind: str, payload: Json) -> Json | None:
        """An interaction or a command: the app's answer, or None if there was none in time."""
        if self._sockets.open:
            return await self._sockets.deliver(kind, payload, within=self._ack_within)
        answer, _ = await self._requests.deliver(kind, payload, within=self._ack_within)
        return answer

    async def settled(self, within: float = 10.0) -> None:
        """Wait until every event under way has been acknowledged or given up."""
        async with asyncio.timeout(within):
            while self._tasks:
                await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        for task in set(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _send(self, payload: Json) -> None:
        reason = ""
        for attempt, pause in enumerate((0.0, *self._retry_after)):
            if pause:
                await asyncio.sleep(pause)
            taken, reason = await self._attempt(payload, attempt, reason)
            if taken:
                return
            if not reason:
                break
        self.lost.append(payload["event_id"])

    async def _attempt(self, payload: Json, attempt: int, reason: str) -> tuple[bool, str]:
        within = self._ack_within
        if self._sockets.open or self._requests.urls is None:
            answer = await self._sockets.deliver(
                "events_api", payload, within=within, attempt=attempt, reason=reason
            )
            return answer is not None, "timeout"
        answer, why = await self._requests.deliver(
            "events_api", payload, within=within, attempt=attempt, reason=reason
        )
        return answer is not None, why
