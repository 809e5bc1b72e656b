"""Reading contacts back from storage: each decrypted, and hashed anew."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from casestore.canonical import digest
from casestore.edge import Reading
from casestore.keyring import Unreadable, unseal
from casestore.threads.keys import known_keys
from casestore.transfers.tables import Transfer


async def digests(reading: Reading, conversations: Sequence[str]) -> Mapping[str, str]:
    """
    Give the digests of those that are here, by conversation.

    Raises `Unreadable` where one of them cannot be read.
    """
    rows = await reading.session.execute(
        select(Transfer.conversation, Transfer.thread, Transfer.document).where(
            Transfer.conversation.in_(conversations)
        )
    )
    stored = {
        row.conversation: (f"thread:{row.thread}", row.document)
        for row in rows
        if row.document is not None and row.thread is not None
    }
    keys = await known_keys(reading, sorted({owner for owner, _ in stored.values()}))
    return {its_id: _digest(its_id, keys.get(owner), d) for its_id, (owner, d) in stored.items()}


def _digest(conversation: str, key: bytes | None, document: bytes) -> str:
    if key is None:
        raise Unreadable(conversation)
    stored = unseal(key, document, bound_to=f"transfers/{conversation}/document")
    return digest(json.loads(stored))
