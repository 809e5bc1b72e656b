"""
That somebody who commented could not be answered, told to the team without a word of it.

At most once an hour: under a post that many comment on, the room would else be full of it, and
a crisis be one line among them.
"""

from datetime import datetime, timedelta
from typing import Final

from bridge.domain.cards import Alarm
from bridge.relay.ticket import Ticket

QUIET: Final = timedelta(hours=1)


class Uninvited:
    """Remembers when it was last told; forgotten with the process, which is safe."""

    def __init__(self) -> None:
        self._told_at: datetime | None = None

    async def tell(self, ticket: Ticket) -> None:
        now = ticket.errands.now
        if self._told_at is not None and now - self._told_at < QUIET:
            return
        self._told_at = now
        channel = str(ticket.delivery.params["channel"])
        await ticket.tx.outbox.add(ticket.errands.alarm(Alarm.NOT_INVITED, channel=channel))
