"""
Which words are in: one door that puts anything in, one move that closes it.

`append` takes its number in the very statement that checks that the conversation is open, or
of a conversation whose row is held until the transaction ends.
`move` holds only if nothing has been said since the ledger was read. A guard on the stage
alone would lose a message that arrives between the reading and the sealing.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update

from bridge.domain.canonical import Document, canonical
from bridge.domain.ids import ConversationId, EmployeeId
from bridge.domain.lifecycle import Erased, Ledger, OutOfOrder, Stage, advance
from bridge.domain.lifecycle import Event as Ending
from bridge.domain.messages import Attachment, By, Draft, Entry, Kind
from bridge.domain.threads import Conversation
from bridge.ports import KeyGone, Sealed, Stale, TakenBack
from bridge.vault.conversations import row_of
from bridge.vault.entries import read_entries, read_entry, write_about
from bridge.vault.erasing import destroy_key, erase, sweep
from bridge.vault.tables import attachments, conversations, documents, entries
from bridge.vault.taking_back import empty, taken_back
from bridge.vault.work import NotHere, Work, our

NUMBER: Final = (
    update(conversations)
    .where(
        our(conversations),
        conversations.c.id == bindparam("talk"),
        conversations.c.stage == Stage.OPEN.value,
    )
    .values(last_seq=conversations.c.last_seq + 1)
    .returning(conversations.c.last_seq)
)
NUMBERED: Final = update(conversations).where(
    our(conversations),
    conversations.c.id == bindparam("its_id"),
    conversations.c.stage == Stage.OPEN.value,
)


class SqlWords:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def begin(self, conversation: Conversation) -> None:
        """Raises `Stale` if the thread has an open conversation already."""
        ledger = conversation.ledger
        before = (
            select(func.coalesce(func.max(conversations.c.number), 0) + 1)
            .where(self._work.ours(conversations), conversations.c.thread == conversation.thread)
            .scalar_subquery()
        )
        begun = await self._work.one(
            self._work.insert_once(conversations)
            .values(
                team=self._work.team,
                id=conversation.id,
                number=before,
                thread=conversation.thread,
                stage=ledger.stage.value,
                last_seq=ledger.last_seq,
                filing=None if ledger.filing is None else ledger.filing.value,
                digest=ledger.digest,
                opened_at=conversation.opened_at,
                **await row_of(self._work, conversation),
            )
            .returning(conversations.c.id)
        )
        if begun is None:
            raise Stale(conversation.id)
        await self._work.keys.make(conversation.id)
        self._work.met.begun(conversation)

    async def append(self, conversation: ConversationId, draft: Draft) -> Entry:
        seq = await self._next(conversation)
        self._work.met.said(conversation, seq)
        key = await self._work.keys.get(conversation)
        row = {
            "team": self._work.team,
            "conversation": conversation,
            "seq": seq,
            "by": draft.by.value,
            "kind": draft.kind.value,
            "at": draft.at,
            "author": draft.author,
            "of": draft.of,
            "phrase": draft.phrase,
            "text": key.write(draft.text, number=seq, column="text"),
        }
        self._work.later.insert(entries, row)
        return Entry(
            conversation=conversation,
            seq=seq,
            by=draft.by,
            kind=draft.kind,
            at=draft.at,
            text=draft.text,
            author=draft.author,
            of=draft.of,
            phrase=draft.phrase,
        )

    async def _next(self, conversation: ConversationId) -> int:
        """Its number; of a talk that is held, it is told with what else is yet to be written."""
        talk = self._work.met.talks.get(conversation)
        held = not self._work.shared or conversation in self._work.met.kept
        if talk is not None and held and talk.stage is Stage.OPEN:
            seq = talk.ledger.last_seq + 1
            values = self._work.our(its_id=conversation, last_seq=seq)
            self._work.later.change(NUMBERED, conversation, values)
            return seq
        numbered = await self._work.one(NUMBER, self._work.our(talk=conversation))
        if numbered is None:
            self._work.met.lost_sight_of(conversation)
            raise Sealed(conversation)
        return int(numbered.last_seq)

    async def attach(self, entry: Entry, attachment: Attachment, body: bytes) -> None:
        await self._hold_open(entry.conversation)
        if await taken_back(self._work, entry.conversation, entry.seq):
            raise TakenBack(f"{entry.conversation}/{entry.seq}")
        key = await self._work.keys.get(entry.conversation)
        await self._work.run(
            insert(attachments).values(
                team=self._work.team,
                id=attachment.id,
                conversation=entry.conversation,
                seq=entry.seq,
                about=write_about(key, entry.seq, attachment),
                body=key.encrypt(body, number=entry.seq, column=f"body/{attachment.id}"),
            )
        )

    async def take_back(
        self,
        conversation: ConversationId,
        seq: int,
        at: datetime,
        *,
        by: EmployeeId | None = None,
    ) -> Entry:
        await self._hold_open(conversation)
        await empty(self._work, conversation, seq)
        who = By.YOUTH if by is None else By.CASEWORKER
        unsaid = Draft(by=who, kind=Kind.UNSENT, at=at, text="", of=seq, author=by)
        return await self.append(conversation, unsaid)

    async def entry(self, conversation: ConversationId, seq: int) -> Entry:
        try:
            found = await read_entry(self._work, conversation, seq)
        except KeyGone:  # what is left of it is being swept away
            found = None
        if found is None:
            raise NotHere(f"{conversation}/{seq}")
        return found

    async def upto(self, conversation: ConversationId, count: int) -> Sequence[Entry]:
        return await read_entries(self._work, conversation, 1, count)

    async def body(self, attachment: str) -> bytes:
        row = await self._work.one(
            select(attachments.c.conversation, attachments.c.seq, attachments.c.body).where(
                self._work.ours(attachments), attachments.c.id == attachment
            )
        )
        if row is None:
            raise NotHere(attachment)
        key = await self._work.keys.find(row.conversation)
        if key is None:  # what is left of it is being swept away
            raise NotHere(attachment)
        return key.decrypt(row.body, number=row.seq, column=f"body/{attachment}")

    async def move(
        self, before: Ledger, event: Ending, *, document: Document | None = None
    ) -> Ledger:
        after = advance(before, event)
        self._work.met.lost_sight_of(before.conversation)
        moved = await self._work.one(
            update(conversations)
            .where(
                self._work.ours(conversations),
                conversations.c.id == before.conversation,
                *self._unmoved(before),
            )
            .values(
                stage=after.stage.value,
                filing=None if after.filing is None else after.filing.value,
                digest=after.digest,
            )
            .returning(conversations.c.id)
        )
        if moved is None:
            raise Stale(before.conversation)
        if document is not None:
            await self._file(before.conversation, document)
        if isinstance(event, Erased):
            await erase(self._work, before.conversation, event.count)
        return after

    async def readable(self, conversation: ConversationId) -> int | None:
        if await self._work.keys.find(conversation) is None:
            return None
        return await self._work.count(
            select(func.count())
            .select_from(entries)
            .where(self._work.ours(entries), entries.c.conversation == conversation)
        )

    async def destroy_key(self, before: Ledger) -> None:
        if before.stage is not Stage.TRANSFERRED:
            raise OutOfOrder(f"the key of one that is {before.stage}")
        held = await self._work.one(
            select(conversations.c.id)
            .where(
                self._work.ours(conversations),
                conversations.c.id == before.conversation,
                *self._unmoved(before),
            )
            .with_for_update()
        )
        if held is None:
            raise Stale(before.conversation)
        self._work.met.lost_sight_of(before.conversation)
        await destroy_key(self._work, before.conversation)

    async def sweep(self, conversation: ConversationId, at_most: int) -> bool:
        return await sweep(self._work, conversation, at_most)

    async def document(self, conversation: ConversationId) -> Document:
        hidden = await self._work.scalar(
            select(documents.c.document).where(
                self._work.ours(documents), documents.c.conversation == conversation
            )
        )
        if hidden is None:
            raise NotHere(conversation)
        key = await self._work.keys.get(conversation)
        found: Document = json.loads(key.decrypt(hidden, number=0, column="document"))
        return found

    async def _hold_open(self, conversation: ConversationId) -> None:
        """Nobody seals it, and nothing else is done to its words, until the transaction ends."""
        still_open = await self._work.one(
            select(conversations.c.id)
            .where(
                self._work.ours(conversations),
                conversations.c.id == conversation,
                conversations.c.stage == Stage.OPEN.value,
            )
            .with_for_update()
        )
        if still_open is None:
            raise Sealed(conversation)

    def _unmoved(self, before: Ledger) -> tuple[ColumnElement[bool], ...]:
        """Nothing has been said, and nobody has moved on, since `before` was read."""
        return (
            conversations.c.stage == before.stage.value,
            conversations.c.last_seq == before.last_seq,
            conversations.c.digest.is_not_distinct_from(before.digest),
        )

    async def _file(self, conversation: ConversationId, document: Document) -> None:
        key = await self._work.keys.get(conversation)
        hidden = key.encrypt(canonical(document), number=0, column="document")
        mine = (self._work.ours(documents), documents.c.conversation == conversation)
        await self._work.run(delete(documents).where(*mine))
        await self._work.run(
            insert(documents).values(
                team=self._work.team, conversation=conversation, document=hidden
            )
        )
