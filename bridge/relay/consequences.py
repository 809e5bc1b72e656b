"""What follows when a platform has taken something."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.carried import by_hand
from bridge.domain.delivery import Delivery, Move, OutOfTurn, State, What
from bridge.domain.ids import ConversationId, Ref
from bridge.domain.threads import Chat
from bridge.ports import Surroundings
from bridge.relay.desk import CHAT_QUESTIONS
from bridge.relay.ticket import Ticket
from bridge.relay.waiting import end_waiting

ASKS_NOTHING = frozenset({"receipt.journal", "receipt.contact", "waiting"})
"""Come after the question about the chat; a typed answer is to the question all the same."""


class Consequences:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def of(self, ticket: Ticket, ref: Ref | None) -> None:
        match ticket.delivery.what:
            case What.CARD if ref is not None:
                await self._rooted(ticket, ref)
            case What.REPLY_CARD:
                await self._card_up(ticket)
            case What.REPLY:
                await self._replied(ticket)
            case What.SERVICE:
                await self._served(ticket, ref)
            case _:
                return

    async def _rooted(self, ticket: Ticket, ref: Ref) -> None:
        if ticket.delivery.conversation is None:
            return
        conversation = await ticket.tx.threads.conversation(ticket.delivery.conversation)
        await ticket.tx.threads.amend(replace(conversation, root=ref))

    async def _card_up(self, ticket: Ticket) -> None:
        """
        Angre counts from now. A reply whose card was too long in coming asks first.

        What a person is to carry waits for nothing: it can be undone until it is carried.
        """
        now, outbox = ticket.errands.now, ticket.tx.outbox
        for piece in await ticket.pieces():
            if piece.state is not State.HELD:
                continue
            late = now - piece.made_at > self._around.practice.outage
            move = Move.DELAYED if late else Move.CARD_UP
            until = None if late else now + await self._undo(ticket, piece)
            try:
                await outbox.move(piece.id, move, not_before=until)
            except OutOfTurn:
                # Undone, or deleted in the room, since it was read here: then it is not sent.
                continue
            if late:
                await ticket.show_reply()

    async def _undo(self, ticket: Ticket, piece: Delivery) -> timedelta:
        if piece.thread is None:
            return self._around.practice.undo
        channel = (await ticket.tx.threads.get(piece.thread)).channel
        carried = by_hand(self._around.can(channel))
        return timedelta() if carried else self._around.practice.undo

    async def _replied(self, ticket: Ticket) -> None:
        tx, delivery = ticket.tx, ticket.delivery
        if delivery.conversation is not None and delivery.seq is not None:
            conversation = await tx.threads.conversation(delivery.conversation)
            alias = (await tx.threads.get(conversation.thread)).alias
            answered = min(conversation.last_youth, delivery.seq)
            await end_waiting(tx, ticket.errands, conversation, alias=alias, upto=answered)
        line = await ticket.line()
        await tx.threads.save(replace(line, last_out="reply", left=False))
        await ticket.show_reply()

    async def _served(self, ticket: Ticket, ref: Ref | None) -> None:
        params, now = ticket.delivery.params, ticket.errands.now
        phrase, about = str(params["phrase"]), params.get("about")
        thread = await ticket.thread()
        question = thread.question
        if phrase == "consent.journal" and question is not None and question.id == about:
            shown = replace(question, shown_at=now, ref=ref)
            await ticket.tx.threads.save(replace(thread, question=shown))
        line = await ticket.line()
        asked = line.last_out in CHAT_QUESTIONS and phrase in ASKS_NOTHING
        await ticket.tx.threads.save(replace(line, last_out=line.last_out if asked else phrase))
        if phrase in CHAT_QUESTIONS and about:
            await self._asked_about_chat(ticket, ConversationId(str(about)))

    async def _asked_about_chat(self, ticket: Ticket, about: ConversationId) -> None:
        conversation = await ticket.tx.threads.conversation(about)
        if conversation.chat is Chat.UNASKED:
            await ticket.tx.threads.amend(
                replace(conversation, chat=Chat.ASKED, chat_asked_at=ticket.errands.now)
            )
