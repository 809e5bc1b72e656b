"""
What goes in one call: a delivery, and what it takes along where its room has fallen behind.

Each is claimed, looked for and settled by itself, and leaves a copy of its own; only the post is
the same. Whatever becomes of it, none of them depends on another's words being there still.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bridge.domain.cards import SeveralCard, WordsCard
from bridge.domain.delivery import Delivery, What
from bridge.domain.ids import DeliveryId
from bridge.domain.together import MOST, takes_along, together
from bridge.ports import Surroundings, Transaction
from bridge.relay.compose import Compose, Content, ToRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one call carries; all of them from one lane, in its order."""

    lead: Delivery
    along: Sequence[Delivery] = ()
    content: Content = field(repr=False)

    @property
    def deliveries(self) -> Sequence[Delivery]:
        return (self.lead, *self.along)


class Together:
    def __init__(self, around: Surroundings, compose: Compose, lease: timedelta) -> None:
        self._around, self._compose, self._lease = around, compose, lease
        self._apart: set[DeliveryId] = set()
        """What was not taken in one post with others, and goes by itself."""

    async def load(self, tx: Transaction, lead: Delivery, content: Content) -> Load:
        """The lead is claimed, and its thread held: so nothing behind it can be moved."""
        now = self._around.clock.now()
        if not isinstance(content, ToRoom) or not isinstance(content.card, WordsCard):
            return Load(lead=lead, content=content)
        if not takes_along(lead, now) or lead.id in self._apart:
            return Load(lead=lead, content=content)
        behind = await tx.outbox.behind(lead, now, limit=MOST - 1)
        cards = [content.card, *await self._said(tx, behind)]
        many = together(cards) - 1
        if not many:
            return Load(lead=lead, content=content)
        along = await tx.outbox.take(behind[:many], now + self._lease)
        card, also = SeveralCard(said=tuple(cards[: many + 1])), tuple(each.id for each in along)
        return Load(lead=lead, along=along, content=replace(content, card=card, also=also))

    def refused(self, load: Load) -> None:
        """One by one they may be taken; whoever starts anew tries once more in vain."""
        if load.along:
            self._apart |= {each.id for each in load.deliveries}

    def is_settled(self, load: Load) -> None:
        self._apart -= {each.id for each in load.deliveries}

    async def _said(self, tx: Transaction, behind: Sequence[Delivery]) -> list[WordsCard]:
        """As far as they say what a youth has written, and it is there still."""
        said: list[WordsCard] = []
        for each in behind:
            if each.what is not What.WORDS or each.id in self._apart:
                break
            try:
                content = await self._compose.content(tx, each)
            except LookupError:
                break
            if not isinstance(content, ToRoom) or not isinstance(content.card, WordsCard):
                break
            said.append(content.card)
        return said
