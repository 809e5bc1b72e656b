"""
Takes a sealed conversation to the case record, reads it back, and only then forgets it.

Every step may be done again after a crash: the `PUT`s are idempotent under our own id, the
reading back is only a question, and forgetting is one transaction.
"""

import logging
from enum import StrEnum

from bridge.domain.ageing import Alert
from bridge.domain.canonical import Document, digest
from bridge.domain.cards import Alarm
from bridge.domain.copies import Copy, Place, Verdict, Whose
from bridge.domain.delivery import record_lane
from bridge.domain.ids import ConversationId, CopyId
from bridge.domain.lifecycle import (
    DigestMismatch,
    Erased,
    Filing,
    NotAllWordsAccountedFor,
    ReadBack,
    Stage,
    Withdrawn,
)
from bridge.domain.transcript import as_contact, moment
from bridge.handover.files import groups
from bridge.handover.papers import Papers
from bridge.ports import RecordRefused, Refusal, Stale, Surroundings

log = logging.getLogger(__name__)

KIND = {Stage.SEALED_JOURNAL: "transcripts", Stage.SEALED_CONTACT: "contacts"}
STUCK = frozenset({"digest_mismatch", "not_transferred", Alert.UNTRANSFERRED_LONG.value})
"""What the team leader has been told of a transfer, and is over when it is done."""

WORKSPACES = frozenset({Place.WORKSPACE, Place.WORKSPACE_FILE})
RECEIPT = {Filing.JOURNAL: "receipt.journal", Filing.CONTACT: "receipt.contact"}


class Progress(StrEnum):
    NONE = "none"  # nothing could be tried yet
    WAITS = "waits"  # what the youth has said of consent reaches the case store first
    MADE = "made"
    REFUSED = "refused"  # the case store means no, and a person has been told


PIECE = 500
"""Entries, and files, of which no more go in one transaction."""


class Transfer:
    def __init__(self, around: Surroundings, *, piece: int = PIECE) -> None:
        self._around, self._piece = around, piece

    async def finish(self, conversation: ConversationId) -> Progress:
        """
        Take it as far as it will go now.

        Raises `RecordUnreachable`; it may be called again at any time.
        """
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            before = papers.conversation
            if before.stage in KIND:
                if await tx.outbox.in_lane(record_lane(before.thread)):
                    return Progress.WAITS
                document = await tx.words.document(conversation)
        if before.stage is Stage.TRANSFERRED:
            return await self._forget(conversation, before.ledger.last_seq)
        if before.stage not in KIND:
            return Progress.NONE
        return await self._transfer(conversation, KIND[before.stage], document)

    async def _transfer(
        self, conversation: ConversationId, kind: str, document: Document
    ) -> Progress:
        try:
            await self._put(conversation, kind, document)
            found = await self._around.record.digest(kind, conversation)
        except RecordRefused as refused:
            return await self._refused(conversation, refused.refusal)
        try:
            async with self._around.vault.begin() as tx:
                papers = await Papers.of(self._around, tx, conversation)
                if KIND.get(papers.conversation.stage) != kind:
                    return Progress.NONE  # withdrawn meanwhile; taken as a contact next time
                ledger = papers.conversation.ledger
                await tx.words.move(ledger, ReadBack(digest=found))
                await papers.report(
                    {"kind": "read_back", "at": moment(papers.now), "digest": found}
                )
        except DigestMismatch:
            return await self._alarm(conversation, Alarm.DIGEST_MISMATCH, "digest_mismatch")
        except Stale:
            return Progress.NONE
        return await self._forget(conversation, ledger.last_seq)

    async def _put(self, conversation: ConversationId, kind: str, document: Document) -> None:
        for group in groups(document):
            async with self._around.vault.begin() as tx:
                those = [(each, await tx.words.body(each.id)) for each in group]
            await self._around.record.put_attachments(conversation, those)
        await self._around.record.put(f"{kind}/{conversation}", document)

    async def _forget(self, conversation: ConversationId, entries: int) -> Progress:
        try:
            if entries > self._piece:
                await self._sweep(conversation)
            async with self._around.vault.begin() as tx:
                papers = await Papers.of(self._around, tx, conversation)
                before = papers.conversation
                if before.stage is not Stage.TRANSFERRED:
                    return Progress.NONE
                count = before.ledger.last_seq
                await tx.words.move(before.ledger, Erased(count=count))
                await self._begin_wipe(papers)
                for kind in STUCK & set(before.warned):
                    await papers.stuck(kind, kind, resolved=True)
                await papers.report({"kind": "forgotten", "at": moment(papers.now), "count": count})
                if before.filing is not None:
                    await tx.outbox.add(
                        papers.to_youth.service(RECEIPT[before.filing], conversation=conversation)
                    )
        except NotAllWordsAccountedFor:
            return await self._alarm(conversation, Alarm.WORDS_MISSING, "words_missing")
        except Stale:
            return Progress.NONE
        log.info("forgot conversation=%s entries=%d", conversation, count)
        return Progress.MADE

    async def _sweep(self, conversation: ConversationId) -> None:
        """
        The key goes first, in a transaction that is as short as any; then what nobody can read
        any longer, in pieces, so that nobody who writes now waits for it. Done again after a
        crash; it is called forgotten when nothing is left.
        """
        async with self._around.vault.begin() as tx:
            ledger = (await Papers.of(self._around, tx, conversation)).conversation.ledger
            if ledger.stage is not Stage.TRANSFERRED:
                return
            if await tx.words.readable(conversation) not in (ledger.last_seq, None):
                raise NotAllWordsAccountedFor(conversation)
        async with self._around.vault.begin() as tx:
            await Papers.of(self._around, tx, conversation)
            await tx.words.destroy_key(ledger)
        more = True
        while more:
            async with self._around.vault.begin() as tx:
                more = await tx.words.sweep(conversation, self._piece)

    async def _begin_wipe(self, papers: Papers) -> None:
        """Our own copy is out of reach but for the key; the workspace's copies are due."""
        conversation = papers.conversation.id
        await papers.tx.copies.expect(
            Copy(
                id=CopyId(f"k_{conversation}"),
                thread=papers.thread.id,
                conversation=conversation,
                place=Place.BRIDGE,
                whose=Whose.BOT,
                verdict=Verdict.RECOVERABLE,
                evidence="until_rotation",
            )
        )
        await papers.tx.copies.fall_due(conversation, WORKSPACES, papers.now)
        await papers.report_copies(await papers.tx.copies.told_of(conversation))

    async def _refused(self, conversation: ConversationId, refusal: Refusal) -> Progress:
        """Withdrawn consent is an answer; everything else needs a person, and keeps the words."""
        if refusal is Refusal.WITHDRAWN:
            return await self._withdraw(conversation)
        if refusal is Refusal.NOT_THERE:
            return Progress.NONE
        reason = refusal.value.replace("-", "_")
        alarm = Alarm.DIGEST_MISMATCH if refusal is Refusal.UNREADABLE else Alarm.RECORD_REFUSED
        return await self._alarm(conversation, alarm, reason)

    async def _withdraw(self, conversation: ConversationId) -> Progress:
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            if papers.conversation.stage is not Stage.SEALED_JOURNAL:
                return Progress.NONE
            left = as_contact(await tx.words.document(conversation))
            await tx.words.move(
                papers.conversation.ledger, Withdrawn(digest=digest(left)), document=left
            )
        return Progress.NONE

    async def _alarm(self, conversation: ConversationId, alarm: Alarm, reason: str) -> Progress:
        """Once; the words stay, and the transfer is tried again in case somebody has mended it."""
        log.error("not forgotten conversation=%s why=%s", conversation, reason)
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            kind = "digest_mismatch" if alarm is Alarm.DIGEST_MISMATCH else "not_transferred"
            if await papers.mark(kind):
                await tx.outbox.add(
                    papers.errands.alarm(
                        alarm, alias=papers.thread.alias, conversation=conversation, reason=reason
                    )
                )
                await papers.stuck(kind, reason)
        return Progress.REFUSED
