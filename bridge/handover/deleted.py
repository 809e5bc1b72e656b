"""
What the team has deleted in the record is forgotten here too, and that it is, is confirmed.

Words that no person has dealt with are never among it: a conversation that is open goes on, and
the team is told once that the youth still writes. What is sealed goes the ordinary way, where
the record refuses to file it and only counts the contact. Nothing need be remembered here: each
step may be done again, and is asked for until it is confirmed.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.cards import Alarm
from bridge.domain.consent import Standing
from bridge.domain.copies import Copy, Place, Verdict
from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Chat, Conversation, Thread
from bridge.handover.papers import Papers
from bridge.ports import Deletion, RecordRefused, RecordUnreachable, Surroundings, Transaction

log = logging.getLogger(__name__)

OURS: Final = frozenset({Place.WORKSPACE, Place.WORKSPACE_FILE})
"""The copies at the youth's own end are theirs to decide on, also now (`Goodbye`)."""


class Deleted:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def follow(self) -> bool:
        """Forget what can be forgotten now, and confirm it; whether a key has gone."""
        forgot = False
        try:
            for deletion in await self._around.record.deletions():
                done, forgot_thread = await self._one(deletion)
                forgot = forgot or forgot_thread
                if done:
                    await self._around.record.confirm_deletion(deletion.id)
        except RecordUnreachable:
            pass  # whoever transfers says so; it is asked for again
        except RecordRefused as error:
            log.warning("a deletion could not be confirmed why=%s", error.refusal)
        return forgot

    async def _one(self, deletion: Deletion) -> tuple[bool, bool]:
        """Whether nothing of it is left here, and whether its thread was forgotten just now."""
        async with self._around.vault.begin() as tx:
            thread = await self._thread(tx, deletion)
            talks = await self._talks(tx, deletion)
            # What the youth has said since is not what was deleted.
            before = [talk for talk in talks if talk.opened_at <= deletion.at]
            gone = [await self._gone(tx, talk) for talk in before]
            if not all(gone):
                return False, False
            quiet = thread is not None and len(talks) == len(before)
            if thread is not None and quiet:
                await tx.threads.forget(thread.id)
        return True, quiet

    async def _thread(self, tx: Transaction, deletion: Deletion) -> Thread | None:
        """The thread that was deleted, if it is here; its yes went with the evidence for it."""
        if deletion.thread is None:
            return None
        try:
            thread = await tx.threads.get(deletion.thread)
        except LookupError:
            return None
        question = thread.question
        asked_since = question is not None and question.asked_at > deletion.at
        if thread.standing is Standing.YES and not asked_since:
            # Whoever writes on is asked anew: help does not wait for it, the journal does.
            thread = replace(thread, standing=Standing.UNASKED, consent=None, cooling_until=None)
            await tx.threads.save(thread)
        return thread

    async def _talks(self, tx: Transaction, deletion: Deletion) -> Sequence[Conversation]:
        if deletion.thread is not None:
            return await tx.threads.conversations(deletion.thread)
        if deletion.conversation is None:
            return []
        try:
            return [await tx.threads.conversation(deletion.conversation)]
        except LookupError:
            return []

    async def _gone(self, tx: Transaction, talk: Conversation) -> bool:
        """Ask for what is left of one to be wiped; whether nothing is."""
        if talk.stage is Stage.OPEN:
            await self._tell(tx, talk)
        if talk.stage is not Stage.FORGOTTEN:
            return False
        copies = await tx.copies.of(talk.id)
        now = self._around.clock.now()
        for copy in copies:
            if copy.place in OURS and copy.verdict is Verdict.PENDING and copy.due_at is None:
                await tx.copies.save(replace(copy, due_at=now))
        return talk.chat is Chat.SETTLED and not any(_left(copy) for copy in copies)

    async def _tell(self, tx: Transaction, talk: Conversation) -> None:
        papers = await Papers.of(self._around, tx, talk.id)
        if await papers.mark("deleted"):
            await tx.outbox.add(
                papers.errands.alarm(
                    Alarm.DELETED_STILL_TALKING, alias=papers.thread.alias, conversation=talk.id
                )
            )


def _left(copy: Copy) -> bool:
    """Somebody is still to see to it, or our own key is still to be changed."""
    if copy.place is Place.CHANNEL:
        # To be cleared, as the youth has said; it needs to be known where until it is done.
        due = copy.verdict is Verdict.PENDING and copy.due_at is not None
        return due or copy.verdict is Verdict.BY_HAND
    ours = copy.place is Place.BRIDGE and copy.verdict is Verdict.RECOVERABLE
    return ours or copy.verdict in {Verdict.PENDING, Verdict.BY_HAND}
