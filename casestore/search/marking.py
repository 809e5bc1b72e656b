"""
Marks: how a word is found without lying anywhere in the clear.

A mark is a keyed hash of a word under a key derived from the data key that the text lies under.
Who has only the database sees which texts of one youth share a word, and never which word; the
same word of two youths has two marks. Once the data key is gone, a mark is noise.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete

from casestore.edge import Writing
from casestore.journal.read_back import stored_document
from casestore.journal.tables import Entry
from casestore.search.tables import Mark
from casestore.search.words import paragraphs, words_in
from casestore.threads.keys import known_key
from casestore.upserts import insert_into

LENGTH: Final = 8
BATCH: Final = 1000
# Every marked text has this one too, also a text of no words: it says that it has been marked.
DONE: Final = ""


def search_key(data_key: bytes) -> bytes:
    """Derive the key of an owner's marks from their data key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"search").derive(data_key)


def mark_of(key: bytes, word: str) -> bytes:
    """Give the mark of a word under an owner's search key."""
    return hmac.digest(key, word.encode(), "sha256")[:LENGTH]


async def mark(writing: Writing, of: str, owner: str, text: str) -> None:
    """
    Mark the words of an entry or note that lies under `owner`'s data key, for those before.

    To be called in the transaction that keeps the text, and again when it changes key or words.
    A key that is gone raises `Unreadable`; none is made here.
    """
    key = search_key(await known_key(writing, owner))
    await unmark(writing, of)
    marks = {mark_of(key, word) for word in {DONE, *words_in(text)}}
    same = {"of": of, "owner": owner, "team": writing.team}
    await _add(writing, [{"mark": each, **same} for each in marks])


async def unmark(writing: Writing, *of: str) -> None:
    """Remove the marks of entries or notes."""
    for start in range(0, len(of), BATCH):
        await writing.session.execute(delete(Mark).where(Mark.of.in_(of[start : start + BATCH])))


async def mark_entry(writing: Writing, entry: Entry) -> None:
    """Mark a filed transcript as it lies: for who has moved it. May raise `Unreadable`."""
    await mark_transcript(writing, entry, await stored_document(writing, entry))


async def mark_transcript(writing: Writing, entry: Entry, document: Mapping[str, Any]) -> None:
    """Mark a transcript that is being filed: this document."""
    text = "\n".join(paragraphs(document))
    await mark(writing, entry.conversation, entry.key_owner, text)


async def _add(writing: Writing, rows: Sequence[dict[str, Any]]) -> None:
    insert = insert_into(writing.session, Mark).on_conflict_do_nothing()
    for start in range(0, len(rows), BATCH):
        await writing.session.execute(insert, rows[start : start + BATCH])
