"""
What we sent was taken, and did not come after all, as the platform tells afterwards.

A reply says so on its card, and may be sent again by a person; what the bot could not say is
told to the team as if it had been refused at once. Of a talk that has ended it is told in the
room itself, with what to do about it.
"""

from bridge.domain.copies import Place
from bridge.domain.delivery import Delivery, State
from bridge.domain.ids import DeliveryId
from bridge.domain.messages import Bounced
from bridge.ports import Surroundings
from bridge.relay.copying import copy_id, made_by
from bridge.relay.desk import Desk
from bridge.relay.outcomes import Outcomes

TAKEN = frozenset({State.SENT, State.UNCERTAIN})
"""What was delivered to one phone stays so, though another could not have it."""


class Bounces:
    def __init__(self, around: Surroundings) -> None:
        self._outcomes = Outcomes(around)

    async def take(self, desk: Desk, bounced: Bounced) -> None:
        delivery = await self._meant(desk, bounced)
        if delivery is None or delivery.state not in TAKEN:
            return
        await self._outcomes.bounced(desk.tx, delivery, bounced.reason)
        await desk.reload()

    async def _meant(self, desk: Desk, bounced: Bounced) -> Delivery | None:
        """The attempt that made the copy of this name; by our mark where no answer named one."""
        known = [
            copy
            for copy in await desk.tx.copies.by_ref(bounced.ref)
            if copy.thread == desk.line.id and copy.place is Place.CHANNEL
        ]
        for copy in known:
            delivery = await self._of(desk, made_by(copy.id))
            if delivery is not None and copy_id(delivery) == copy.id:
                return delivery
        return None if known else await self._of(desk, bounced.delivery)

    async def _of(self, desk: Desk, delivery: DeliveryId | None) -> Delivery | None:
        if delivery is None:
            return None
        try:
            found = await desk.tx.outbox.get(delivery)
        except LookupError:
            return None
        return found if found.thread == desk.line.id else None
