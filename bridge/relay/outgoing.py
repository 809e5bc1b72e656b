"""
Carries deliveries: claimed and committed first, then the call, then its outcome.

Whatever dies between the two commits leaves a delivery `SENDING`; when its lease lapses it
is uncertain, and what it was decides what to do about that.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from bridge.domain.backlog import end_of
from bridge.domain.cards import Note
from bridge.domain.copies import RETRY
from bridge.domain.delivery import DOUBT, SAYS, Delivery, Doubt, Move, Reason, What, head_lane
from bridge.domain.ids import Address, Ref, Room
from bridge.domain.windows import May
from bridge.ports import (
    Channel,
    RecordRefused,
    RecordUnreachable,
    SendFailed,
    Surroundings,
    Transaction,
)
from bridge.relay.belated import Sent
from bridge.relay.compose import Compose, ToRoom, ToYouth
from bridge.relay.copying import expected
from bridge.relay.elsewhere import ring
from bridge.relay.fetching import Fetching
from bridge.relay.leases import LEASE, Leases
from bridge.relay.linking import Linking
from bridge.relay.outcomes import Outcomes
from bridge.relay.pacing import Pacing
from bridge.relay.settling import Settling, about
from bridge.relay.strangers import Strangers

LOOK_AGAIN = timedelta(seconds=60)

TO_YOUTH = frozenset({What.REPLY, What.REPLY_EDIT, What.REPLY_ERASE, What.SERVICE})
TO_ROOM = frozenset(
    {What.CARD, What.WORDS, What.REPLY_CARD, What.NOTICE, What.ALARM, What.CHECKLIST}
)

IN_THREAD = frozenset({What.WORDS, What.REPLY_CARD, What.NOTICE})

HEADLESS = timedelta(seconds=5)
"""Between two looks whether the new head of a room thread is there."""

Content = ToYouth | ToRoom | None

Report = Callable[[str, str | None], Awaitable[None]]
"""A channel has shut us out (a code), or with None takes our words again."""


Count = Callable[[str, str, timedelta], None]
"""That something was carried to one end, how it went, and how long after it was asked for."""


class Outgoing:
    def __init__(
        self, around: Surroundings, report: Report, count: Count, *, lease: timedelta = LEASE
    ) -> None:
        self._around, self._report, self._count = around, report, count
        self._leases = Leases(around, lease)
        self._compose = Compose(around)
        self._outcomes, self._settling = Outcomes(around), Settling(around)
        self._pacing = Pacing(around)
        self._fetching = Fetching(around)
        self._linking = Linking(around)
        self._strangers = Strangers(around)

    async def carry_due(self, limit: int = 32) -> int:
        """Carry what is due now; how many were tried. Lanes run side by side."""
        ready: list[tuple[Delivery, Content]] = []
        async with self._around.vault.begin() as tx:
            now = self._around.clock.now()
            claimed = await tx.outbox.claim(now, lease=self._leases.lease, limit=limit)
            await tx.threads.hold(*about(claimed))
            for delivery in self._pacing.in_turn(claimed):
                try:
                    content = await self._prepare(tx, delivery)
                except LookupError:
                    await tx.outbox.move(delivery.id, Move.REFUSED, reason=Reason.GONE)
                    continue
                if await self._goes_now(tx, delivery, content):
                    await ring(self._around, tx, delivery)
                    for copy in expected(delivery, content):
                        await tx.copies.expect(copy)
                    ready.append((delivery, content))
        await self._leases.held(
            [delivery.id for delivery, _ in ready], [self._carry(*each) for each in ready]
        )
        return len(claimed)

    async def _prepare(self, tx: Transaction, delivery: Delivery) -> Content:
        if delivery.what in TO_YOUTH:
            return await self._compose.to_youth(tx, delivery)
        if delivery.what in TO_ROOM:
            return await self._compose.to_room(tx, delivery)
        return None

    async def _goes_now(self, tx: Transaction, delivery: Delivery, content: Content) -> bool:
        if isinstance(content, ToYouth) and content.may is May.NOT:
            await self._outcomes.shut(tx, delivery)
            return False
        if await self._outcomes.too_late(tx, delivery):
            return False
        if isinstance(content, ToYouth) and content.by_hand:
            await self._outcomes.handed(tx, delivery, content)
            return False
        channel = content.channel if isinstance(content, ToYouth) else None
        if await _waits_for_head(tx, delivery, content):
            await tx.outbox.put_back(delivery.id, self._around.clock.now() + HEADLESS)
            return False
        room = content.room if isinstance(content, ToRoom) and content.renew is None else None
        wait = self._pacing.wait(delivery, room=room, channel=channel)
        if wait is not None:
            await tx.outbox.put_back(delivery.id, wait)
        return wait is None

    async def _carry(self, delivery: Delivery, content: Content) -> None:
        outcomes, settle = self._outcomes, self._settling.settle
        try:
            sent = await self._call(delivery, content)
        except SendFailed as failed:
            failure = failed
            self._tell(delivery, content, failed.reason.value)
            await settle(delivery, lambda tx: outcomes.failed(tx, delivery, content, failure))
            channel = content.channel if isinstance(content, ToYouth) else _invited_by(delivery)
            if channel is not None and failure.reason is Reason.REVOKED:
                await self._report(channel, Reason.REVOKED.value)
        except RecordUnreachable:
            self._tell(delivery, content, Reason.UNREACHABLE.value)
            away = SendFailed(Reason.UNREACHABLE, retry=True)
            await settle(delivery, lambda tx: outcomes.failed(tx, delivery, content, away))
        except RecordRefused as refused:
            self._tell(delivery, content, Reason.REJECTED.value)
            why = refused.refusal
            await settle(delivery, lambda tx: outcomes.refused_by_record(tx, delivery, why))
        else:
            self._tell(delivery, content, Move.ACCEPTED.value)
            await settle(delivery, lambda tx: outcomes.accepted(tx, delivery, content, sent))
            if isinstance(content, ToYouth) and delivery.what in SAYS:
                await self._report(content.channel, None)

    def _tell(self, delivery: Delivery, content: Content, outcome: str) -> None:
        channel = content.channel if isinstance(content, ToYouth) else None
        took = self._around.clock.now() - delivery.made_at
        self._count(end_of(delivery.what, channel), outcome, took)

    async def _call(self, delivery: Delivery, content: Content) -> Sent:
        self._pacing.leaves(delivery)
        try:
            return await self._made(delivery, content)
        finally:
            self._pacing.is_answered(delivery)

    async def _made(self, delivery: Delivery, content: Content) -> Sent:
        match content:
            case ToYouth() as to:
                return await self._to_youth(delivery, to)
            case ToRoom() as to_room:
                return await self._to_room(delivery, to_room)
            case None:
                return await self._elsewhere[delivery.what](delivery)

    @property
    def _elsewhere(self) -> Mapping[What, Callable[[Delivery], Awaitable[Sent]]]:
        return {
            What.WHISPER: self._whisper,
            What.RECORD: self._record,
            What.LINK: self._linking.link,
            What.INVITE: self._strangers.invite,
            What.FETCH: self._fetching.fetch,
            What.FILE: self._fetching.upload,
        }

    async def _to_youth(self, delivery: Delivery, to: ToYouth) -> Sent:
        channel = self._around.channels[to.channel]
        match delivery.what:
            case What.REPLY_EDIT:
                pieces = channel.pieces(to.outbound.text)
                for ref, piece in zip(to.refs, pieces, strict=False):
                    await channel.edit(to.to, ref, piece)
                return await self._erase(channel, to.to, to.refs[len(pieces) :])
            case What.REPLY_ERASE:
                return await self._erase(channel, to.to, to.refs)
            case _:
                return Sent(ref=await channel.send(to.to, to.outbound))

    async def _erase(self, channel: Channel, to: Address, refs: Sequence[Ref]) -> Sent:
        erased = await channel.erase(to, refs) if refs else {}
        if RETRY & set(erased.values()):
            raise SendFailed(Reason.BUSY, retry=True)
        return Sent(erased=erased)

    async def _to_room(self, delivery: Delivery, to: ToRoom) -> Sent:
        if to.renew is not None:
            await self._around.workspace.renew(to.renew, to.card)
            return Sent()
        ref = await self._around.workspace.show(to.room, to.root, to.card, key=delivery.id)
        return Sent(ref=ref)

    async def _whisper(self, delivery: Delivery) -> Sent:
        params = delivery.params
        root = params.get("root")
        await self._around.workspace.whisper(
            Room(str(params["room"])),
            Ref(str(root)) if root else None,
            str(params["user"]),
            Note(str(params["note"])),
        )
        return Sent()

    async def _record(self, delivery: Delivery) -> Sent:
        await self._around.record.put(
            str(delivery.params["path"]), json.loads(delivery.words or "{}")
        )
        return Sent()

    async def look_for_lost(self) -> None:
        """What was being sent when somebody died, and what nobody answered for."""
        async with self._around.vault.begin() as tx:
            lost = await tx.outbox.lost(self._around.clock.now())
            for delivery in lost:
                await self._outcomes.doubtful(tx, delivery)
            uncertain = await tx.outbox.uncertain(self._around.clock.now())
            contents: list[tuple[Delivery, Content]] = []
            for delivery in uncertain:
                if DOUBT[delivery.what] is not Doubt.LOOK:
                    continue
                try:
                    content = await self._sought(tx, delivery)
                except LookupError:
                    # Queued again, it is refused for want of words; its copy row stays.
                    await tx.outbox.move(delivery.id, Move.NOT_THERE)
                else:
                    contents.append((delivery, content))
        for delivery, content in contents:
            await self._look(delivery, content)

    async def _sought(self, tx: Transaction, delivery: Delivery) -> Content:
        if delivery.what not in TO_ROOM:
            return None
        return await self._compose.to_room(tx, delivery, looking=True)

    async def _look(self, delivery: Delivery, content: Content) -> None:
        outcomes, settle = self._outcomes, self._settling.settle
        if isinstance(content, ToRoom) and content.renew is not None:
            # Bringing a card up to date twice is the same as once.
            return await settle(delivery, lambda tx: outcomes.not_there(tx, delivery, content))
        try:
            sent = await self._found(delivery, content)
        except SendFailed:
            return await self._look_later(delivery, looked=False)
        if sent is not None:
            self._tell(delivery, content, Move.FOUND.value)
            there = sent
            return await settle(
                delivery,
                lambda tx: outcomes.accepted(tx, delivery, content, there, move=Move.FOUND),
            )
        if delivery.looks:
            return await settle(delivery, lambda tx: outcomes.not_there(tx, delivery, content))
        return await self._look_later(delivery, looked=True)

    async def _found(self, delivery: Delivery, content: Content) -> Sent | None:
        if not isinstance(content, ToRoom):
            return await self._fetching.find(delivery)
        ref = await self._around.workspace.find(content.room, content.root, delivery.id)
        return None if ref is None else Sent(ref=ref)

    async def _look_later(self, delivery: Delivery, *, looked: bool) -> None:
        again = self._around.clock.now() + LOOK_AGAIN
        async with self._around.vault.begin() as tx:
            await tx.outbox.look_later(delivery.id, again, looked=looked)


async def _waits_for_head(tx: Transaction, delivery: Delivery, content: Content) -> bool:
    about = delivery.conversation
    if not isinstance(content, ToRoom) or content.root is not None or about is None:
        return False
    return delivery.what in IN_THREAD and await tx.outbox.in_lane(head_lane(about)) > 0


def _invited_by(delivery: Delivery) -> str | None:
    return str(delivery.params["channel"]) if delivery.what is What.INVITE else None
