"""
What a person says of words that were handed to them: sent, or not.

Only that makes a reply sent, and a copy certain. Who said it stays with the copy.
"""

from dataclasses import replace

from bridge.domain.capabilities import Capabilities
from bridge.domain.carried import by_hand, ref_of
from bridge.domain.copies import Copy, Place, Whose
from bridge.domain.delivery import Delivery, Move, OutOfTurn, Reason, State
from bridge.domain.ids import Ref, ThreadId
from bridge.domain.threads import Conversation, Thread
from bridge.ports import Surroundings
from bridge.relay.consequences import Consequences
from bridge.relay.copying import copy_id
from bridge.relay.desk import Desk
from bridge.relay.replies import Replies
from bridge.relay.ticket import Ticket


class Carrying:
    def __init__(self, desk: Desk, around: Surroundings) -> None:
        self._desk, self._around = desk, around
        self._replies = Replies(desk, around)
        self._consequences = Consequences(around)

    async def carried(self, conversation: Conversation, seq: int, *, user: str) -> bool:
        """Every piece of it is in the chat, says `user`; False where that was said before."""
        tx, done = self._desk.tx, False
        for piece in await self._pieces(conversation, seq):
            try:
                await tx.outbox.move(piece.id, Move.CARRIED)
            except OutOfTurn:
                continue
            ref = await self._stands(conversation, piece, user)
            await self._consequences.of(Ticket(self._around, tx, piece), ref)
            done = True
        if done:
            # What follows is written in the thread, which the desk saves when it closes.
            await self._desk.reload()
            await self._replies.show(conversation.id, seq)
        return done

    async def not_carried(self, conversation: Conversation, seq: int) -> bool:
        """It went to nobody, and can be asked for again."""
        done = False
        for piece in await self._pieces(conversation, seq):
            if piece.state is not State.HANDED:
                continue  # said before, one way or the other
            try:
                await self._desk.tx.outbox.move(piece.id, Move.REFUSED, reason=Reason.NOT_CARRIED)
            except OutOfTurn:
                continue
            await self._desk.tx.copies.never_was(copy_id(piece))
            done = True
        if done:
            await self._replies.show(conversation.id, seq)
        return done

    async def _pieces(self, conversation: Conversation, seq: int) -> list[Delivery]:
        """None where we send ourselves: then only the platform says whether it is sent."""
        return [
            piece
            for piece in await self._replies.pieces(conversation.id, seq)
            if piece.thread is not None and by_hand(self._can(await self._line(piece.thread)))
        ]

    async def _line(self, thread: ThreadId) -> Thread:
        """The youth's thread on the channel that it goes to."""
        return await self._desk.tx.threads.get(thread)

    def _can(self, line: Thread) -> Capabilities:
        return self._around.channels[line.channel].capabilities

    async def _stands(self, conversation: Conversation, piece: Delivery, user: str) -> Ref:
        """The platform gives no number, so the copy goes by one of ours."""
        ref, known = ref_of(self._desk.now, piece.id), await self._copy(conversation, piece)
        if known is None:
            line = await self._line(piece.thread or conversation.thread)
            known = Copy(
                id=copy_id(piece), thread=line.id, conversation=conversation.id, seq=piece.seq,
                place=Place.CHANNEL, channel=line.channel, whose=Whose.BOT,
            )  # fmt: skip
            await self._desk.tx.copies.expect(known)
        await self._desk.tx.copies.save(replace(known, ref=ref, author=user))
        return ref

    async def _copy(self, conversation: Conversation, piece: Delivery) -> Copy | None:
        copies = await self._desk.tx.copies.of(conversation.id)
        return next((copy for copy in copies if copy.id == copy_id(piece)), None)
