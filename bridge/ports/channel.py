"""A platform that a youth writes on, and what may go wrong there."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol, runtime_checkable

from bridge.domain.capabilities import Capabilities
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Inbound, Outbound


class SendFailed(Exception):
    """
    The platform did not take the message.

    `retry`: nothing was done, and it may be tried again after `after` (None: our own pace).
    `Reason.NO_ANSWER` means nobody knows whether it was done; it is never `retry`.
    """

    def __init__(self, reason: Reason, *, retry: bool, after: timedelta | None = None) -> None:
        super().__init__(reason.value)
        self.reason, self.retry, self.after = reason, retry, after


class Unreadable(Exception):
    """An update that cannot be understood; it is set aside, never dropped."""


class Accept(Protocol):
    """How a receiving adapter hands something over before it acknowledges."""

    async def __call__(self, source: str, event: str, body: bytes) -> bool:
        """
        Put `body` on disk, encrypted; True the first time, False if `event` was known.

        When this returns it is durable, and only then may the platform be told that it came.
        """
        ...


class Channel(Protocol):
    """A platform that a youth writes on."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def read(self, body: bytes) -> Inbound:
        """What an accepted update says. Pure; raises `Unreadable`, without the words."""
        ...

    def pieces(self, text: str) -> Sequence[str]:
        """`text` cut to what the platform takes at once, between graphemes. Pure."""
        ...

    async def send(self, to: Address, what: Outbound) -> Ref:
        """Say one piece. Raises `SendFailed`."""
        ...

    async def edit(self, to: Address, ref: Ref, text: str) -> None:
        """Replace what we said; the same text twice is no error. Raises `SendFailed`."""
        ...

    async def erase(self, to: Address, refs: Sequence[Ref]) -> Mapping[Ref, Erasure]:
        """Erase at the youth's end; every ref gets an answer of its own. Never raises."""
        ...

    async def answer(self, press: str) -> None:
        """Stop the button from spinning; best effort, never raises."""
        ...

    async def fetch(self, file: str, *, limit: int) -> bytes:
        """
        The bytes of a file, at most `limit`. Raises `SendFailed` (`TOO_LARGE`, `GONE`, …).
        """
        ...


@runtime_checkable
class Invites(Protocol):
    """A channel on which whoever comments in public can be written to once, in private."""

    async def invite(self, comment: str, text: str) -> None:
        """No error where it has been done before. Raises `SendFailed`."""
        ...


@runtime_checkable
class Releases(Protocol):
    """A channel whose platform keeps a file for us until it is told that we have it."""

    async def release(self, file: str) -> None:
        """It is on our disk, and may go there. Best effort, never raises."""
        ...
