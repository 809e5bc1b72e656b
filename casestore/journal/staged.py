"""Files that have come before their transcript: encrypted, in no entry, and gone if none comes."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, select

from casestore.edge import Reading, Writing
from casestore.journal.files import File
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


async def stage(writing: Writing, conversation: str, files: Sequence[File]) -> list[Staged]:
    """
    Keep files until their transcript comes, and say of each what became of it, in their order.

    The same file again is no news.
    """
    await forget_overdue(writing)
    team = await owned_key(writing, TEAM)
    rows = [_row(writing, conversation, file, team) for file in files]
    added = await writing.session.scalars(
        insert_into(writing.session, Attachment).on_conflict_do_nothing().returning(Attachment.id),
        rows,
    )
    new = set(added)
    marks = {row["id"]: row["fingerprint"] for row in rows}
    there = await _marks(writing, conversation, marks.keys() - new)
    return [
        Staged.NEW if its_id in new else Staged.SAME if there[its_id] == mark else Staged.OTHER
        for its_id, mark in marks.items()
    ]


def _row(writing: Writing, conversation: str, file: File, team_key: bytes) -> dict[str, Any]:
    key, place = secrets.token_bytes(32), f"journal_attachments/{conversation}/{file.id}"
    return {
        "conversation": conversation,
        "id": file.id,
        "team": writing.team,
        "entry": None,
        "wrapped": seal(team_key, key, bound_to=f"{place}/staged"),
        "words": seal(key, file.raw, bound_to=f"{place}/words"),
        "fingerprint": fingerprint(writing.store, file.sha256.encode()),
        "received_at": writing.now,
    }


async def _marks(writing: Writing, conversation: str, ids: Collection[str]) -> dict[str, bytes]:
    """By their id, the fingerprints of files that are here."""
    if not ids:
        return {}
    found = await writing.session.execute(
        select(Attachment.id, Attachment.fingerprint).where(
            Attachment.conversation == conversation, Attachment.id.in_(ids)
        )
    )
    return {row.id: row.fingerprint for row in found}


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
