"""A copy of the bridge's database, and what a thief can read of it with a key ring."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import sqlalchemy
from cryptography.exceptions import InvalidTag
from sqlalchemy.engine import make_url

from bridge.keyring import FileKeyRing
from bridge.ports import KeyGone
from bridge.vault.ciphertext import AesGcm, Tampered
from bridge.vault.keys import DataKey

KEYS: Final = "SELECT owner, period, wrapped FROM data_keys"
ENTRIES: Final = "SELECT conversation, seq, text FROM entries ORDER BY conversation, seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loot:
    """Every key and every line that the copy holds, as they lie there."""

    keys: Sequence[tuple[str, str, bytes]] = field(repr=False)
    lines: Sequence[tuple[str, int, bytes]] = field(repr=False)

    def read_with(self, ring: FileKeyRing) -> tuple[int, list[str]]:
        """How many keys any period's key opens, and the words that can be read with them."""
        opened: dict[str, DataKey] = {}
        for owner, _, wrapped in self.keys:
            # Whatever the row says, every key that is left is tried.
            for period in ring.periods():
                with suppress(KeyGone, InvalidTag):
                    key = ring.unwrap(period, wrapped)
                    opened[owner] = DataKey(owner=owner, key=key, cipher=AesGcm())
        words: list[str] = []
        for conversation, seq, hidden in self.lines:
            if conversation in opened:
                with suppress(Tampered):
                    words.append(opened[conversation].read(hidden, number=seq, column="text"))
        return len(opened), words


def stolen(url: str) -> Loot:
    """Read a copy, wherever it lies."""
    kind = "sqlite" if url.startswith("sqlite") else "postgresql+psycopg"
    engine = sqlalchemy.create_engine(make_url(url).set(drivername=kind))
    with engine.connect() as copy:
        keys = [tuple(row) for row in copy.execute(sqlalchemy.text(KEYS))]
        lines = [tuple(row) for row in copy.execute(sqlalchemy.text(ENTRIES))]
    engine.dispose()
    return Loot(
        keys=[(owner, period, bytes(wrapped)) for owner, period, wrapped in keys],
        lines=[(conversation, seq, bytes(text)) for conversation, seq, text in lines],
    )


def ring_at(path: Path) -> FileKeyRing:
    return FileKeyRing(path)
