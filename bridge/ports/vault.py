"""Where words wait, encrypted, for as short a time as we can manage; and their keys."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bridge.ports.store import Inbox, Signs, Staff, Threads
from bridge.ports.words import Copies, Outbox, Words


class Transaction(Protocol):
    """Everything inside happens, or nothing."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def threads(self) -> Threads: ...
    @property
    def words(self) -> Words: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def copies(self) -> Copies: ...
    @property
    def staff(self) -> Staff: ...
    @property
    def signs(self) -> Signs: ...


class Vault(Protocol):
    """Where words wait, encrypted, for as short a time as we can manage."""

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        """As `Accept`."""
        ...

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """
        A writing transaction; commits at the end of the block, rolls back if it raises.

        No call to a platform may be made inside: other writers may be waiting.
        """
        ...


class KeyRing(Protocol):
    """Keys apart from the data. A period's key, once dropped, is nowhere to be read."""

    def wrap(self, period: str, keys: Sequence[bytes]) -> list[bytes]:
        """Raises `KeyGone` when the period's key is no longer here."""
        ...

    def unwrap(self, period: str, wrapped: bytes) -> bytes:
        """Raises `KeyGone` when the period's key is no longer here."""
        ...

    def fingerprints(self, texts: Sequence[str]) -> list[str]:
        """Of each a keyed hash under which it can be found again; hex."""
        ...

    def periods(self) -> frozenset[str]: ...

    def add(self, period: str) -> None:
        """Make a new key; on disk and synced when this returns."""
        ...

    def drop(self, period: str) -> None: ...


class KeyGone(Exception):
    """What was written under this key can no longer be read by anybody."""
