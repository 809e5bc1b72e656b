"""Entries and what is attached to them, as they lie and as they were said."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, select

from bridge.domain.ids import ConversationId, EmployeeId
from bridge.domain.messages import Attachment, By, Entry, Kind
from bridge.vault.keys import DataKey
from bridge.vault.tables import attachments, entries
from bridge.vault.under import under
from bridge.vault.work import Work, our

OF_TALK: Final = (
    select(entries)
    .where(
        our(entries),
        entries.c.conversation == bindparam("talk"),
        entries.c.seq.between(bindparam("first"), bindparam("last")),
    )
    .order_by(entries.c.seq)
)
FILES: Final = (
    select(attachments.c.id, attachments.c.seq, attachments.c.about)
    .where(
        our(attachments),
        attachments.c.conversation == bindparam("talk"),
        attachments.c.seq.between(bindparam("first"), bindparam("last")),
    )
    .order_by(attachments.c.number)
)


async def read_entry(work: Work, conversation: ConversationId, seq: int) -> Entry | None:
    rows = await under(work, entries, conversation, seq)
    if not rows:
        return None
    key = await work.keys.get(conversation)
    files = _by_entry(key, await under(work, attachments, conversation, seq))
    return _entry(rows[0], key, files.get(seq, ()))


async def read_entries(
    work: Work, conversation: ConversationId, first: int, last: int
) -> list[Entry]:
    rows = await work.all(OF_TALK, work.our(talk=conversation, first=first, last=last))
    if not rows:
        return []
    key = await work.keys.get(conversation)
    values = work.our(talk=conversation, first=rows[0].seq, last=rows[-1].seq)
    files = _by_entry(key, await work.all(FILES, values))
    return [_entry(row, key, files.get(row.seq, ())) for row in rows]


def write_about(key: DataKey, seq: int, attachment: Attachment) -> bytes:
    """What a file is called, and its digest: someone who has the file could guess whose."""
    about = {
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }
    return key.write(json.dumps(about), number=seq, column=f"about/{attachment.id}")


def _by_entry(key: DataKey, rows: Sequence[Row[Any]]) -> dict[int, tuple[Attachment, ...]]:
    found: dict[int, tuple[Attachment, ...]] = {}
    for row in rows:
        about = json.loads(key.read(row.about, number=row.seq, column=f"about/{row.id}"))
        found[row.seq] = (*found.get(row.seq, ()), Attachment(id=row.id, **about))
    return found


def _entry(row: Row[Any], key: DataKey, files: tuple[Attachment, ...]) -> Entry:
    return Entry(
        conversation=ConversationId(row.conversation),
        seq=row.seq,
        by=By(row.by),
        kind=Kind(row.kind),
        at=row.at,
        text=key.read(row.text, number=row.seq, column="text"),
        author=None if row.author is None else EmployeeId(row.author),
        of=row.of,
        phrase=row.phrase,
        attachments=files,
    )
