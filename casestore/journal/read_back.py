"""Reading an entry back from storage: every row and every file decrypted and hashed anew."""

import hashlib
import json
from typing import Any

from sqlalchemy import select

from casestore.edge import Reading, Writing
from casestore.journal.document import together
from casestore.journal.staged import opened
from casestore.journal.tables import Attachment, Entry, EntryMessage
from casestore.keyring import Unreadable, unseal
from casestore.threads.keys import known_key


async def stored_document(asking: Reading | Writing, entry: Entry) -> dict[str, Any]:
    """Put the transcript together from its rows, or raise `Unreadable`."""
    key = await known_key(asking, entry.key_owner)
    place = entry.conversation
    rows = await asking.session.execute(
        select(EntryMessage.position, EntryMessage.words)
        .where(EntryMessage.conversation == place)
        .order_by(EntryMessage.position)
    )
    messages = [
        json.loads(unseal(key, row.words, bound_to=f"journal_messages/{place}/{row.position}"))
        for row in rows
    ]
    if len(messages) != entry.message_count:
        raise Unreadable(place)
    header = json.loads(unseal(key, entry.header, bound_to=f"journal_entries/{place}"))
    return together(header, messages)


async def check_files(asking: Reading | Writing, entry: Entry, document: dict[str, Any]) -> int:
    """Decrypt and hash every file of the entry; give how many, or raise `Unreadable`."""
    told = {
        line["id"]: (line["sha256"], line["size"])
        for message in document["messages"]
        for line in message["attachments"]
    }
    for its_id, expected in told.items():
        row = await asking.session.get(Attachment, (entry.conversation, its_id))
        if row is None or row.entry != entry.conversation:
            raise Unreadable(entry.conversation)
        file = await opened(asking, row, entry)
        if (hashlib.sha256(file).hexdigest(), len(file)) != expected:
            raise Unreadable(entry.conversation)
        asking.session.expunge(row)
    return len(told)
