"""What was being sent when somebody died, and what nobody answered for: it is looked for."""

from collections.abc import Callable
from datetime import timedelta

from bridge.domain.delivery import DOUBT, Delivery, Doubt, Move
from bridge.ports import SendFailed, Surroundings
from bridge.relay.calling import Calling
from bridge.relay.compose import Compose, Content, ToRoom
from bridge.relay.leases import Leases
from bridge.relay.outcomes import Outcomes
from bridge.relay.settling import Settling

LOOK_AGAIN = timedelta(seconds=60)

Tell = Callable[[Delivery, Content, str], None]
"""How it went with one delivery."""


class Looking:
    def __init__(
        self,
        around: Surroundings,
        *,
        calling: Calling,
        leases: Leases,
        settling: Settling,
        tell: Tell,
    ) -> None:
        self._around, self._calling, self._leases = around, calling, leases
        self._settling, self._tell = settling, tell
        self._compose, self._outcomes = Compose(around), Outcomes(around)

    async def for_lost(self) -> None:
        """What we are at work on ourselves is not lost, however long we may have stood still."""
        async with self._around.vault.begin() as tx:
            await self._leases.renew(tx)
            for delivery in await tx.outbox.lost(self._around.clock.now()):
                await self._outcomes.doubtful(tx, delivery)
            contents: list[tuple[Delivery, Content]] = []
            for delivery in await tx.outbox.uncertain(self._around.clock.now()):
                if DOUBT[delivery.what] is not Doubt.LOOK:
                    continue
                try:
                    content = await self._compose.sought(tx, delivery)
                except LookupError:
                    # Queued again, it is refused for want of words; its copy row stays.
                    await tx.outbox.move(delivery.id, Move.NOT_THERE)
                else:
                    contents.append((delivery, content))
        for delivery, content in contents:
            await self._look(delivery, content)

    async def _look(self, delivery: Delivery, content: Content) -> None:
        outcomes, settle = self._outcomes, self._settling.settle
        if isinstance(content, ToRoom) and content.renew is not None:
            # Bringing a card up to date twice is the same as once.
            return await settle(delivery, lambda tx: outcomes.not_there(tx, delivery, content))
        try:
            sent = await self._calling.found(delivery, content)
        except SendFailed:
            return await self._later(delivery, looked=False)
        if sent is not None:
            self._tell(delivery, content, Move.FOUND.value)
            there = sent
            return await settle(
                delivery,
                lambda tx: outcomes.accepted(tx, delivery, content, there, move=Move.FOUND),
            )
        if delivery.looks:
            return await settle(delivery, lambda tx: outcomes.not_there(tx, delivery, content))
        return await self._later(delivery, looked=True)

    async def _later(self, delivery: Delivery, *, looked: bool) -> None:
        again = self._around.clock.now() + LOOK_AGAIN
        async with self._around.vault.begin() as tx:
            await tx.outbox.look_later(delivery.id, again, looked=looked)
