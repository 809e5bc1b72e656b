"""What one conversation's end needs at hand, for the length of one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bridge.domain.canonical import Document
from bridge.domain.copies import Copy
from bridge.domain.errands import Errands
from bridge.domain.ids import ConversationId
from bridge.domain.threads import Conversation, Thread
from bridge.domain.transcript import moment
from bridge.ports import Surroundings, Transaction


class Papers:
    """The conversation and its thread, both held until the transaction ends."""

    def __init__(
        self,
        around: Surroundings,
        tx: Transaction,
        conversation: Conversation,
        thread: Thread,
        now: datetime,
        *,
        line: Thread,
    ) -> None:
        self.tx, self.conversation, self.thread, self.now = tx, conversation, thread, now
        self.line = line
        self._around = around
        self.errands = Errands(
            new=around.mint.new, now=now, team=around.practice.team, thread=thread.id
        )

    @classmethod
    async def of(
        cls, around: Surroundings, tx: Transaction, conversation: ConversationId
    ) -> "Papers":
        unheld = await tx.threads.conversation(conversation)
        thread = await tx.threads.get(unheld.thread)
        line = await tx.threads.answered_on(thread)
        current = await tx.threads.conversation(conversation)
        return cls(around, tx, current, thread, around.clock.now(), line=line)

    @property
    def to_youth(self) -> Errands:
        """To the channel that answers go to."""
        return self.errands.on(self.line.id)

    async def amend(self, conversation: Conversation) -> None:
        """Save everything but the ledger."""
        await self.tx.threads.amend(conversation)
        self.conversation = conversation

    async def mark(self, sign: str) -> bool:
        """Remember that something has been said once; False if it had been already."""
        if sign in self.conversation.warned:
            return False
        await self.amend(replace(self.conversation, warned=(*self.conversation.warned, sign)))
        return True

    async def report(self, document: Document) -> None:
        """An event for the transfer log, in the order it happened to this thread."""
        await self.tx.outbox.add(self.errands.event(self.conversation.id, document))

    async def report_copy(self, copy: Copy, *, link: str | None = None) -> None:
        await self.tx.outbox.add(self.errands.verdict(copy, link=link))

    async def report_copies(self, copies: Sequence[Copy]) -> None:
        """What is known of each of them, all at once."""
        await self.tx.outbox.add_all(self.errands.verdicts(self.conversation.id, copies))

    async def stuck(self, kind: str, reason: str, *, resolved: bool = False) -> None:
        document: Document = {
            "kind": kind, "conversation": self.conversation.id, "alias": self.thread.alias,
            "since": moment(self.conversation.sealed_at or self.conversation.opened_at),
            "resolved_at": moment(self.now) if resolved else None, "reason": reason,
        }  # fmt: skip
        await self.tx.outbox.add(
            self.errands.record(f"stuck/{kind}-{self.conversation.id}", document)
        )
