"""What a delivery says, put together from the rows at the moment it is sent."""

from dataclasses import dataclass, field

from bridge.domain.capabilities import at_our_end_only
from bridge.domain.cards import (
    Alarm,
    AlarmCard,
    Card,
    Notice,
    NoticeCard,
)
from bridge.domain.carried import by_hand
from bridge.domain.copies import stands_in_chat
from bridge.domain.delivery import Delivery, What
from bridge.domain.ids import Address, ConversationId, DeliveryId, Ref, Room
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import By, Outbound
from bridge.domain.phrases import say
from bridge.domain.threads import Thread
from bridge.domain.windows import May, may
from bridge.ports import Channel, Surroundings, Transaction
from bridge.relay.shown import Cards, entry_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ToYouth:
    channel: str
    to: Address = field(repr=False)
    outbound: Outbound
    refs: tuple[Ref, ...] = ()
    """What is to be edited or erased."""
    may: May = May.SEND
    """Whether the platform lets us say it now."""
    our_end_only: bool = False
    """The copy that we can reach is our own, and nothing that the youth is to keep."""
    by_hand: bool = False
    """Whether a person is to carry it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRoom:
    room: Room
    root: Ref | None
    card: Card
    renew: Ref | None = None
    """The card that stands there already."""
    also: tuple[DeliveryId, ...] = ()
    """What else is said in the same post."""


Content = ToYouth | ToRoom | None
"""None where the delivery itself says everything."""

TO_YOUTH = frozenset({What.REPLY, What.REPLY_EDIT, What.REPLY_ERASE, What.SERVICE})
TO_ROOM = frozenset(
    {What.CARD, What.WORDS, What.REPLY_CARD, What.NOTICE, What.ALARM, What.CHECKLIST}
)


class Compose:
    """Reads only. Raises `LookupError` when what was to be said is no longer there."""

    def __init__(self, around: Surroundings) -> None:
        self._around, self._cards = around, Cards(around)

    async def content(self, tx: Transaction, delivery: Delivery) -> Content:
        if delivery.what in TO_YOUTH:
            return await self.to_youth(tx, delivery)
        if delivery.what in TO_ROOM:
            return await self.to_room(tx, delivery)
        return None

    async def sought(self, tx: Transaction, delivery: Delivery) -> Content:
        """What is needed to look for it, and no more."""
        if delivery.what not in TO_ROOM:
            return None
        return await self.to_room(tx, delivery, looking=True)

    async def to_youth(self, tx: Transaction, delivery: Delivery) -> ToYouth:
        thread = await self._thread(tx, delivery)
        if delivery.what not in {What.REPLY, What.SERVICE}:
            return await self._change(tx, delivery, thread)
        channel, now = self._around.channels[thread.channel], self._around.clock.now()
        if delivery.what is What.REPLY:
            allowed = may(By.CASEWORKER, channel.capabilities, thread.last_youth_at, now)
            late = allowed is May.SEND_LATE
            outbound = await self._reply(tx, delivery, channel, late=late)
        else:
            allowed = may(By.SERVICE, channel.capabilities, thread.last_youth_at, now)
            outbound = await self._service(tx, delivery, thread, channel)
        return ToYouth(
            channel=thread.channel,
            to=thread.address,
            outbound=outbound,
            may=allowed,
            our_end_only=at_our_end_only(channel.capabilities),
            by_hand=by_hand(channel.capabilities),
        )

    async def _reply(
        self, tx: Transaction, delivery: Delivery, channel: Channel, *, late: bool
    ) -> Outbound:
        """One piece of what a caseworker has written."""
        entry = await tx.words.entry(*entry_of(delivery))
        piece = channel.pieces(entry.text)[int(delivery.params["piece"] or 0)]
        return Outbound(text=piece, by_person=True, late=late, delivery=delivery.id)

    async def _service(
        self, tx: Transaction, delivery: Delivery, thread: Thread, channel: Channel
    ) -> Outbound:
        """What we say ourselves, as it was written down where it was, and else as said now."""
        spoken = say(
            str(delivery.params["phrase"]),
            thread.language,
            hours=self._around.practice.hours,
            numbers=self._around.practice.numbers,
            now=self._around.clock.now(),
            about=str(delivery.params.get("about") or ""),
        )
        text = spoken.text
        if delivery.seq is not None:
            text = (await tx.words.entry(*entry_of(delivery))).text
        # Where there are no buttons, the text itself says which words will do.
        buttons = spoken.buttons if channel.capabilities.buttons.works else ()
        return Outbound(text=text, buttons=buttons, delivery=delivery.id)

    async def _change(self, tx: Transaction, delivery: Delivery, thread: Thread) -> ToYouth:
        conversation, seq = entry_of(delivery)
        entry = await tx.words.entry(conversation, seq)
        copies = await tx.copies.of_entry(conversation, int(delivery.params["of"] or 0))
        refs = tuple(c.ref for c in copies if stands_in_chat(c) and c.ref is not None)
        return ToYouth(
            channel=thread.channel,
            to=thread.address,
            outbound=Outbound(text=entry.text),
            refs=refs,
            by_hand=by_hand(self._around.channels[thread.channel].capabilities),
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
        if delivery.what is What.CHECKLIST:
            # Where there is nothing left it says so, and goes as it is wiped.
            listed, up = await self._cards.checklist(tx, conversation, thread)
            return ToRoom(room=room, root=None, card=listed, renew=up)
        if conversation.stage is Stage.FORGOTTEN and not looking:
            # Its room thread is being wiped; nothing more may be put there.
            raise LookupError(delivery.id)
        match delivery.what:
            case What.CARD:
                card: Card = await self._cards.root(tx, conversation, thread)
                return ToRoom(room=room, root=None, card=card, renew=conversation.root)
            case What.WORDS:
                card = await self._cards.words(tx, delivery, thread, looking=looking)
            case What.REPLY_CARD:
                card, standing = await self._cards.reply(tx, delivery, thread)
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
        alias, to = params.pop("alias", None), params.pop("to", None)
        return ToRoom(
            room=Room(str(to)) if to else await self._room(tx, delivery),
            root=None,
            card=AlarmCard(
                alarm=Alarm(str(params.pop("alarm"))),
                alias=str(alias) if alias else None,
                root=root,
                params=params,
            ),
        )

    async def _room(self, tx: Transaction, delivery: Delivery) -> Room:
        """What is about one youth is told where that youth's talks are read."""
        thread = None if delivery.thread is None else await tx.threads.get(delivery.thread)
        return (thread and thread.room) or self._around.practice.room

    async def _thread(self, tx: Transaction, delivery: Delivery) -> Thread:
        if delivery.thread is None:
            raise LookupError(delivery.id)
        return await tx.threads.get(delivery.thread)
