"""
What a withdrawal undoes: a transcript that came, and was never proved to be here.

The bridge forgets nothing before it has read back, and a youth who says stop until then is
promised that only the contact is counted. So what has been put and not read back goes again.
"""

from sqlalchemy import delete, select

from casestore.edge import Writing
from casestore.journal.tables import Addition, Attachment, Entry, EntryMessage, EntryMove
from casestore.own_journal.tables import Omission
from casestore.search.marking import unmark
from casestore.transfers import chain
from casestore.transfers.log import settle
from casestore.transfers.tables import Transfer


async def discard_unproved(writing: Writing, thread: str) -> None:
    """Remove the thread's transcripts that nobody has read back. The chain's head is held."""
    unproved = await writing.session.scalars(
        select(Transfer).where(
            Transfer.thread == thread,
            Transfer.filing == "journal",
            Transfer.stored_at.is_not(None),
            Transfer.read_back_at.is_(None),
        )
    )
    for row in unproved.all():
        await _remove(writing, row.conversation)
        row.stored_at = row.digest = row.fingerprint = None
        row.filing = row.consent = None
        row.count_youth = row.count_caseworker = row.count_attachments = None
        event = {
            "kind": "discarded",
            "conversation": row.conversation,
            "reason": "consent-withdrawn",
        }
        await chain.append(writing, event)
        await settle(writing, row)


async def _remove(writing: Writing, conversation: str) -> None:
    await writing.session.flush()
    added = select(Addition.id).where(Addition.of == conversation)
    await unmark(writing, conversation, *await writing.session.scalars(added))
    for table, column in (
        (Addition, Addition.of),
        (Omission, Omission.of),
        (EntryMove, EntryMove.conversation),
        (Attachment, Attachment.conversation),
        (EntryMessage, EntryMessage.conversation),
        (Entry, Entry.conversation),
    ):
        await writing.session.execute(delete(table).where(column == conversation))
