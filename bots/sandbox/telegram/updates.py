"""
Updates on their way to the bot: kept until confirmed, for at most a day.

Both ways out, getUpdates and the webhook, take from the same list.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bots.sandbox.telegram.refusals import TWO_POLLERS, WEBHOOK_ACTIVE, Refused

Json = dict[str, Any]

KEPT_FOR: Final = timedelta(hours=24)
"""Bot API, Getting updates: incoming updates are not kept longer than 24 hours."""

NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    id: int
    chat: int  # the queue it stands in: a webhook is FIFO per chat
    born: datetime
    json: Json = field(repr=False)


class Updates:
    """The list, and who waits for it."""

    def __init__(self, clock: Callable[[], datetime], *, first_id: int) -> None:
        self._clock = clock
        self.next_id = first_id
        self.pending: list[Pending] = []
        self.allowed: Sequence[str] | None = None
        self.webhook_set = False
        self.on_new: Callable[[Pending], None] = lambda _: None
        self.on_gone: Callable[[], None] = lambda: None
        self._bell = asyncio.Event()
        self._poll = 0

    def push(self, kind: str, chat: int, body: Json) -> int:
        """Put an update in the list, unless the bot has not asked for its kind."""
        update_id = self.next_id
        if self._wanted(kind):
            self.next_id += 1
            self.insert({"update_id": update_id, kind: body}, chat=chat)
        return update_id

    def insert(self, update: Json, *, chat: int, first: bool = False) -> None:
        """Put in the list whatever is given: a poison update, a duplicate, one out of order."""
        pending = Pending(
            id=int(update.get("update_id", self.next_id)),
            chat=chat,
            born=self._clock(),
            json=update,
        )
        self.pending.insert(0 if first else len(self.pending), pending)
        self._ring()
        self.on_new(pending)

    def confirm_below(self, offset: int) -> None:
        self.pending = [pending for pending in self.pending if pending.id >= offset]
        self.on_gone()

    def remove(self, pending: Pending) -> None:
        self.pending = [other for other in self.pending if other is not pending]
        self.on_gone()

    def drop_old(self) -> None:
        oldest = self._clock() - KEPT_FOR
        self.pending = [pending for pending in self.pending if pending.born > oldest]

    def interrupt(self) -> None:
        """End the long poll that is waiting: a webhook was set, or another poller came."""
        self._poll += 1
        self._ring()

    async def get(self, *, offset: int, limit: int, seconds: float) -> list[Json]:
        """getUpdates: waits up to `seconds` for the first update."""
        if self.webhook_set:
            raise Refused(409, WEBHOOK_ACTIVE)
        self.interrupt()
        mine = self._poll
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.confirm_below(offset)
        try:
            async with asyncio.timeout(seconds):
                while not self._ready(mine):
                    await self._bell.wait()
        except TimeoutError:
            return []
        return [pending.json for pending in self.pending[:limit]]

    def _ready(self, mine: int) -> bool:
        if mine != self._poll:
            raise Refused(409, WEBHOOK_ACTIVE if self.webhook_set else TWO_POLLERS)
        self.drop_old()
        return bool(self.pending)

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()
