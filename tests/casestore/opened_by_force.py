"""
What a thief could read: every blob in the database against every key in a key file.

AES-GCM is opened here without asking whether the tag or the place is right, so that nothing is
missed because somebody guessed wrong about where it was bound to.
"""

import json
from base64 import b64decode
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from sqlalchemy import select

from casestore.database import Database
from casestore.tables import ALL

WRAPPED = 12 + 32 + 16


def by_force(key: bytes, sealed: bytes) -> bytes:
    """The plaintext that this key gives, right or wrong."""
    return Cipher(AES(key), CTR(sealed[:12] + b"\0\0\0\x02")).decryptor().update(sealed[12:-16])


async def all_cells(database: Database) -> list[bytes]:
    """Every cell of every table, as bytes."""
    found: list[bytes] = []
    async with database.reading() as session:
        for table in ALL.sorted_tables:
            for row in (await session.execute(select(table))).all():
                found += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return found


def keys_in(path: Path) -> list[bytes]:
    """The key-encryption keys of a key file."""
    return [b64decode(key) for key in json.loads(path.read_text())["keys"].values()]


def readable(cells: Iterable[bytes], keys: Collection[bytes], words: Iterable[str]) -> set[str]:
    """Which of these words somebody with these cells and these keys can read."""
    blobs = [cell for cell in cells if len(cell) >= 28]
    wrapped = [blob for blob in blobs if len(blob) == WRAPPED]
    data = [by_force(key, blob) for key in keys for blob in wrapped]
    files = [by_force(key, blob) for key in data for blob in wrapped]
    sought = {word: word.encode() for word in words}
    plain = _plain(blobs, [*keys, *data])
    found = {word for text in plain for word, raw in sought.items() if raw in text}
    if left := {word: raw for word, raw in sought.items() if word not in found}:
        long = [blob for blob in blobs if any(len(blob) >= len(raw) + 28 for raw in left.values())]
        found |= {w for text in _plain(long, files) for w, raw in left.items() if raw in text}
    return found | {word for word, raw in sought.items() if any(raw in blob for blob in blobs)}


def _plain(blobs: Iterable[bytes], keys: Collection[bytes]) -> Iterator[bytes]:
    for blob in blobs:
        for key in keys:
            yield by_force(key, blob)
