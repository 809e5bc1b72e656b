"""
Where a request meets the store.

`Reading` and `Writing` are what a handler works with: a session, the time, the keys. A writing
request is committed once, here, after the handler and before its answer leaves; a handler that
raises leaves nothing behind.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from casestore.database import Database, ReadSession, WriteSession
from casestore.keyring import KeyRing
from casestore.problems import Problem
from casestore.settings import Settings
from casestore.times import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """
    The running case store: what its requests share.

    `compare` is set when there is somebody to compare with the others
    (`casestore.people.comparing`).
    """

    settings: Settings
    database: Database
    ring: KeyRing
    clock: Clock
    lookup: bytes = field(repr=False)
    compare: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One request that only reads."""

    session: ReadSession
    store: Store
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """
    One request that writes, in one transaction.

    `met` is what each thing that access was decided for was to who asks, by kind and id.
    """

    session: WriteSession
    store: Store
    now: datetime
    met: dict[tuple[str, str], str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def team(self) -> str:
        """The team that what is written belongs to."""
        return self.store.settings.team


def store_of(request: Request) -> Store:
    """Give the running store that this request came to."""
    return cast("Store", request.app.state.store)


StoreNow = Annotated[Store, Depends(store_of)]


async def reading_edge(store: StoreNow) -> AsyncIterator[Reading]:
    """Give a request what it reads with."""
    async with store.database.reading() as session:
        yield Reading(session=session, store=store, now=store.clock())


FIRST: Final = "utebru.first"
"""In a request's scope: what is done first in its transaction, before the handler."""


async def writing_edge(request: Request, store: StoreNow) -> AsyncIterator[Writing]:
    """Give a request what it writes with, and commit when its handler has ended well."""
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=store.clock())
        if (first := request.scope.get(FIRST)) is not None:
            await cast("Callable[[Writing], Awaitable[None]]", first)(writing)
        yield writing


# Scope "function": the commit is done, or has failed, before the answer is sent.
ReadingNow = Annotated[Reading, Depends(reading_edge, scope="function")]
WritingNow = Annotated[Writing, Depends(writing_edge, scope="function")]


def bridge_only(request: Request, store: StoreNow) -> None:
    """Let through only who carries the bridge's service credential."""
    told = request.headers.get("authorization", "")
    wanted = f"Bearer {store.settings.token}"
    if not hmac.compare_digest(told.encode("utf-8", "replace"), wanted.encode()):
        raise Problem(401, "unauthorised", headers={"WWW-Authenticate": "Bearer"})
