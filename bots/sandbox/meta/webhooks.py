"""
What Meta tells the page's app: calls, signed over their raw bytes.

«Webhooks», getting started: a call that is not answered with 200 is told again at once, and then
less and less often for 36 hours; calls come in no promised order, and may hold many events.
"""

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final

import httpx

Json = dict[str, Any]

LONGEST_PAUSE: Final = 60.0
PATIENCE: Final = 20.0
ONE_IN_TWENTY: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One call, as it goes over the wire."""

    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)


class Webhooks:
    """Calls on their way; `together` joins what waits into one, as Meta does under load."""

    def __init__(self, secret: str, *, first_pause: float, changed: Callable[[], None]) -> None:
        self._secret, self._first_pause, self._changed = secret, first_pause, changed
        self.waiting: list[tuple[str, Json]] = []
        """What it is about («page», …), and the entry."""
        self.together = False
        self.chance: random.Random | None = None
        """In no order, and one in twenty twice, where there is one."""
        self.target: str | None = None
        self._worker: asyncio.Task[None] | None = None

    def tell(self, entry: Json, kind: str = "page") -> None:
        self.waiting.append((kind, entry))
        self._go_on()

    def point_at(self, url: str | None) -> None:
        self.target = url
        self._go_on()

    def take(self) -> Told:
        """The next call, taken by hand."""
        return self.signed(self._next())

    def signed(self, call: Json) -> Told:
        """Emoji and æøå as escapes, slashes too: what is signed is these bytes and no others."""
        body = json.dumps(call, separators=(",", ":")).replace("/", "\\/").encode()
        seal = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={seal}"}
        return Told(body=body, headers=headers)

    async def close(self) -> None:
        self.target = None
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker

    def _next(self) -> Json:
        if self.chance is not None:
            self.waiting.insert(0, self.waiting.pop(self.chance.randrange(len(self.waiting))))
            if self.chance.random() < ONE_IN_TWENTY:
                self.waiting.append(self.waiting[0])
        kind = self.waiting[0][0]
        alike = [entry for _, entry in takewhile(lambda each: each[0] == kind, self.waiting)]
        entries = alike if self.together else alike[:1]
        self.waiting = self.waiting[len(entries) :]
        return {"object": kind, "entry": entries}

    def _go_on(self) -> None:
        idle = self._worker is None or self._worker.done()
        if self.target is not None and self.waiting and idle:
            self._worker = asyncio.create_task(self._deliver())

    async def _deliver(self) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            pause = self._first_pause
            while self.waiting and self.target is not None:
                call = self._next()
                if await self._post(client, self.target, self.signed(call)):
                    pause = self._first_pause
                else:
                    again = [(str(call["object"]), entry) for entry in call["entry"]]
                    self.waiting = [*again, *self.waiting]
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                self._changed()

    async def _post(self, client: httpx.AsyncClient, url: str, told: Told) -> bool:
        try:
            answer = await client.post(url, content=told.body, headers=told.headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200
