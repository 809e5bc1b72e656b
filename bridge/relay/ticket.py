"""One delivery and what belongs to it, for the length of one transaction."""

from bridge.domain.canonical import Document
from bridge.domain.delivery import Delivery, What
from bridge.domain.errands import Errands
from bridge.domain.threads import Thread
from bridge.domain.transcript import moment
from bridge.ports import Surroundings, Transaction

UNCERTAIN = "uncertain_reply"


class Ticket:
    def __init__(self, around: Surroundings, tx: Transaction, delivery: Delivery) -> None:
        self.tx, self.delivery = tx, delivery
        self.errands = Errands(
            new=around.mint.new,
            now=around.clock.now(),
            team=around.practice.team,
            thread=delivery.thread,
        )

    async def line(self) -> Thread:
        """The youth's thread on the channel that it goes to."""
        if self.delivery.thread is None:
            raise LookupError(self.delivery.id)
        return await self.tx.threads.get(self.delivery.thread)

    async def thread(self) -> Thread:
        """What that is read in: another one, where the youth is known on several channels."""
        line = await self.line()
        return line if line.joined is None else await self.tx.threads.get(line.joined)

    async def pieces(self) -> list[Delivery]:
        """Every piece of the reply it belongs to."""
        conversation, seq = self.delivery.conversation, self.delivery.seq
        if conversation is None or seq is None:
            return []
        every = await self.tx.outbox.of_entry(conversation, seq)
        return [d for d in every if d.what is What.REPLY]

    async def show_reply(self) -> None:
        """Bring the reply's card up to date."""
        conversation, seq = self.delivery.conversation, self.delivery.seq
        if conversation is not None and seq is not None:
            await self.tx.outbox.add(self.errands.reply_card(conversation, seq))

    async def stuck(self, reason: str, *, over: bool = False) -> None:
        """Told to the case store, where the team leader sees what waits and why."""
        if self.delivery.what is What.RECORD:
            return  # it would only wait behind what it tells of
        document: Document = {
            "kind": reason if reason == UNCERTAIN else "not_delivered",
            "conversation": self.delivery.conversation,
            "alias": None,
            "since": moment(self.delivery.made_at),
            "resolved_at": moment(self.errands.now) if over else None,
            "reason": reason,
        }
        await self.tx.outbox.add(self.errands.record(f"stuck/{self.delivery.id}", document))
