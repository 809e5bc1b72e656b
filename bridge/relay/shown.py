"""What the team is shown of a talk, put together from the rows at the moment it is shown."""

from collections.abc import Sequence

from bridge.domain.cards import ChecklistCard, Errand, ReplyCard, RootCard, WordsCard
from bridge.domain.carried import at_of, by_hand
from bridge.domain.copies import (
    OUTSIDE,
    Copy,
    Place,
    Verdict,
    Whose,
    stands_in,
    taken_back,
    to_tick,
)
from bridge.domain.delivery import SAYS, Delivery, State, What
from bridge.domain.ids import ConversationId, EmployeeId, Ref, Room
from bridge.domain.lifecycle import FILING, Stage
from bridge.domain.messages import By, Kind
from bridge.domain.threads import Conversation, Thread
from bridge.domain.windows import Window, answer_by, window
from bridge.ports import Surroundings, Transaction

WORST = (
    State.FAILED, State.UNCERTAIN, State.LEFT, State.ASKED, State.HELD, State.QUEUED,
    State.SENDING, State.HANDED, State.WITHDRAWN, State.SENT, State.DELIVERED, State.READ,
)  # fmt: skip
"""A reply in several pieces is as well off as the worst of them."""


AT_ONCE = 15
"""How many lines of a list are shown at once; the next come as these are ticked."""


class Cards:
    """Reads only. Raises `LookupError` when what was to be shown is no longer there."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def root(self, tx: Transaction, conversation: Conversation, thread: Thread) -> RootCard:
        sealed = conversation.stage in FILING
        line = await tx.threads.answered_on(thread)
        channel = self._around.channels.get(line.channel)
        can = None if channel is None else channel.capabilities
        last, now = line.last_youth_at, self._around.clock.now()
        every = [thread, *await tx.threads.lines(thread.id)]
        return RootCard(
            conversation=conversation.id,
            alias=thread.alias,
            channel=line.channel,
            standing=thread.standing,
            stage=conversation.stage,
            owner=await self._user(tx, conversation.owner),
            ending=conversation.ending is not None and conversation.stage is Stage.OPEN,
            waits_since=conversation.sealed_at if sealed else None,
            left=line.left,
            window=Window.OPEN if can is None else window(can, last, now),
            answer_by=None if can is None else answer_by(can, last, now),
            others=tuple((each.id, each.channel) for each in every if each.id != line.id),
            private=thread.room is not None,
            to_leader=thread.room is not None
            and self._around.practice.leader not in (None, thread.room),
        )

    async def words(
        self, tx: Transaction, delivery: Delivery, thread: Thread, *, looking: bool
    ) -> WordsCard:
        entry = await tx.words.entry(*entry_of(delivery))
        original = await tx.copies.of_entry(entry.conversation, entry.of or entry.seq)
        room = (await tx.threads.conversation(entry.conversation)).room
        if entry.kind is not Kind.UNSENT and taken_back(original) and not looking:
            raise LookupError(delivery.id)
        noted = entry.by is By.YOUTH or (entry.kind is Kind.UNSENT and entry.author is not None)
        of = None if entry.of is None else _card_of(original, room)
        of_at = (
            None if entry.of is None else (await tx.words.entry(entry.conversation, entry.of)).at
        )
        on = next((c.channel for c in original if c.place is Place.CHANNEL), None)
        user = await self._user(tx, entry.author)
        return WordsCard(
            alias=thread.alias,
            kind=entry.kind,
            at=entry.at,
            text=entry.text,
            of=of,
            of_at=of_at,
            placeholder=entry.phrase if entry.kind is Kind.PLACEHOLDER else None,
            crisis=bool(delivery.params.get("crisis")),
            seq=entry.seq,
            conversation=entry.conversation,
            written_by=user,
            unlinked=entry.author if user is None else None,
            there=(on or thread.channel) if entry.by is By.CASEWORKER and not noted else None,
            on=on if await tx.threads.lines(thread.id) else None,
        )

    async def reply(
        self, tx: Transaction, delivery: Delivery, thread: Thread
    ) -> tuple[ReplyCard, Ref | None]:
        conversation, seq = entry_of(delivery)
        entry = await tx.words.entry(conversation, seq)
        every = await tx.outbox.of_entry(conversation, seq)
        pieces = [d for d in every if d.what in SAYS]
        if not pieces:
            raise LookupError(delivery.id)
        shows = any(d.params.get("shows_words") for d in every if d.what is What.REPLY_CARD)
        worst = min(pieces, key=lambda d: WORST.index(d.state))
        copies = await tx.copies.of_entry(conversation, seq)
        several = await tx.threads.lines(thread.id)
        in_chat = [c for c in copies if c.place is Place.CHANNEL]
        channel = await self._channel(tx, worst)
        carried = by_hand(self._around.can(channel or thread.channel))
        shows = shows or (carried and worst.state is State.HANDED)
        card = ReplyCard(
            delivery=worst.id,
            alias=thread.alias,
            state=worst.state,
            reason=worst.reason,
            wait=int(self._around.practice.undo.total_seconds()),
            until=worst.not_before if worst.state is State.QUEUED else None,
            author=await self._user(tx, entry.author),
            on=channel if several else None,
            text=entry.text if shows else None,
            late=bool(worst.params.get("late")),
            kept=any(c.keep for c in in_chat),
            carry=channel if carried else None,
            carried_by=next((c.author for c in in_chat if c.author), None),
        )
        return card, _card_of(copies, (await tx.threads.conversation(conversation)).room)

    async def _channel(self, tx: Transaction, delivery: Delivery) -> str | None:
        if delivery.thread is None:
            return None
        return (await tx.threads.get(delivery.thread)).channel

    async def checklist(
        self, tx: Transaction, conversation: Conversation, thread: Thread
    ) -> tuple[ChecklistCard, Ref | None]:
        copies = await tx.copies.of(conversation.id)
        left = [
            Errand(copy=copy.id, whose=copy.whose, at=at_of(copy.ref)) for copy in to_tick(copies)
        ]
        left.sort(key=lambda each: each.at or conversation.opened_at)
        card = ChecklistCard(
            conversation=conversation.id,
            alias=thread.alias,
            channel=next(
                (
                    c.where
                    for c in copies
                    if c.verdict in (Verdict.BY_HAND, Verdict.TICKED) and c.place is Place.CHANNEL
                ),
                thread.channel,
            ),
            left=tuple(left[:AT_ONCE]),
            more=max(len(left) - AT_ONCE, 0),
            done=sum(copy.verdict is Verdict.TICKED for copy in copies),
        )
        return card, _card_of([c for c in copies if c.seq == OUTSIDE], None)

    async def _user(self, tx: Transaction, employee: EmployeeId | None) -> str | None:
        """The workspace user an employee is linked to now."""
        return next((e.user for e in await tx.staff.all() if e.id == employee), None)


def entry_of(delivery: Delivery) -> tuple[ConversationId, int]:
    if delivery.conversation is None or delivery.seq is None:
        raise LookupError(delivery.id)
    return delivery.conversation, delivery.seq


def _card_of(copies: Sequence[Copy], room: Room | None) -> Ref | None:
    """Our own card among an entry's copies in the workspace, where the talk is read now."""
    ours = [c for c in copies if c.place is Place.WORKSPACE and c.whose is Whose.BOT]
    return next((c.ref for c in ours if stands_in(c, room)), None)
