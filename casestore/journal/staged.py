"""Files that have come before their transcript: encrypted, in no entry, and gone if none comes."""

import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select

from casestore.edge import Reading, Writing
from casestore.journal.tables import Attachment, Entry
from casestore.keyring import seal, unseal
from casestore.threads.keys import TEAM, fingerprint, known_key, owned_key
from casestore.upserts import insert_into

# Longer than any outage that the bridge's own warnings would let pass.
KEPT: Final = timedelta(days=7)


class Staged(StrEnum):
    """What became of a file that was put."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"  # this id stands for another file


async def stage(
    writing: Writing, conversation: str, its_id: str, file: bytes, sha256: str
) -> Staged:
    """Keep a file until its transcript comes; the same file again is no news."""
    await forget_overdue(writing)
    key, place = secrets.token_bytes(32), f"journal_attachments/{conversation}/{its_id}"
    team = await owned_key(writing, TEAM)
    mark = fingerprint(writing.store, sha256.encode())
    added = await writing.session.execute(
        insert_into(writing.session, Attachment)
        .values(
            conversation=conversation,
            id=its_id,
            team=writing.team,
            entry=None,
            wrapped=seal(team, key, bound_to=f"{place}/staged"),
            words=seal(key, file, bound_to=f"{place}/words"),
            fingerprint=mark,
            received_at=writing.now,
        )
        .on_conflict_do_nothing()
        .returning(Attachment.id)
    )
    if added.scalar_one_or_none() is not None:
        return Staged.NEW
    before = await writing.session.execute(
        select(Attachment.fingerprint).where(
            Attachment.conversation == conversation, Attachment.id == its_id
        )
    )
    return Staged.SAME if before.scalar_one() == mark else Staged.OTHER


async def file_under(writing: Writing, row: Attachment, thread_key: bytes) -> None:
    """Make a staged file part of the entry: its key now lies under the youth's own."""
    place = f"journal_attachments/{row.conversation}/{row.id}"
    key = unseal(await owned_key(writing, TEAM), row.wrapped, bound_to=f"{place}/staged")
    row.wrapped = seal(thread_key, key, bound_to=f"{place}/key")
    row.entry = row.conversation


async def opened(asking: Reading | Writing, row: Attachment, entry: Entry) -> bytes:
    """Decrypt a filed file, or raise `Unreadable`."""
    place = f"journal_attachments/{row.conversation}/{row.id}"
    owners = await known_key(asking, entry.key_owner)
    key = unseal(owners, row.wrapped, bound_to=f"{place}/key")
    return unseal(key, row.words, bound_to=f"{place}/words")


async def forget_staged(writing: Writing, *conversations: str) -> None:
    """Delete the files that belong to no entry: nothing of these conversations is to be filed."""
    await writing.session.execute(
        delete(Attachment).where(
            Attachment.conversation.in_(conversations), Attachment.entry.is_(None)
        )
    )


async def forget_overdue(writing: Writing) -> None:
    """Delete the files whose transcript never came."""
    await writing.session.execute(
        delete(Attachment).where(
            Attachment.entry.is_(None), Attachment.received_at < writing.now - KEPT
        )
    )
