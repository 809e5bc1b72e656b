"""What a delivery says, put together from the rows at the moment it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.domain.cards import (
    Alarm,
    AlarmCard,
    Card,
    Notice,
    NoticeCard,
    ReplyCard,
    RootCard,
    WordsCard,
)
from bridge.domain.copies import Copy, Place, Whose, stands_in_chat, taken_back
from bridge.domain.delivery import Delivery, State, What
from bridge.domain.ids import Address, ConversationId, EmployeeId, Ref, Room
from bridge.domain.lifecycle import FILING, Stage
from bridge.domain.messages import By, Kind, Outbound
from bridge.domain.phrases import say
from bridge.domain.threads import Conversation, Thread
from bridge.domain.windows import May, Window, answer_by, may, window
from bridge.ports import Surroundings, Transaction

WORST = (
    State.FAILED, State.UNCERTAIN, State.LEFT, State.ASKED, State.HELD, State.QUEUED,
    State.SENDING, State.WITHDRAWN, State.SENT, State.DELIVERED, State.READ,
)  # fmt: skip
"""A reply in several pieces is as well off as the worst of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToYouth:
    channel: str
    to: Address = field(repr=False)
    outbound: Outbound
    refs: tuple[Ref, ...] = ()
    """What is to be edited or erased."""
    may: May = May.SEND
    """Whether the platform lets us say it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRoom:
    room: Room
    root: Ref | None
    card: Card
    renew: Ref | None = None
    """The card that stands there already."""


class Compose:
    """Reads only. Raises `LookupError` when what was to be said is no longer there."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def to_youth(self, tx: Transaction, delivery: Delivery) -> ToYouth:
        thread = await self._thread(tx, delivery)
        channel, now = self._around.channels[thread.channel], self._around.clock.now()
        by = By.CASEWORKER if delivery.what is What.REPLY else By.SERVICE
        allowed = may(by, channel.capabilities, thread.last_youth_at, now)
        if delivery.what is What.REPLY:
            entry = await tx.words.entry(*_entry(delivery))
            outbound = Outbound(
                text=channel.pieces(entry.text)[int(delivery.params["piece"] or 0)],
                by_person=True,
                late=allowed is May.SEND_LATE,
                delivery=delivery.id,
            )
            return ToYouth(
                channel=thread.channel, to=thread.address, outbound=outbound, may=allowed
            )
        if delivery.what is What.SERVICE:
            spoken = say(
                str(delivery.params["phrase"]),
                thread.language,
                hours=self._around.practice.hours,
                numbers=self._around.practice.numbers,
                now=now,
                about=str(delivery.params.get("about") or ""),
            )
            text = spoken.text
            if delivery.seq is not None:
                text = (await tx.words.entry(*_entry(delivery))).text
            outbound = Outbound(text=text, buttons=spoken.buttons, delivery=delivery.id)
            return ToYouth(
                channel=thread.channel, to=thread.address, outbound=outbound, may=allowed
            )
        return await self._change(tx, delivery, thread)

    async def _change(self, tx: Transaction, delivery: Delivery, thread: Thread) -> ToYouth:
        conversation, seq = _entry(delivery)
        entry = await tx.words.entry(conversation, seq)
        copies = await tx.copies.of_entry(conversation, int(delivery.params["of"] or 0))
        refs = tuple(c.ref for c in copies if stands_in_chat(c) and c.ref is not None)
        return ToYouth(
            channel=thread.channel,
            to=thread.address,
            outbound=Outbound(text=entry.text),
            refs=refs,
        )

    async def to_room(
        self, tx: Transaction, delivery: Delivery, *, looking: bool = False
    ) -> ToRoom:
        """`looking`: it is only asked where it would stand, which outlives the words."""
        if delivery.what is What.ALARM:
            return await self._alarm(tx, delivery)
        if delivery.conversation is None:
            raise LookupError(delivery.id)
        conversation = await tx.threads.conversation(delivery.conversation)
        thread = await tx.threads.get(conversation.thread)
        room = conversation.room or self._around.practice.room
        if conversation.stage is Stage.FORGOTTEN and not looking:
            # Its room thread is being wiped; nothing more may be put there.
            raise LookupError(delivery.id)
        match delivery.what:
            case What.CARD:
                card: Card = await self._root(tx, conversation, thread)
                return ToRoom(room=room, root=None, card=card, renew=conversation.root)
            case What.WORDS:
                card = await self._words(tx, delivery, thread, looking=looking)
            case What.REPLY_CARD:
                card, standing = await self._reply(tx, delivery, thread)
                return ToRoom(room=room, root=conversation.root, card=card, renew=standing)
            case What.NOTICE:
                params = {k: v for k, v in delivery.params.items() if isinstance(v, str | int)}
                card = NoticeCard(
                    notice=Notice(str(params.pop("notice"))),
                    alias=thread.alias,
                    conversation=conversation.id,
                    params=params,
                )
            case _:
                raise LookupError(delivery.what)
        return ToRoom(room=room, root=conversation.root, card=card)

    async def _alarm(self, tx: Transaction, delivery: Delivery) -> ToRoom:
        params = {k: v for k, v in delivery.params.items() if isinstance(v, str | int)}
        about = params.pop("conversation", None)
        root = None
        if about is not None:
            root = (await tx.threads.conversation(ConversationId(str(about)))).root
        alias = params.pop("alias", None)
        return ToRoom(
            room=self._around.practice.room,
            root=None,
            card=AlarmCard(
                alarm=Alarm(str(params.pop("alarm"))),
                alias=str(alias) if alias else None,
                root=root,
                params=params,
            ),
        )

    async def _root(self, tx: Transaction, conversation: Conversation, thread: Thread) -> RootCard:
        sealed = conversation.stage in FILING
        channel = self._around.channels.get(thread.channel)
        can = None if channel is None else channel.capabilities
        last, now = thread.last_youth_at, self._around.clock.now()
        return RootCard(
            conversation=conversation.id,
            alias=thread.alias,
            channel=thread.channel,
            standing=thread.standing,
            stage=conversation.stage,
            owner=await self._user(tx, conversation.owner),
            ending=conversation.ending is not None and conversation.stage is Stage.OPEN,
            waits_since=conversation.sealed_at if sealed else None,
            left=thread.left,
            window=Window.OPEN if can is None else window(can, last, now),
            answer_by=None if can is None else answer_by(can, last, now),
        )

    async def _words(
        self, tx: Transaction, delivery: Delivery, thread: Thread, *, looking: bool
    ) -> WordsCard:
        entry = await tx.words.entry(*_entry(delivery))
        original = await tx.copies.of_entry(entry.conversation, entry.of or entry.seq)
        if entry.kind is not Kind.UNSENT and taken_back(original) and not looking:
            raise LookupError(delivery.id)
        of = None if entry.of is None else _card_of(original)
        of_at = (
            None if entry.of is None else (await tx.words.entry(entry.conversation, entry.of)).at
        )
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
            there=thread.channel if entry.by is By.CASEWORKER else None,
        )

    async def _reply(
        self, tx: Transaction, delivery: Delivery, thread: Thread
    ) -> tuple[ReplyCard, Ref | None]:
        conversation, seq = _entry(delivery)
        entry = await tx.words.entry(conversation, seq)
        every = await tx.outbox.of_entry(conversation, seq)
        pieces = [d for d in every if d.what is What.REPLY]
        if not pieces:
            raise LookupError(delivery.id)
        shows = any(d.params.get("shows_words") for d in every if d.what is What.REPLY_CARD)
        worst = min(pieces, key=lambda d: WORST.index(d.state))
        copies = await tx.copies.of_entry(conversation, seq)
        card = ReplyCard(
            delivery=worst.id,
            alias=thread.alias,
            state=worst.state,
            reason=worst.reason,
            wait=int(self._around.practice.undo.total_seconds()),
            until=worst.not_before if worst.state is State.QUEUED else None,
            author=await self._user(tx, entry.author),
            text=entry.text if shows else None,
            late=bool(worst.params.get("late")),
            kept=any(c.keep for c in copies if c.place is Place.CHANNEL),
        )
        return card, _card_of(copies)

    async def _user(self, tx: Transaction, employee: EmployeeId | None) -> str | None:
        """The workspace user an employee is linked to now."""
        return next((e.user for e in await tx.staff.all() if e.id == employee), None)

    async def _thread(self, tx: Transaction, delivery: Delivery) -> Thread:
        if delivery.thread is None:
            raise LookupError(delivery.id)
        return await tx.threads.get(delivery.thread)


def _entry(delivery: Delivery) -> tuple[ConversationId, int]:
    if delivery.conversation is None or delivery.seq is None:
        raise LookupError(delivery.id)
    return delivery.conversation, delivery.seq


def _card_of(copies: Sequence[Copy]) -> Ref | None:
    """Our own card among an entry's copies in the workspace."""
    ours = [c.ref for c in copies if c.place is Place.WORKSPACE and c.whose is Whose.BOT and c.ref]
    return ours[0] if ours else None
