"""A caseworker's words on their way to a youth: said, undone, reworded, taken back."""

from dataclasses import replace
from datetime import datetime

from bridge.domain.carried import by_hand
from bridge.domain.copies import Copy, stands_in_chat
from bridge.domain.delivery import ARRIVED, SAYS, Delivery, Move, OutOfTurn, Reason, State, What
from bridge.domain.errands import Errands
from bridge.domain.ids import ConversationId, EmployeeId
from bridge.domain.messages import By, Draft, Kind
from bridge.domain.speech import Intent, Manner, Post, intent
from bridge.domain.threads import Conversation
from bridge.domain.windows import May, may
from bridge.ports import Surroundings
from bridge.relay.copying import copy_id
from bridge.relay.desk import Desk

UNSENT = frozenset({State.HELD, State.QUEUED, State.ASKED, State.HANDED})


class Replies:
    def __init__(self, desk: Desk, around: Surroundings) -> None:
        self._desk, self._around = desk, around

    async def speak(
        self, post: Post, conversation: Conversation, employee: EmployeeId
    ) -> int | None:
        """The number of the reply; found late, it is offered and not sent."""
        late = post.late or self._desk.now - post.at > self._around.practice.outage
        return await self.say(conversation.id, post.text, employee, late=late, shows_words=False)

    async def say(
        self,
        conversation: ConversationId,
        text: str,
        employee: EmployeeId,
        *,
        late: bool = False,
        shows_words: bool,
    ) -> int:
        """
        Number the words, put up the card with Angre, and hold them until it is up.

        Where the platform lets nobody write now they stand in the thread, and wait to be sent.
        Raises `Sealed` where the conversation has ended.
        """
        desk = self._desk
        entry = await desk.tx.words.append(
            conversation,
            Draft(by=By.CASEWORKER, kind=Kind.SAID, at=desk.now, text=text, author=employee),
        )
        await desk.tx.outbox.add(
            desk.errands.reply_card(conversation, entry.seq, shows_words=shows_words)
        )
        channel = self._around.channels[desk.line.channel]
        allowed = may(By.CASEWORKER, channel.capabilities, desk.line.last_youth_at, desk.now)
        reason = Reason.CLOSED if allowed is May.NOT else None
        for piece, _ in enumerate(channel.pieces(text)):
            await desk.tx.outbox.add(
                desk.to_youth.reply(conversation, entry.seq, piece, late=late, reason=reason)
            )
        return entry.seq

    async def pieces(self, conversation: ConversationId, seq: int) -> list[Delivery]:
        every = await self._desk.tx.outbox.of_entry(conversation, seq)
        return [d for d in every if d.what in SAYS]

    async def _where_said(self, conversation: ConversationId, seq: int) -> Errands:
        """To the channel that a reply went to, whichever the next one goes to."""
        went = [d.thread for d in await self.pieces(conversation, seq) if d.thread is not None]
        return self._desk.errands.on(went[0]) if went else self._desk.to_youth

    async def move(self, conversation: ConversationId, seq: int, move: Move) -> bool:
        """Move every piece of a reply that can still make the move; False where none could."""
        done = False
        for piece in await self.pieces(conversation, seq):
            try:
                await self._desk.tx.outbox.move(piece.id, move)
            except OutOfTurn:
                continue
            done = True
        if done:
            await self.show(conversation, seq)
        return done

    async def show(self, conversation: ConversationId, seq: int) -> None:
        """Bring the reply's card up to date."""
        await self._desk.tx.outbox.add(self._desk.errands.reply_card(conversation, seq))

    async def undo(self, conversation: ConversationId, seq: int) -> bool:
        """All of it or nothing: half a message is worse than a whole one."""
        pieces = await self.pieces(conversation, seq)
        if not pieces or any(p.state not in UNSENT for p in pieces):
            return False
        for piece in pieces:
            leaving = Move.LEAVE if piece.state is State.ASKED else Move.UNDONE
            await self._desk.tx.outbox.move(piece.id, leaving)
            if piece.state is State.HANDED:
                await self._desk.tx.copies.never_was(copy_id(piece))
        await self.show(conversation, seq)
        return True

    async def reword(self, post: Post, conversation: Conversation, copy: Copy) -> bool:
        """An edited reply: before it is sent it starts over, afterwards the edit is carried."""
        desk, seq = self._desk, copy.seq
        if seq is None:
            return False
        employee = await desk.tx.staff.by_user(post.user)
        linked = employee is not None and employee.active
        # It was a reply already, so its mention was there before the edit and is not added by it.
        unedited = replace(post, manner=Manner.PLAIN) if post.manner is Manner.ADDED else post
        spoken = intent(unedited, live=True, linked=linked) is Intent.SPEAK
        if await self.undo(conversation.id, seq):
            if spoken and employee is not None:
                again = await self.say(
                    conversation.id, post.text, EmployeeId(employee.id), shows_words=False
                )
                await desk.tx.copies.save(replace(copy, seq=again))
            return True
        if not spoken or employee is None or not await self._carriable(conversation, seq, post):
            return False
        entry = await desk.tx.words.append(
            conversation.id,
            Draft(
                by=By.CASEWORKER, kind=Kind.EDITED, at=desk.now, text=post.text,
                author=EmployeeId(employee.id), of=seq,
            ),
        )  # fmt: skip
        await desk.tx.outbox.add(
            (await self._where_said(conversation.id, seq)).change(
                What.REPLY_EDIT, conversation.id, entry.seq, seq
            )
        )
        return True

    async def _carriable(self, conversation: Conversation, seq: int, post: Post) -> bool:
        """
        Sent or being sent, and no more messages long than stand there.

        One more would come below what has been said since, and read as a new reply. What a
        person has carried, only a person changes.
        """
        states = {d.state for d in await self.pieces(conversation.id, seq)}
        where = (await self._where_said(conversation.id, seq)).thread
        line = await self._desk.tx.threads.get(where or self._desk.line.id)
        channel = self._around.channels[line.channel]
        if by_hand(channel.capabilities):
            return False
        copies = await self._desk.tx.copies.of_entry(conversation.id, seq)
        room = len(channel.pieces(post.text)) <= sum(stands_in_chat(copy) for copy in copies)
        return bool(states) and states <= ARRIVED | {State.SENDING} and room

    async def unsay(self, conversation: Conversation, seq: int, at: datetime) -> None:
        """A deleted reply: never sent if it was waiting, otherwise erased at the youth's end."""
        desk = self._desk
        if await self.undo(conversation.id, seq):
            return
        entry = await desk.tx.words.append(
            conversation.id,
            Draft(by=By.CASEWORKER, kind=Kind.UNSENT, at=at, text="", of=seq),
        )
        await desk.tx.outbox.add(
            (await self._where_said(conversation.id, seq)).change(
                What.REPLY_ERASE, conversation.id, entry.seq, seq
            )
        )
