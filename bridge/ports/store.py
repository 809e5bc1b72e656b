"""What is kept besides words: what has arrived, whose it is, and who works here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bridge.domain.ids import Address, ConversationId, Ref, ThreadId
from bridge.domain.threads import Chat, Conversation, Thread
from bridge.ports.record import Employee


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An accepted event, not yet worked on."""

    id: str
    source: str
    body: bytes = field(repr=False)
    at: datetime


class Inbox(Protocol):
    async def next(self, now: datetime, *, limit: int = 1) -> Sequence[Arrived]:
        """The oldest that are due and nobody else holds, in order; held while it lasts."""
        ...

    async def knows(self, source: str, event: str) -> bool:
        """Whether it has been accepted, whatever has become of it since."""
        ...

    async def done(self, *events: str) -> None:
        """Their bodies go; that they have been seen stays."""
        ...

    async def set_aside(self, event: str, reason: str) -> None:
        """It cannot be understood: kept encrypted until a person decides."""
        ...

    async def stuck(self) -> Sequence[tuple[str, datetime, str]]:
        """What has been set aside: its id, when it came, and why; never what it says."""
        ...

    async def drop(self, event: str) -> None:
        """A person's decision: it goes unread. `LookupError` unless it was set aside."""
        ...

    async def again(self, event: str) -> None:
        """A person's decision: it is due anew. `LookupError` unless it was set aside."""
        ...

    async def waiting(self) -> int: ...


class Threads(Protocol):
    async def of(self, channel: str, address: Address) -> Thread | None:
        """The youth's thread there, and what it is joined into, held until the transaction ends."""
        ...

    async def add(self, thread: Thread) -> None: ...

    async def get(self, thread: ThreadId) -> Thread:
        """Held until the transaction ends."""
        ...

    async def save(self, thread: Thread) -> None: ...

    async def hold(self, several: Collection[ThreadId], talks: Collection[ConversationId]) -> None:
        """Read ahead what is about to be asked for one by one; what is not there is left out."""
        ...

    async def expect(self, lines: Collection[tuple[str, Address]]) -> None:
        """`hold` whose addresses these are, by channel, with the newest talk of each."""
        ...

    async def expect_in(self, roots: Collection[Ref]) -> None:
        """`hold` the talks whose heads these are, each with its thread."""
        ...

    async def lines(self, thread: ThreadId) -> Sequence[Thread]:
        """The threads that are joined into it, held until the transaction ends."""
        ...

    async def answered_on(self, thread: Thread) -> Thread:
        """The one of its youth's threads that answers go to: itself, where none is joined."""
        ...

    async def named(self, alias: str) -> ThreadId | None:
        """By alias as a person types it, in any case; not held."""
        ...

    async def forget(self, thread: ThreadId) -> None:
        """
        Where the youth can be reached goes: who writes from there again is new to us.
        What is joined into it is a thread of its own again.

        References stay for as long as somebody is to erase or send something by them.
        """
        ...

    async def newest(self, channel: str, limit: int) -> Sequence[tuple[ThreadId, str]]:
        """
        Those of a channel that can still be reached, newest word first, each with its alias.

        One that is joined into another goes by the other's.
        """
        ...

    async def free_alias(self, draw: int) -> str:
        """One of `aliases.names` that no youth has."""
        ...

    async def conversations(self, thread: ThreadId) -> Sequence[Conversation]:
        """Oldest first."""
        ...

    async def latest(self, thread: ThreadId) -> Conversation | None: ...

    async def open(self, thread: ThreadId) -> Conversation | None:
        """The latest, if it is open: only that one can be."""
        ...

    async def conversation(self, conversation: ConversationId) -> Conversation: ...

    async def by_root(self, root: Ref) -> Conversation | None: ...

    async def amend(self, conversation: Conversation) -> None:
        """Save everything about a conversation but its ledger, which only `Words` moves."""
        ...

    async def live(self) -> Sequence[Conversation]:
        """Every conversation that is not forgotten."""
        ...

    async def ending(self) -> Sequence[Conversation]:
        """Open, and somebody has asked to end them; or the clock has."""
        ...

    async def sealed(self) -> Sequence[Conversation]:
        """Neither open nor forgotten."""
        ...

    async def may_seal(self, limit: int) -> Sequence[ConversationId]:
        """Of `ending`, those that have something to be done about now; asked for longest first."""
        ...

    async def may_transfer(
        self, limit: int, *, besides: Collection[ConversationId] = ()
    ) -> Sequence[ConversationId]:
        """
        Of `sealed`, those that nothing in their thread's lane to the record is ahead of, and
        those that are there already; in the order they were sealed.
        """
        ...

    async def any_sealed(self) -> bool: ...

    async def open_after(
        self, thread: ThreadId | None, limit: int
    ) -> Sequence[tuple[ThreadId, ConversationId]]:
        """Some of the open ones: those of the threads that follow this one by their ids."""
        ...

    async def settling(self, said: Collection[Chat] = ...) -> Sequence[Conversation]:
        """
        Sealed or later, with the chat at the youth's end not yet settled.

        `said`: only where the youth has said this of it.
        """
        ...


class Staff(Protocol):
    """Who works here, as the case store last told."""

    async def replace(self, employees: Sequence[Employee]) -> None: ...

    async def by_user(self, user: str) -> Employee | None: ...

    async def all(self) -> Sequence[Employee]: ...


class Signs(Protocol):
    """When each channel last could reach us."""

    async def last(self) -> Mapping[str, datetime]:
        """Those of which no sign was ever given are not there."""
        ...

    async def give(self, channels: Collection[str], at: datetime) -> None:
        """In place of the signs before."""
        ...
