"""What became of a delivery, written down; and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bridge.domain.canonical import Document
from bridge.domain.cards import Alarm, Notice
from bridge.domain.copies import Erasure, Place, verdict
from bridge.domain.delivery import DOUBT, Delivery, Doubt, Move, Reason, State, What, backoff
from bridge.domain.errands import Errands
from bridge.domain.ids import ConversationId, Ref
from bridge.domain.threads import Chat, Thread
from bridge.domain.transcript import moment
from bridge.ports import Refusal, SendFailed, Surroundings, Transaction
from bridge.relay.compose import ToRoom, ToYouth
from bridge.relay.copying import expected
from bridge.relay.missing import Missing
from bridge.relay.waiting import end_waiting

PATIENT = timedelta(seconds=60)
"""Between tries of what cannot work until somebody mends something."""

UNCERTAIN = "uncertain_reply"
STUCK_AFTER = 5
"""Attempts after which the team leader is told that something does not get through."""

CHAT_QUESTIONS = frozenset({"chat.ask", "chat.ask_contact"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a platform gave back."""

    ref: Ref | None = None
    file: Ref | None = None
    erased: Mapping[Ref, Erasure] = field(default_factory=dict)


class Outcomes:
    def __init__(self, around: Surroundings) -> None:
        self._around, self._missing = around, Missing(around)

    async def too_late(self, tx: Transaction, delivery: Delivery) -> bool:
        """A reply that an outage has held up asks its author before it goes."""
        age = self._around.clock.now() - delivery.made_at
        if delivery.what is not What.REPLY or age <= self._around.practice.outage:
            return False
        await tx.outbox.put_back(delivery.id, self._around.clock.now())
        await tx.outbox.move(delivery.id, Move.DELAYED)
        await self._show_reply(tx, delivery)
        return True

    async def accepted(
        self,
        delivery: Delivery,
        content: ToYouth | ToRoom | None,
        sent: Sent,
        *,
        move: Move = Move.ACCEPTED,
    ) -> None:
        async with self._around.vault.begin() as tx:
            await tx.outbox.move(delivery.id, move)
            if delivery.attempts >= STUCK_AFTER:
                await self._stuck(tx, delivery, "delivered", over=True)
            await self._place_copies(tx, delivery, content, sent)
            match delivery.what:
                case What.CARD if sent.ref is not None:
                    await self._rooted(tx, delivery, sent.ref)
                case What.REPLY_CARD:
                    await self._card_up(tx, delivery)
                case What.REPLY:
                    await self._replied(tx, delivery)
                case What.SERVICE:
                    await self._served(tx, delivery, sent)
                case _:
                    return

    async def _place_copies(
        self, tx: Transaction, delivery: Delivery, content: ToYouth | ToRoom | None, sent: Sent
    ) -> None:
        until = None
        if isinstance(content, ToYouth):
            within = self._around.channels[content.channel].capabilities.erase_within
            until = None if within is None else self._around.clock.now() + within
        for copy in expected(delivery, content):
            ref = sent.file if copy.place is Place.WORKSPACE_FILE else sent.ref
            if ref is not None:
                await tx.copies.found(copy.id, ref, erasable_until=until)
        for ref, erasure in sent.erased.items():
            for copy in await tx.copies.by_ref(ref):
                if copy.thread != delivery.thread:
                    continue
                said = verdict(Place.CHANNEL, erasure, revisions_kept=False)
                await tx.copies.save(replace(copy, verdict=said, evidence=erasure.value))

    async def _rooted(self, tx: Transaction, delivery: Delivery, ref: Ref) -> None:
        if delivery.conversation is None:
            return
        conversation = await tx.threads.conversation(delivery.conversation)
        await tx.threads.amend(replace(conversation, root=ref))

    async def _card_up(self, tx: Transaction, delivery: Delivery) -> None:
        """Angre counts from now. A reply whose card was too long in coming asks first."""
        now = self._around.clock.now()
        for piece in await self._pieces(tx, delivery):
            if piece.state is not State.HELD:
                continue
            if now - piece.made_at > self._around.practice.outage:
                await tx.outbox.move(piece.id, Move.DELAYED)
                await self._show_reply(tx, delivery)
            else:
                await tx.outbox.move(
                    piece.id, Move.CARD_UP, not_before=now + self._around.practice.undo
                )

    async def _replied(self, tx: Transaction, delivery: Delivery) -> None:
        thread = await self._thread(tx, delivery)
        await tx.threads.save(replace(thread, last_out="reply", left=False))
        if delivery.conversation is not None and delivery.seq is not None:
            conversation = await tx.threads.conversation(delivery.conversation)
            answered = min(conversation.last_youth, delivery.seq)
            await end_waiting(
                tx, self._errands(delivery), conversation, alias=thread.alias, upto=answered
            )
        await self._show_reply(tx, delivery)

    async def _served(self, tx: Transaction, delivery: Delivery, sent: Sent) -> None:
        phrase, about = str(delivery.params["phrase"]), delivery.params.get("about")
        thread = replace(await self._thread(tx, delivery), last_out=phrase)
        now = self._around.clock.now()
        question = thread.question
        if phrase == "consent.journal" and question is not None and question.id == about:
            thread = replace(thread, question=replace(question, shown_at=now, ref=sent.ref))
        await tx.threads.save(thread)
        if phrase in CHAT_QUESTIONS and about:
            conversation = await tx.threads.conversation(ConversationId(str(about)))
            if conversation.chat is Chat.UNASKED:
                await tx.threads.amend(replace(conversation, chat=Chat.ASKED, chat_asked_at=now))

    async def failed(
        self, delivery: Delivery, content: ToYouth | ToRoom | None, failure: SendFailed
    ) -> None:
        now = self._around.clock.now()
        async with self._around.vault.begin() as tx:
            if failure.reason is Reason.NO_ANSWER:
                await self._lost(tx, delivery)
                return
            for copy in expected(delivery, content):
                await tx.copies.never_was(copy.id)
            if failure.retry or self._kept(content):
                wait = failure.after or timedelta(seconds=backoff(delivery.attempts))
                wait = wait if failure.retry else max(wait, PATIENT)
                await tx.outbox.move(
                    delivery.id, Move.BUSY, not_before=now + wait, reason=failure.reason
                )
                if delivery.attempts == STUCK_AFTER:
                    await self._stuck(tx, delivery, f"{delivery.what}_{failure.reason}")
                return
            await tx.outbox.move(delivery.id, Move.REFUSED, reason=failure.reason)
            await self._refused(tx, delivery, failure.reason)

    def _kept(self, content: ToYouth | ToRoom | None) -> bool:
        """What the team has not seen stays queued whatever the workspace says of it."""
        return isinstance(content, ToRoom) and content.renew is None

    async def _refused(self, tx: Transaction, delivery: Delivery, reason: Reason) -> None:
        errands = self._errands(delivery)
        if delivery.what is What.REPLY:
            await self._show_reply(tx, delivery)
        if delivery.what is What.FETCH:
            await self._missing.not_had(tx, delivery, reason)
        if delivery.what is What.FILE:
            await self._missing.not_shown(tx, delivery)
        if reason in (Reason.BLOCKED, Reason.GONE) and delivery.what in (What.REPLY, What.SERVICE):
            thread = await self._thread(tx, delivery)
            if not thread.left:
                await tx.threads.save(replace(thread, left=True))
                open_now = await tx.threads.open(thread.id)
                if open_now is not None:
                    await tx.outbox.add(errands.notice(open_now.id, Notice.YOUTH_LEFT))

    async def _lost(self, tx: Transaction, delivery: Delivery) -> None:
        await tx.outbox.move(delivery.id, Move.LOST, reason=Reason.NO_ANSWER)
        await self.doubtful(tx, delivery)

    async def doubtful(self, tx: Transaction, delivery: Delivery) -> None:
        """It may or may not have happened; the delivery is `UNCERTAIN` already."""
        match DOUBT[delivery.what]:
            case Doubt.AGAIN:
                wait = timedelta(seconds=backoff(delivery.attempts))
                await tx.outbox.move(
                    delivery.id, Move.AGAIN, not_before=self._around.clock.now() + wait
                )
            case Doubt.ASK:
                await self._show_reply(tx, delivery)
                await self._stuck(tx, delivery, UNCERTAIN)
            case Doubt.LOOK:
                return

    async def not_there(self, delivery: Delivery, content: ToYouth | ToRoom | None) -> None:
        async with self._around.vault.begin() as tx:
            await tx.outbox.move(delivery.id, Move.NOT_THERE)
            for copy in expected(delivery, content):
                await tx.copies.never_was(copy.id)

    async def refused_by_record(self, delivery: Delivery, refusal: Refusal) -> None:
        """The case store means it: it is not tried again, and a person must look."""
        async with self._around.vault.begin() as tx:
            await tx.outbox.move(delivery.id, Move.REFUSED, reason=Reason.REJECTED)
            await tx.outbox.add(
                self._errands(delivery).alarm(
                    Alarm.RECORD_REFUSED,
                    reason=refusal.value,
                    what=str(delivery.params.get("path", "")).partition("/")[0],
                )
            )

    async def _stuck(
        self, tx: Transaction, delivery: Delivery, reason: str, *, over: bool = False
    ) -> None:
        """Told to the case store, where the team leader sees what waits and why."""
        if delivery.what is What.RECORD:
            return  # it would only wait behind what it tells of
        errands = self._errands(delivery)
        document: Document = {
            "kind": reason if reason == UNCERTAIN else "not_delivered",
            "conversation": delivery.conversation,
            "alias": None,
            "since": moment(delivery.made_at),
            "resolved_at": moment(errands.now) if over else None,
            "reason": reason,
        }
        await tx.outbox.add(errands.record(f"stuck/{delivery.id}", document))

    async def _pieces(self, tx: Transaction, delivery: Delivery) -> list[Delivery]:
        if delivery.conversation is None or delivery.seq is None:
            return []
        every = await tx.outbox.of_entry(delivery.conversation, delivery.seq)
        return [d for d in every if d.what is What.REPLY]

    async def _show_reply(self, tx: Transaction, delivery: Delivery) -> None:
        if delivery.conversation is not None and delivery.seq is not None:
            await tx.outbox.add(
                self._errands(delivery).reply_card(delivery.conversation, delivery.seq)
            )

    async def _thread(self, tx: Transaction, delivery: Delivery) -> Thread:
        if delivery.thread is None:
            raise LookupError(delivery.id)
        return await tx.threads.get(delivery.thread)

    def _errands(self, delivery: Delivery) -> Errands:
        return Errands(
            new=self._around.mint.new,
            now=self._around.clock.now(),
            team=self._around.practice.team,
            thread=delivery.thread,
        )
