"""What became of a delivery, written down."""

import logging
from dataclasses import replace
from datetime import timedelta

from bridge.domain.canonical import Document
from bridge.domain.capabilities import Support
from bridge.domain.cards import Alarm, Notice
from bridge.domain.copies import Place, Verdict, verdict
from bridge.domain.delivery import (
    DOUBT,
    SAYS,
    STUCK_AFTER,
    Delivery,
    Doubt,
    Move,
    OutOfTurn,
    Reason,
    State,
    What,
    backoff,
    head_lane,
)
from bridge.domain.ids import ConversationId, CopyId, Ref
from bridge.domain.lifecycle import Filing, Stage
from bridge.domain.threads import Chat
from bridge.domain.transcript import moment
from bridge.ports import Refusal, SendFailed, Surroundings, Transaction
from bridge.relay.belated import Sent, keep_track
from bridge.relay.compose import Content, ToRoom, ToYouth
from bridge.relay.consequences import Consequences
from bridge.relay.copying import copy_id, expected
from bridge.relay.desk import CHAT_QUESTIONS
from bridge.relay.missing import Missing
from bridge.relay.ticket import UNCERTAIN, Ticket
from bridge.relay.uninvited import Uninvited

log = logging.getLogger(__name__)

PATIENT = timedelta(seconds=60)
"""Between tries of what cannot work until somebody mends something."""

LEFT = frozenset({Reason.BLOCKED, Reason.GONE})
"""Nobody is there any longer; the team is told so, whatever it was that did not come."""

RECEIPTS = frozenset({"receipt.journal", "receipt.contact"})
"""What tells the youth that a talk is over, and what became of it."""


class Outcomes:
    def __init__(self, around: Surroundings) -> None:
        self._around, self._missing, self._uninvited = around, Missing(around), Uninvited()
        self._consequences = Consequences(around)

    async def too_late(self, tx: Transaction, delivery: Delivery) -> bool:
        """A reply that an outage has held up asks its author before it goes."""
        age = self._around.clock.now() - delivery.made_at
        if delivery.what is not What.REPLY or age <= self._around.practice.outage:
            return False
        await tx.outbox.put_back(delivery.id, self._around.clock.now())
        await tx.outbox.move(delivery.id, Move.DELAYED)
        await self._ticket(tx, delivery).show_reply()
        return True

    async def shut(self, tx: Transaction, delivery: Delivery) -> None:
        """The platform lets us write no longer, and is not asked."""
        await tx.outbox.move(delivery.id, Move.REFUSED, reason=Reason.CLOSED)
        await self._refused(self._ticket(tx, delivery), Reason.CLOSED)

    async def handed(self, tx: Transaction, delivery: Delivery, content: ToYouth) -> None:
        """The words stand on a card until a person has carried them; the youth may get a copy."""
        if delivery.what is What.REPLY_ERASE:
            await self._put_on_list(tx, delivery, content)
            return
        if delivery.what not in SAYS or delivery.seq is None:
            await tx.outbox.move(delivery.id, Move.REFUSED, reason=Reason.NOT_ALLOWED)
            return
        for copy in expected(delivery, content):
            await tx.copies.expect(copy)
        await tx.outbox.move(delivery.id, Move.HANDED)
        await self._ticket(tx, delivery).show_reply()

    async def _put_on_list(self, tx: Transaction, delivery: Delivery, content: ToYouth) -> None:
        """A person erases it there, and says when it is done."""
        for ref in content.refs:
            for copy in await tx.copies.by_ref(ref):
                if copy.thread == delivery.thread:
                    await tx.copies.save(replace(copy, due_at=self._around.clock.now()))
        await tx.outbox.move(delivery.id, Move.ACCEPTED)

    async def accepted(
        self,
        tx: Transaction,
        delivery: Delivery,
        content: Content,
        sent: Sent,
        *,
        move: Move = Move.ACCEPTED,
    ) -> None:
        ticket = self._ticket(tx, delivery)
        try:
            await tx.outbox.move(delivery.id, move, attempt=delivery.attempts)
        except OutOfTurn:
            if not await self._believed_lost(tx, delivery):
                await keep_track(self._around, tx, delivery, content, sent)
                return
            await tx.outbox.move(delivery.id, Move.FOUND)
            if DOUBT[delivery.what] is Doubt.ASK:
                await ticket.stuck(UNCERTAIN, over=True)
        if delivery.attempts >= STUCK_AFTER:
            await ticket.stuck("delivered", over=True)
        await self._place_copies(tx, delivery, content, sent)
        await self._consequences.of(ticket, sent.ref)

    async def _believed_lost(self, tx: Transaction, delivery: Delivery) -> bool:
        """Somebody has taken us for dead; and nobody has done more about it yet."""
        now = await tx.outbox.get(delivery.id)
        log.warning("answered late delivery=%s state=%s", delivery.id, now.state.value)
        return now.state is State.UNCERTAIN and now.attempts == delivery.attempts

    async def _place_copies(
        self, tx: Transaction, delivery: Delivery, content: Content, sent: Sent
    ) -> None:
        until = None
        if isinstance(content, ToYouth):
            within = self._around.channels[content.channel].capabilities.erase_within
            until = None if within is None else self._around.clock.now() + within
        for copy in expected(delivery, content):
            ref = sent.file if copy.place is Place.WORKSPACE_FILE else sent.ref
            if ref is not None:
                await tx.copies.found(copy.id, ref, erasable_until=until)
                await self._clear_what_is_late(tx, content, copy.id, copy.conversation)
        for ref, erasure in sent.erased.items():
            for copy in await tx.copies.by_ref(ref):
                if copy.thread != delivery.thread:
                    continue
                said = verdict(Place.CHANNEL, erasure, revisions_kept=False)
                await tx.copies.save(replace(copy, verdict=said, evidence=erasure.value))

    async def _clear_what_is_late(
        self, tx: Transaction, content: Content, copy: CopyId, conversation: ConversationId
    ) -> None:
        """
        Said when the rest had been settled already: our own copy of it goes after them, and one
        that the platform lets nobody delete is said to be so.
        """
        if not isinstance(content, ToYouth):
            return
        can = self._around.channels[content.channel].capabilities
        if not content.our_end_only and can.erase_ours is not Support.REFUSED:
            return
        if (await tx.threads.conversation(conversation)).chat is not Chat.SETTLED:
            return
        for each in await tx.copies.of(conversation):
            if each.id == copy and each.verdict is Verdict.PENDING:
                await tx.copies.save(replace(each, due_at=self._around.clock.now()))

    async def failed(
        self,
        tx: Transaction,
        delivery: Delivery,
        content: Content,
        failure: SendFailed,
        *,
        along: bool = False,
    ) -> None:
        """`along`: it went with another, whose trouble it is, and which it follows next time."""
        ticket = self._ticket(tx, delivery)
        now = await tx.outbox.get(delivery.id)
        if now.state is not State.SENDING or now.attempts != delivery.attempts:
            await self._failed_late(ticket, content, failure)
            return
        if failure.reason is Reason.NO_ANSWER:
            await tx.outbox.move(delivery.id, Move.LOST, reason=Reason.NO_ANSWER)
            await self.doubtful(tx, delivery)
            return
        for copy in expected(delivery, content):
            await tx.copies.never_was(copy.id)
        if failure.reason is Reason.GONE and isinstance(content, ToRoom):
            await self._headless(ticket, content)
        if along:
            await tx.outbox.put_back(delivery.id, ticket.errands.now)
        elif failure.retry or _kept(content):
            await self._later(ticket, failure)
        else:
            await tx.outbox.move(delivery.id, Move.REFUSED, reason=failure.reason)
            await self._refused(ticket, failure.reason)

    async def _failed_late(self, ticket: Ticket, content: Content, failure: SendFailed) -> None:
        """Somebody has taken us for dead meanwhile; what did not go has left no copy."""
        tx, delivery = ticket.tx, ticket.delivery
        believed_lost = await self._believed_lost(tx, delivery)
        if failure.reason is Reason.NO_ANSWER:
            return
        for copy in expected(delivery, content):
            await tx.copies.never_was(copy.id)
        if not believed_lost:
            return
        if DOUBT[delivery.what] is Doubt.ASK:
            await ticket.stuck(UNCERTAIN, over=True)
        if failure.retry or _kept(content):
            await tx.outbox.move(delivery.id, Move.NOT_THERE)
        else:
            await tx.outbox.move(delivery.id, Move.REFUSED, reason=failure.reason)
            await self._refused(ticket, failure.reason)

    async def _headless(self, ticket: Ticket, content: ToRoom) -> None:
        """Somebody has deleted the whole room thread: a new head, in which what waits goes on."""
        about = ticket.delivery.conversation
        if about is None or content.root is None or content.renew is not None:
            return
        talk = await ticket.tx.threads.conversation(about)
        if talk.root != content.root or talk.stage is not Stage.OPEN:
            return
        await ticket.tx.threads.amend(replace(talk, root=None))
        await ticket.tx.outbox.add(replace(ticket.errands.card(about), lane=head_lane(about)))

    async def _later(self, ticket: Ticket, failure: SendFailed) -> None:
        delivery = ticket.delivery
        wait = failure.after or timedelta(seconds=backoff(delivery.attempts))
        wait = wait if failure.retry else max(wait, PATIENT)
        at = ticket.errands.now + wait
        await ticket.tx.outbox.move(delivery.id, Move.BUSY, not_before=at, reason=failure.reason)
        if delivery.attempts == STUCK_AFTER:
            await ticket.stuck(f"{delivery.what}_{failure.reason}")

    async def _refused(self, ticket: Ticket, reason: Reason) -> None:
        what = ticket.delivery.what
        if what is What.REPLY:
            await ticket.show_reply()
        if what is What.SERVICE:
            await self._unsaid(ticket, reason)
        if what is What.INVITE:
            await self._uninvited.tell(ticket)
        if what is What.FETCH:
            await self._missing.not_had(ticket.tx, ticket.delivery, reason)
        if what is What.FILE:
            await self._missing.not_shown(ticket.tx, ticket.delivery)
        if reason in LEFT and what in (What.REPLY, What.SERVICE):
            await self._left(ticket)

    async def _unsaid(self, ticket: Ticket, reason: Reason) -> None:
        """The team may believe that the youth was told or asked; who was not, cannot answer."""
        tx, params, about = ticket.tx, ticket.delivery.params, ticket.delivery.conversation
        phrase = str(params["phrase"])
        if about is None:
            return
        talk = await tx.threads.conversation(about)
        if phrase in CHAT_QUESTIONS and talk.chat is Chat.UNASKED:
            # It never came: from now on silence is waited for as if it had.
            await tx.threads.amend(replace(talk, chat_asked_at=ticket.errands.now))
        if reason is Reason.CLOSED and talk.stage is not Stage.OPEN and phrase in RECEIPTS:
            alias, channel = (await ticket.thread()).alias, (await ticket.line()).channel
            await tx.outbox.add(ticket.errands.alarm(Alarm.NOT_TOLD, alias=alias, channel=channel))
        if reason not in LEFT and talk.stage is Stage.OPEN:
            why = Notice.NOT_SAID if reason is Reason.CLOSED else Notice.NOT_TAKEN
            await tx.outbox.add(ticket.errands.notice(talk.id, why, phrase=phrase))

    async def _left(self, ticket: Ticket) -> None:
        line = await ticket.line()
        if line.left:
            return
        await ticket.tx.threads.save(replace(line, left=True))
        open_now = await ticket.tx.threads.open((await ticket.thread()).id)
        if open_now is not None:
            await ticket.tx.outbox.add(ticket.errands.notice(open_now.id, Notice.YOUTH_LEFT))
            await ticket.tx.outbox.add(ticket.errands.card(open_now.id))

    async def doubtful(self, tx: Transaction, delivery: Delivery) -> None:
        """It may or may not have happened; the delivery is `UNCERTAIN` already."""
        ticket = self._ticket(tx, delivery)
        told = await self._told(tx, delivery)
        if told is not None:
            await tx.outbox.move(delivery.id, Move.FOUND)
            await self._consequences.of(ticket, told)
            return
        match DOUBT[delivery.what]:
            case Doubt.AGAIN:
                at = ticket.errands.now + timedelta(seconds=backoff(delivery.attempts))
                await tx.outbox.move(delivery.id, Move.AGAIN, not_before=at)
            case Doubt.ASK:
                await ticket.show_reply()
                await ticket.stuck(UNCERTAIN)
            case Doubt.LOOK:
                return

    async def _told(self, tx: Transaction, delivery: Delivery) -> Ref | None:
        """What the platform has said of it elsewhere, while its answer was waited for."""
        if delivery.what not in SAYS or delivery.conversation is None:
            return None
        copies = await tx.copies.of(delivery.conversation)
        return next((c.ref for c in copies if c.id == copy_id(delivery)), None)

    async def found(self, tx: Transaction, delivery: Delivery, ref: Ref) -> None:
        """It was uncertain, and the platform tells that it is there; its copy knows it already."""
        ticket = self._ticket(tx, delivery)
        await tx.outbox.move(delivery.id, Move.FOUND)
        if DOUBT[delivery.what] is Doubt.ASK:
            await ticket.stuck(UNCERTAIN, over=True)
        await self._consequences.of(ticket, ref)

    async def bounced(self, tx: Transaction, delivery: Delivery, reason: Reason) -> None:
        """It was taken, and did not come after all; what was taken may still lie there."""
        ticket = self._ticket(tx, delivery)
        await tx.outbox.move(delivery.id, Move.REFUSED, reason=reason)
        if delivery.state is State.UNCERTAIN and DOUBT[delivery.what] is Doubt.ASK:
            await ticket.stuck(UNCERTAIN, over=True)
        if not await self._too_late_to_show(ticket, reason):
            await self._refused(ticket, reason)

    async def _too_late_to_show(self, ticket: Ticket, reason: Reason) -> bool:
        """
        A reply of a talk that has ended is filed as it stood, and its room thread is being wiped.

        Then the room itself is told, and the transfer log, if the record says that it was sent.
        """
        delivery, tx = ticket.delivery, ticket.tx
        if delivery.what is not What.REPLY or delivery.conversation is None:
            return False
        talk = await tx.threads.conversation(delivery.conversation)
        if talk.stage is Stage.OPEN:
            return False
        alias, channel = (await ticket.thread()).alias, (await ticket.line()).channel
        await tx.outbox.add(ticket.errands.alarm(Alarm.NOT_CAME, alias=alias, channel=channel))
        if talk.filing is Filing.JOURNAL:
            told: Document = {
                "kind": "not_delivered", "at": moment(ticket.errands.now),
                "seq": delivery.seq, "reason": reason.value,
            }  # fmt: skip
            await tx.outbox.add(ticket.errands.event(talk.id, told))
        return True

    async def not_there(self, tx: Transaction, delivery: Delivery, content: Content) -> None:
        await tx.outbox.move(delivery.id, Move.NOT_THERE)
        for copy in expected(delivery, content):
            await tx.copies.never_was(copy.id)

    async def refused_by_record(
        self, tx: Transaction, delivery: Delivery, refusal: Refusal
    ) -> None:
        """The case store means it: it is not tried again, and a person must look."""
        what = str(delivery.params.get("path", "")).partition("/")[0]
        errands = self._ticket(tx, delivery).errands
        await tx.outbox.move(
            delivery.id, Move.REFUSED, reason=Reason.REJECTED, attempt=delivery.attempts
        )
        await tx.outbox.add(errands.alarm(Alarm.RECORD_REFUSED, reason=refusal.value, what=what))

    def _ticket(self, tx: Transaction, delivery: Delivery) -> Ticket:
        return Ticket(self._around, tx, delivery)


def _kept(content: Content) -> bool:
    """What the team has not seen stays queued whatever the workspace says of it."""
    return isinstance(content, ToRoom) and content.renew is None
