"""
A platform that can be set up: its settings, its channel, and how it is heard.

One `Platform` for each stands in the registry. Its folder reads its own settings and opens its
own channel, so that adding one touches no other.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bridge.domain.ids import Room
from bridge.ports.chance import Clock
from bridge.ports.channel import Accept, Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that a platform has made of us; the body is raw, header names are lower case."""

    method: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the platform is answered; `type` is the media type, where there is a body."""

    status: int
    body: bytes = field(default=b"", repr=False)
    type: str = "application/json"


Hook = Callable[[Call], Awaitable[Reply]]
"""
Takes a call once it is verified, and answers it once it is on disk.

It may raise: whatever keeps a message from the disk is answered with 503, for the platform
will come again.
"""

Hooks = Mapping[tuple[str, str], Hook]
"""By method and path under our public address: `("POST", "/telegram/webhook")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What a channel is given to hear with."""

    accept: Accept
    clock: Clock
    report: Callable[[str | None], Awaitable[None]]
    """A trouble has begun (a code), or with None is over; never raises."""
    wait: int | None = None
    """Seconds that a question to the platform may stand open; None: the platform's usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A platform that is set up and open: its channels (Meta has three), and its ears."""

    channels: tuple[Channel, ...]
    hooks: Hooks = field(default_factory=dict)
    """None where it does not call us."""
    listening: Callable[[], AbstractAsyncContextManager[None]] | None = None
    """Hears until the block ends; what is being taken in then is finished first."""
    ask: Callable[[], Awaitable[object]] | None = None
    """One question to the platform, and what it tells is on disk; None where it calls us."""
    last_event_at: Callable[[], datetime | None] = lambda: None
    rooms: tuple[Room, ...] = ()
    """Rooms in which one person reads what came to them alone."""


class Account(Protocol):
    """Who we are at a platform. Its secrets never show in `repr`."""

    def opened(self, ears: Ears) -> AbstractAsyncContextManager[Opened]: ...


class Asked(Protocol):
    """The environment as a platform's settings are read from it; `bridge.environment`."""

    def any(self, prefix: str) -> bool: ...
    def wrong(self, name: str, what: str) -> None: ...
    def text(self, name: str) -> str | None: ...
    def secret(self, name: str, *, like: str = ...) -> str | None: ...
    def needed(self, name: str, found: str | None, why: str) -> str: ...
    def url(self, name: str, default: str | None = None) -> str | None: ...
    def one_of(self, name: str, choices: Sequence[str], default: str) -> str: ...
    def whole(self, name: str, default: int, *, least: int, most: int) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """
    One line of the registry.

    `read` gives None when nothing of the platform is set: it is off. Of which something is set
    and something else is missing, it is a mistake, for silence would look like a quiet day.
    """

    name: str
    secrets: tuple[str, ...]
    """Settings that may also be given as `…_FILE`."""
    read: Callable[[Asked], Account | None]
