"""
A key of its own for everything that is forgotten by itself: a conversation, a thread, an
event not yet worked on.

A key lies in the database wrapped under the current period, and in memory no longer than
the transaction that needs it: what one process forgets, no other still holds. Wrapping
shares a lock on its period, so that nobody can wrap under a key that is going.
"""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.ports import KeyGone, KeyRing
from bridge.vault.ciphertext import Cipher
from bridge.vault.several import insert_all
from bridge.vault.tables import data_keys, key_periods

CURRENT: Final = "current"
CLOSING: Final = "closing"
DESTROYED: Final = "destroyed"

BYTES: Final = 32

NOW_CURRENT: Final = (
    select(key_periods.c.id)
    .where(key_periods.c.team == bindparam("our_team"), key_periods.c.state == CURRENT)
    .with_for_update(read=True)
)
OF_OWNERS: Final = select(data_keys.c.owner, data_keys.c.period, data_keys.c.wrapped).where(
    data_keys.c.team == bindparam("our_team"),
    data_keys.c.owner.in_(bindparam("owners", expanding=True)),
)
DESTROY: Final = (
    delete(data_keys)
    .where(data_keys.c.team == bindparam("our_team"), data_keys.c.owner == bindparam("of"))
    .returning(data_keys.c.period)
)
DESTROY_ALL: Final = delete(data_keys).where(
    data_keys.c.team == bindparam("our_team"),
    data_keys.c.owner.in_(bindparam("owners", expanding=True)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """Encrypts for one owner; every value is bound to its owner, its number and its column."""

    owner: str
    key: bytes = field(repr=False)
    cipher: Cipher = field(repr=False)

    def encrypt(self, plain: bytes, *, number: int | str, column: str) -> bytes:
        return self.cipher.encrypt(self.key, plain, self._about(number, column))

    def decrypt(self, hidden: bytes, *, number: int | str, column: str) -> bytes:
        return self.cipher.decrypt(self.key, hidden, self._about(number, column))

    def write(self, text: str, *, number: int | str, column: str) -> bytes:
        """A lone surrogate is kept as it came: a platform's mistake must not stop words."""
        return self.encrypt(text.encode("utf-8", "surrogatepass"), number=number, column=column)

    def read(self, hidden: bytes, *, number: int | str, column: str) -> str:
        return self.decrypt(hidden, number=number, column=column).decode("utf-8", "surrogatepass")

    def _about(self, number: int | str, column: str) -> bytes:
        return f"{self.owner}/{number}/{column}".encode()


class DataKeys:
    """The data keys that one transaction uses."""

    def __init__(
        self, connection: AsyncConnection, *, ring: KeyRing, cipher: Cipher, team: str
    ) -> None:
        self._connection, self._ring, self._cipher = connection, ring, cipher
        self._team = team
        self._held: dict[str, DataKey] = {}
        self._period: str | None = None

    async def current(self) -> str:
        """The current period, which cannot close before this transaction ends."""
        if self._period is not None:
            return self._period
        ours = {"our_team": self._team}
        period = await self._connection.scalar(NOW_CURRENT, ours)
        if period is None:  # it closed while we waited; what follows it is seen by a new look
            period = await self._connection.scalar(NOW_CURRENT, ours)
        if period is None:
            raise KeyGone("no key period is current")
        self._period = str(period)
        return self._period

    def draw(self, owner: str) -> DataKey:
        """A key that lies nowhere yet."""
        return DataKey(owner=owner, key=os.urandom(BYTES), cipher=self._cipher)

    async def make(self, owner: str) -> DataKey:
        key = self.draw(owner)
        await self.keep([key])
        return key

    async def keep(self, keys: Iterable[DataKey]) -> None:
        """Wrap keys that were drawn, and write them down."""
        if not (keys := list(keys)):
            return
        period = await self.current()
        wrapped = self._ring.wrap(period, [key.key for key in keys])
        rows = [
            {"team": self._team, "owner": key.owner, "period": period, "wrapped": hidden}
            for key, hidden in zip(keys, wrapped, strict=True)
        ]
        await insert_all(self._connection, data_keys, rows)
        self._held |= {key.owner: key for key in keys}

    async def hold(self, owners: Iterable[str]) -> None:
        """Fetch the keys of many owners at once; those without one are left out."""
        wanted = set(owners) - self._held.keys()
        if not wanted:
            return
        try:
            await self._fetch(wanted)
        except KeyGone:  # wrapped anew, and the old key dropped, since we were answered
            await self._fetch(wanted)

    async def _fetch(self, owners: Collection[str]) -> None:
        rows = await self._connection.execute(
            OF_OWNERS, {"our_team": self._team, "owners": list(owners)}
        )
        for owner, period, wrapped in rows:
            key = self._ring.unwrap(period, wrapped)
            self._held[owner] = DataKey(owner=owner, key=key, cipher=self._cipher)

    async def find(self, owner: str) -> DataKey | None:
        await self.hold([owner])
        return self._held.get(owner)

    async def get(self, owner: str) -> DataKey:
        """Raises `KeyGone`."""
        key = await self.find(owner)
        if key is None:
            raise KeyGone(owner)
        return key

    async def destroy(self, owner: str) -> str | None:
        """Which period the key was last wrapped under; None where there was no key."""
        self._held.pop(owner, None)
        period = await self._connection.scalar(DESTROY, {"our_team": self._team, "of": owner})
        return None if period is None else str(period)

    async def destroy_all(self, owners: Sequence[str]) -> None:
        for owner in owners:
            self._held.pop(owner, None)
        await self._connection.execute(
            DESTROY_ALL, {"our_team": self._team, "owners": list(owners)}
        )
