"""
Pulls the plug at a chosen port call, and keeps it pulled.

Every call through a fused port has two places where a process may die: before it, and
after it has been done and before anybody has heard the answer. Inside a transaction only
the first counts, for whatever dies there is rolled back; the commit itself has both.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from typing_extensions import override

from bridge.vault.sql import SqlTransaction, SqlVault
from bridge.vault.work import Work

P = TypeVar("P")

PARTS = ("inbox", "threads", "words", "outbox", "copies", "staff", "signs")


class Crash(BaseException):
    """The process died here; a `BaseException`, so that no handler on the way survives it."""


class Fuse:
    """
    Blows at place number `at` and at every later one, as dead processes do; never if None.

    `look` is told of every place that is passed before it blows.
    """

    def __init__(self, at: int | None = None, *, look: Callable[[], None] | None = None) -> None:
        self._at, self._look = at, look
        self.places: list[str] = []
        self.blew: str | None = None

    def burn(self, place: str) -> None:
        """Raises `Crash` when its number has come, and for ever after."""
        if self.blew is None:
            self.places.append(place)
            if self._look is not None:
                self._look()
            if len(self.places) == self._at:
                self.blew = place
        if self.blew is not None:
            raise Crash(self.blew)

    def through(self, port: P, *, name: str = "", sync: tuple[str, ...] = ()) -> P:
        """The same port with the fuse in every call; `sync` names those that are not awaited."""
        return cast("P", _Fused(port, self, name or type(port).__name__, sync, after=True))

    def transaction(self, tx: SqlTransaction) -> SqlTransaction:
        for part in PARTS:
            whole = getattr(tx, part)
            setattr(tx, part, _Fused(whole, self, part, (), after=False))
        return tx


class _Fused:
    def __init__(
        self, port: object, fuse: Fuse, name: str, sync: tuple[str, ...], *, after: bool
    ) -> None:
        self._port, self._fuse, self._name = port, fuse, name
        self._sync, self._after = sync, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if inspect.iscoroutinefunction(found):
            return self._awaited(f"{self._name}.{name}", found)
        return self._called(f"{self._name}.{name}", found) if name in self._sync else found

    def _awaited(
        self, place: str, call: Callable[..., Awaitable[object]]
    ) -> Callable[..., Awaitable[object]]:
        async def fused(*args: object, **named: object) -> object:
            self._fuse.burn(f"before {place}")
            answer = await call(*args, **named)
            if self._after:
                self._fuse.burn(f"after {place}")
            return answer

        return fused

    def _called(self, place: str, call: Callable[..., object]) -> Callable[..., object]:
        def fused(*args: object, **named: object) -> object:
            self._fuse.burn(f"before {place}")
            answer = call(*args, **named)
            self._fuse.burn(f"after {place}")
            return answer

        return fused


def fused_vault(fuse: Fuse) -> type[SqlVault]:
    """The real vault, with the fuse in its acceptance, its transactions and their commits."""

    class FusedVault(SqlVault):
        @override
        async def accept(self, source: str, event: str, body: bytes) -> bool:
            fuse.burn("before vault.accept")
            fresh = await super().accept(source, event, body)
            fuse.burn("after vault.accept")
            return fresh

        @override
        @asynccontextmanager
        async def begin(self) -> AsyncIterator[SqlTransaction]:
            async with super().begin() as tx:
                yield fuse.transaction(tx)

        @override
        @asynccontextmanager
        async def work(self) -> AsyncIterator[Work]:
            fuse.burn("before vault.begin")
            async with super().work() as work:
                yield work
                fuse.burn("before vault.commit")
            fuse.burn("after vault.commit")

    return FusedVault
