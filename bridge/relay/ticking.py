"""
Somebody says that they have erased a copy by hand. Who says it is the evidence.

It is never called gone: nobody can look.
"""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.canonical import Document
from bridge.domain.copies import OUTSIDE, TICKED, Place, Verdict, to_tick
from bridge.domain.ids import ConversationId
from bridge.domain.speech import Clicked
from bridge.domain.threads import Conversation
from bridge.domain.transcript import moment
from bridge.ports import Employee, Surroundings, Transaction
from bridge.relay.desk import Desk

STUCK = "not_cleared"
LINGERS = timedelta(minutes=10)
"""How long the list stands when all of it is ticked, so that its last line is seen to be."""
EVERY = "*"
"""In place of a copy: all that are left on the list."""


class Ticking:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def ticked(self, tx: Transaction, click: Clicked, by: Employee) -> None:
        about, _, which = click.value.partition("|")
        conversation = await tx.threads.conversation(ConversationId(about))
        thread = await tx.threads.get(conversation.thread)
        desk = Desk(self._around, tx, thread, self._around.clock.now())
        left = to_tick(await tx.copies.of(conversation.id))
        chosen = [copy for copy in left if which in (copy.id, EVERY)]
        for copy in chosen:
            done = replace(copy, verdict=Verdict.TICKED, evidence=f"{TICKED}:{by.id}", due_at=None)
            await tx.copies.save(done)
            await desk.report_copy(done)
        if chosen:
            await tx.outbox.add(desk.errands.checklist(conversation.id))
        if chosen and len(chosen) == len(left):
            await self._over(tx, desk, conversation)

    async def _over(self, tx: Transaction, desk: Desk, conversation: Conversation) -> None:
        """The list itself goes, and the team leader no longer waits."""
        for copy in await tx.copies.of(conversation.id):
            if copy.seq == OUTSIDE and copy.place is Place.WORKSPACE:
                await tx.copies.save(replace(copy, due_at=desk.now + LINGERS))
        if any(mark.startswith(f"{STUCK}@") for mark in conversation.warned):
            await desk.record(f"stuck/{STUCK}-{conversation.id}", _over(conversation, desk))


def _over(conversation: Conversation, desk: Desk) -> Document:
    return {
        "kind": STUCK,
        "conversation": conversation.id,
        "alias": desk.thread.alias,
        "since": moment(conversation.sealed_at or conversation.last_at),
        "resolved_at": moment(desk.now),
        "reason": STUCK,
    }
