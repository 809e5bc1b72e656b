"""The numbered words, what must be sent, and where copies lie."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.canonical import Document
from bridge.domain.copies import Copy, Place
from bridge.domain.delivery import Delivery, Move, Reason, State, What
from bridge.domain.ids import ConversationId, CopyId, DeliveryId, EmployeeId, Ref
from bridge.domain.lifecycle import Event as Ending
from bridge.domain.lifecycle import Ledger
from bridge.domain.messages import Attachment, Draft, Entry
from bridge.domain.threads import Conversation


class Sealed(Exception):
    """The conversation is no longer open; begin the next one."""


class Stale(Exception):
    """Something has moved since it was read; look again."""


class TakenBack(Exception):
    """The youth has taken it back; nothing is added to it."""


class Words(Protocol):
    async def begin(self, conversation: Conversation) -> None: ...

    async def append(self, conversation: ConversationId, draft: Draft) -> Entry:
        """
        The one door in: numbers and checks in one statement. Raises `Sealed`.
        """
        ...

    async def attach(self, entry: Entry, attachment: Attachment, body: bytes) -> None:
        """Add a file to an entry of an open conversation. Raises `Sealed`, `TakenBack`."""
        ...

    async def take_back(
        self,
        conversation: ConversationId,
        seq: int,
        at: datetime,
        *,
        by: EmployeeId | None = None,
    ) -> Entry:
        """
        Let the words and files of an entry go, and those of its later wordings; and say so.

        `by`: who in the team wrote it down where it does not belong; None: the youth did it.
        Their numbers stay, with nothing under them. The entry that says so is the last one.
        Raises `Sealed`.
        """
        ...

    async def entry(self, conversation: ConversationId, seq: int) -> Entry: ...

    async def upto(self, conversation: ConversationId, count: int) -> Sequence[Entry]: ...

    async def body(self, attachment: str) -> bytes: ...

    async def move(
        self, before: Ledger, event: Ending, *, document: Document | None = None
    ) -> Ledger:
        """
        Move on from `before`, or raise `Stale` if anything has happened since it was read.

        `document` is what is to be filed, kept encrypted until forgotten. `Erased` deletes
        words, files and key in this same transaction, and raises `NotAllWordsAccountedFor`
        if there are not exactly as many entries as it says.
        """
        ...

    async def readable(self, conversation: ConversationId) -> int | None:
        """How many entries there are; None where the key they lay under has been destroyed."""
        ...

    async def destroy_key(self, before: Ledger) -> None:
        """
        Nobody can read it any longer, however long it is: what `move` with `Erased` begins with,
        by itself. Only what has been read back. Raises `Stale`, `OutOfOrder`.
        """
        ...

    async def sweep(self, conversation: ConversationId, at_most: int) -> bool:
        """Delete some of what nobody can read any longer; whether there may be more."""
        ...

    async def document(self, conversation: ConversationId) -> Document: ...


class Outbox(Protocol):
    async def add(self, delivery: Delivery) -> None: ...

    async def add_all(self, several: Sequence[Delivery]) -> None:
        """In the order given."""
        ...

    async def claim(
        self,
        now: datetime,
        *,
        lease: timedelta,
        limit: int,
        besides: Collection[What] = (),
        along: bool = False,
    ) -> Sequence[Delivery]:
        """
        The first due delivery of every free lane, now `SENDING`; at most `limit`.

        `besides`: what is left where it is. `along`: only of the threads that this transaction
        has read, and of none; whoever holds some takes no others, or two would wait for each
        other.
        """
        ...

    async def behind(self, lead: Delivery, now: datetime, *, limit: int) -> Sequence[Delivery]:
        """
        What follows it at once in its lane and is due, in order; at most `limit`.

        Ends before what has been tried and is in doubt. The rows are held.
        """
        ...

    async def take(self, several: Sequence[Delivery], until: datetime) -> Sequence[Delivery]:
        """Queued, and held by us since `behind` gave them: now `SENDING`, leased until then."""
        ...

    async def foresee(self, several: Collection[DeliveryId]) -> None:
        """Read ahead, and hold, what is about to be asked for and moved one by one."""
        ...

    async def hold(self, deliveries: Collection[DeliveryId], until: datetime) -> None:
        """Those of them that are still `SENDING` are nobody's to call lost before `until`."""
        ...

    async def lost(self, now: datetime) -> Sequence[Delivery]:
        """Those whose sender has not reported back within its lease, now `UNCERTAIN`."""
        ...

    async def uncertain(self, now: datetime) -> Sequence[Delivery]:
        """Those in doubt that are due for a look."""
        ...

    async def get(self, delivery: DeliveryId) -> Delivery: ...

    async def move(
        self,
        delivery: DeliveryId,
        move: Move,
        *,
        not_before: datetime | None = None,
        reason: Reason | None = None,
        attempt: int | None = None,
    ) -> Delivery:
        """
        `attempt`: only if it is the latest, for an answer is about the one that asked.

        Raises `OutOfTurn`, having changed nothing.
        """
        ...

    async def put_back(self, delivery: DeliveryId, until: datetime) -> None:
        """Claimed, but its turn has not come: queued again, as if it had not been tried."""
        ...

    async def look_later(self, delivery: DeliveryId, again: datetime, *, looked: bool) -> None:
        """Look for an uncertain delivery at `again`; `looked`: it was looked for, in vain."""
        ...

    async def underway(self, conversation: ConversationId) -> int:
        """How many of its deliveries sealing must wait for."""
        ...

    async def in_lane(self, lane: str) -> int:
        """How many in a lane have not been settled."""
        ...

    async def of_entry(self, conversation: ConversationId, seq: int) -> Sequence[Delivery]: ...

    async def in_hands(self, conversation: ConversationId) -> Sequence[Delivery]:
        """Those that a person is to carry and has said nothing of; oldest first."""
        ...

    async def states(self, conversation: ConversationId) -> Mapping[int, State]:
        """How far each reply of ours has come, by entry number."""
        ...

    async def next_due(self) -> datetime | None: ...


class Copies(Protocol):
    async def expect(self, copy: Copy) -> None:
        """A copy may come to be; written before the call that makes it."""
        ...

    async def found(self, copy: CopyId, ref: Ref, *, erasable_until: datetime | None) -> None: ...

    async def never_was(self, copy: CopyId) -> None:
        """The call that would have made it is known to have failed."""
        ...

    async def foresee(self, refs: Collection[Ref]) -> None:
        """Read ahead which of them nothing is known under, as of most that is new."""
        ...

    async def by_ref(self, ref: Ref) -> Sequence[Copy]:
        """Of every thread: a platform may number messages anew in each chat."""
        ...

    async def of_entry(self, conversation: ConversationId, seq: int) -> Sequence[Copy]: ...

    async def of(self, conversation: ConversationId) -> Sequence[Copy]: ...

    async def told_of(self, conversation: ConversationId) -> Sequence[Copy]:
        """As `of`, without their references, each of which would have to be deciphered."""
        ...

    async def erasable_until(self, conversation: ConversationId) -> datetime | None:
        """The first moment at which something of it at the youth's end can be erased no longer."""
        ...

    async def by_hand(self) -> Sequence[Copy]:
        """Those at a youth's end that a person is to erase, of every thread."""
        ...

    async def due(self, now: datetime, *, hold: timedelta, limit: int) -> Sequence[Copy]:
        """Copies whose erasing or looking is due; not handed out again within `hold`."""
        ...

    async def save(self, copy: Copy) -> None: ...

    async def fall_due(
        self, conversation: ConversationId, places: Collection[Place], now: datetime
    ) -> None:
        """Every copy of it in these places is to be seen to, where it was not already."""
        ...

    async def next_due(self) -> datetime | None: ...
