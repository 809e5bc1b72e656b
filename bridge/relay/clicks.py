"""Buttons and forms in the workspace. Only a linked employee's press does anything."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.canonical import Document
from bridge.domain.cards import Form, FormKind, Note, Notice
from bridge.domain.carried import by_hand
from bridge.domain.consent import Standing
from bridge.domain.copies import Place, Whose, stands_in
from bridge.domain.delivery import Delivery, Move, State
from bridge.domain.errands import Errands
from bridge.domain.ids import ConversationId, DeliveryId, EmployeeId, ThreadId
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import By, Kind
from bridge.domain.registering import Registered, Registration
from bridge.domain.speech import Clicked, Submitted
from bridge.domain.threads import Conversation, Ending
from bridge.domain.transcript import moment
from bridge.ports import Employee, Surroundings, Transaction
from bridge.relay.carrying import Carrying
from bridge.relay.desk import Desk
from bridge.relay.handing_on import Hand, hand_on
from bridge.relay.joining import BETWEEN, propose, switch
from bridge.relay.moving import Moving
from bridge.relay.registering import Registering
from bridge.relay.replies import Replies
from bridge.relay.ticking import Ticking
from bridge.relay.waiting import end_waiting

POSTPONED = timedelta(hours=24)
FORMS = frozenset({"reply", "end", "join", "misplaced"})
"""Buttons that only open a form; what is sent in comes as `Submitted`."""

SIMPLE = {"reply": FormKind.REPLY, "join": FormKind.JOIN}
"""Forms that say nothing but whom they are about."""


ABOUT_REPLY = frozenset({"undo", "again", "leave", "keep", "carried", "not_carried"})


class Clicks:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._registering = Registering(around)
        self._moving, self._ticking = Moving(around), Ticking(around)

    async def clicked(self, tx: Transaction, click: Clicked) -> None:
        if click.action in FORMS:
            return
        employee = await tx.staff.by_user(click.user)
        if employee is None or not employee.active:
            await self._tell(tx, click, Note.NOT_LINKED)
            return
        if click.action in {"tick", "tick_all"}:
            await self._ticking.ticked(tx, click, employee)
        elif click.action in ABOUT_REPLY:
            await self._about_reply(tx, click)
        else:
            await self._about_conversation(tx, click, employee)

    async def _about_conversation(
        self, tx: Transaction, click: Clicked, employee: Employee
    ) -> None:
        about, _, thread = click.value.partition(BETWEEN)
        conversation = await tx.threads.conversation(ConversationId(about))
        desk = await self._desk(tx, conversation)
        if conversation.stage is not Stage.OPEN:
            await self._tell(tx, click, Note.NOT_LIVE)
            return
        match click.action:
            case "take":
                await tx.threads.amend(replace(conversation, owner=EmployeeId(employee.id)))
                await desk.tell(Notice.TAKEN, user=click.user)
            case "switch":
                await switch(desk, ThreadId(thread))
            case "to_team" | "to_leader":
                why = await hand_on(desk, conversation, Hand(click.action), by=employee)
                if why is not None:
                    await self._tell(tx, click, why)
                await desk.close()
                return
            case "ask_consent" if desk.thread.standing is not Standing.YES:
                await desk.ask_consent(by=employee.id)
            case "dismiss":
                await end_waiting(
                    tx,
                    desk.errands,
                    conversation,
                    alias=desk.thread.alias,
                    upto=conversation.last_youth,
                )
            case "postpone":
                await tx.threads.amend(
                    replace(conversation, postponed_until=desk.now + POSTPONED, ending=None)
                )
            case _:
                return
        await desk.refresh()
        await desk.close()

    async def _about_reply(self, tx: Transaction, click: Clicked) -> None:
        delivery = await tx.outbox.get(DeliveryId(click.value))
        if delivery.conversation is None or delivery.seq is None:
            return
        conversation = await tx.threads.conversation(delivery.conversation)
        desk = await self._desk(tx, conversation)
        replies = Replies(desk, self._around)
        done, too_late = True, Note.TOO_LATE_TO_UNDO
        match click.action:
            case "carried" | "not_carried":
                done, too_late = await self._carried(desk, conversation, delivery.seq, click)
            case "undo":
                done = await replies.undo(conversation.id, delivery.seq)
            case "again":
                done = await replies.move(conversation.id, delivery.seq, Move.AGAIN)
            case "leave":
                done = await replies.move(conversation.id, delivery.seq, Move.LEAVE)
            case "keep":
                await self._keep(desk, conversation, delivery.seq)
                await replies.show(conversation.id, delivery.seq)
        if not done:
            await self._tell(tx, click, too_late)
        elif delivery.state is State.UNCERTAIN:
            await desk.record(f"stuck/{delivery.id}", _decided(delivery, desk))
        await desk.close()

    async def _carried(
        self, desk: Desk, conversation: Conversation, seq: int, click: Clicked
    ) -> tuple[bool, Note]:
        """Whether that was news, and what to tell whoever pressed if it was not."""
        carrying = Carrying(desk, self._around)
        if conversation.stage is not Stage.OPEN:
            return False, Note.NOT_LIVE
        if click.action == "carried":
            done = await carrying.carried(conversation, seq, user=click.user)
        else:
            done = await carrying.not_carried(conversation, seq)
        return done, Note.ALREADY_CARRIED

    async def _keep(self, desk: Desk, conversation: Conversation, seq: int) -> None:
        for copy in await desk.tx.copies.of_entry(conversation.id, seq):
            if copy.place is Place.CHANNEL:
                await desk.tx.copies.save(replace(copy, keep=not copy.keep))

    async def submitted(self, tx: Transaction, form: Submitted) -> None:
        employee = await tx.staff.by_user(form.user)
        about, _, seen = form.about.partition("|")
        conversation = await tx.threads.conversation(ConversationId(about))
        desk = await self._desk(tx, conversation)
        room = conversation.room or self._around.practice.room
        if employee is None or not employee.active:
            await tx.outbox.add(desk.errands.whisper(Note.NOT_LINKED, user=form.user, room=room))
            return
        match form.form:
            case FormKind.REPLY if conversation.stage is Stage.OPEN:
                await self._reply(desk, conversation.id, form, employee)
            case FormKind.REPLY:
                # The form itself has already shown that the talk has ended, and kept the text.
                return
            case FormKind.ENDED:
                fresh = await desk.conversation()
                await self._reply(desk, fresh.id, form, employee)
            case FormKind.END if conversation.stage is Stage.OPEN:
                ending = Ending(
                    by=EmployeeId(employee.id), at=desk.now, seen=int(seen or 0),
                    case=form.case, topics=form.topics,
                )  # fmt: skip
                await tx.threads.amend(replace(conversation, ending=ending))
                await desk.refresh()
            case FormKind.JOIN:
                why = await propose(desk, form.text, form.case or "", employee.id)
                if why is not None:
                    await tx.outbox.add(desk.errands.whisper(why, user=form.user, room=room))
        await desk.close()

    async def _reply(
        self, desk: Desk, conversation: ConversationId, form: Submitted, employee: Employee
    ) -> None:
        if form.text.strip():
            await Replies(desk, self._around).say(
                conversation, form.text, EmployeeId(employee.id), shows_words=True
            )

    async def registered(self, tx: Transaction, told: Registered) -> None:
        employee = await tx.staff.by_user(told.user)
        if employee is None or not employee.active:
            errands = Errands(
                new=self._around.mint.new,
                now=self._around.clock.now(),
                team=self._around.practice.team,
            )
            room = self._around.practice.room
            await tx.outbox.add(errands.whisper(Note.NOT_LINKED, user=told.user, room=room))
            return
        if told.moves is not None:
            await self._moving.move(tx, told, employee)
        else:
            await self._registering.take(tx, told, employee)

    async def standing(self, tx: Transaction, told: Registered) -> Registration | None:
        return await self._registering.standing(tx, told)

    async def form(
        self, tx: Transaction, action: str, value: str, user: str
    ) -> Form | Registration | Note:
        """The form a button opens, or why it does not."""
        employee = await tx.staff.by_user(user)
        if employee is None or not employee.active:
            return Note.NOT_LINKED
        if action == "register":
            return await self._registering.form(tx, value)
        if action == "misplaced":
            return await self._moving.form(tx, value)
        conversation = await tx.threads.conversation(ConversationId(value))
        thread = await tx.threads.get(conversation.thread)
        if conversation.stage is not Stage.OPEN:
            return Note.NOT_LIVE
        if action in SIMPLE:
            return Form(
                kind=SIMPLE[action], about=conversation.id, alias=thread.alias, by=By.CASEWORKER
            )
        return Form(
            kind=FormKind.END,
            about=f"{conversation.id}|{await self._seen(tx, conversation)}",
            alias=thread.alias,
            thread=thread.id,
            notes=await self._notes(tx, conversation),
            by_hand=by_hand(self._around.can(thread.channel)),
            standing=thread.standing,
        )

    async def kept(self, tx: Transaction, about: str, text: str) -> Form | None:
        """The form to show instead when a reply is sent in after the talk has ended."""
        conversation = await tx.threads.conversation(ConversationId(about))
        if conversation.stage is Stage.OPEN:
            return None
        thread = await tx.threads.get(conversation.thread)
        return Form(kind=FormKind.ENDED, about=about, alias=thread.alias, text=text)

    async def _seen(self, tx: Transaction, conversation: Conversation) -> int:
        """How far the room thread shows what the youth has said; nobody ends what is unseen."""
        last = conversation.ledger.last_seq
        shown = {
            copy.seq
            for copy in await tx.copies.of(conversation.id)
            if copy.place is Place.WORKSPACE and copy.whose is Whose.BOT
            if stands_in(copy, conversation.room)
        }
        said = [e for e in await tx.words.upto(conversation.id, last) if e.by is By.YOUTH]
        # What was taken back is shown by the line that says so.
        gone: set[int | None] = {e.of for e in said if e.kind is Kind.UNSENT and e.of}
        gone |= {e.seq for e in said if e.kind is not Kind.UNSENT and e.of in gone}
        unseen = [e.seq for e in said if e.seq not in shown | gone]
        return min(unseen) - 1 if unseen else last

    async def _notes(self, tx: Transaction, conversation: Conversation) -> int:
        """Messages among colleagues, which stay out of the record."""
        return sum(
            copy.place is Place.WORKSPACE
            and copy.whose is Whose.CASEWORKER
            and copy.seq is None
            and stands_in(copy, conversation.room)
            for copy in await tx.copies.of(conversation.id)
        )

    async def _desk(self, tx: Transaction, conversation: Conversation) -> Desk:
        return await Desk.at(self._around, tx, conversation.id)

    async def _tell(self, tx: Transaction, click: Clicked, note: Note) -> None:
        errands = Errands(
            new=self._around.mint.new,
            now=self._around.clock.now(),
            team=self._around.practice.team,
        )
        await tx.outbox.add(
            errands.whisper(note, user=click.user, room=click.room, root=click.root)
        )


def _decided(delivery: Delivery, desk: Desk) -> Document:
    """A person has said what to do about an uncertain reply."""
    return {
        "kind": "uncertain_reply",
        "conversation": delivery.conversation,
        "alias": None,
        "since": moment(delivery.made_at),
        "resolved_at": moment(desk.now),
        "reason": "decided",
    }
