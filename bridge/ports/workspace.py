"""Where the team reads and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bridge.domain.cards import Card, Form, Note
from bridge.domain.copies import Erasure, Whose
from bridge.domain.ids import Ref, Room
from bridge.domain.speech import Event as TeamEvent
from bridge.domain.speech import Post


class Workspace(Protocol):
    """Where the team reads and answers."""

    def read(self, body: bytes) -> TeamEvent:
        """What an accepted event says. Pure; raises `Unreadable`, without the words."""
        ...

    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        """
        Post a card, in the room thread `root` or as the first of a new one.

        `key` (opaque, without spaces) can be looked for afterwards with `find`, and so can each
        of `also`, where several go in one post. Raises `SendFailed`.
        """
        ...

    async def renew(self, ref: Ref, card: Card) -> None:
        """Bring a card up to date. Raises `SendFailed`; `GONE` when somebody deleted it."""
        ...

    async def upload(
        self, room: Room, root: Ref, name: str, mime: str, body: bytes, *, key: str
    ) -> "Uploaded":
        """
        Put a file in a room thread under a neutral name, without what it tells besides.

        `key` (opaque) can be looked for with `find_file`. Raises `SendFailed`; `REJECTED`
        for a picture that cannot be cleaned of where and with what it was taken.
        """
        ...

    async def find(self, room: Room, root: Ref | None, key: str) -> Ref | None:
        """The card that was posted with `key` among its keys, if any. Raises `SendFailed`."""
        ...

    async def find_file(self, room: Room, root: Ref, key: str) -> "Uploaded | None":
        """The file that was uploaded with `key`, if it is there. Raises `SendFailed`."""
        ...

    async def fetch(self, file: Ref, *, limit: int) -> bytes:
        """
        The bytes of a file that a colleague has given us, at most `limit`. Raises `SendFailed`.
        """
        ...

    async def shown_by(self, file: Ref) -> Ref | None:
        """The message that shows a file, if there is one. Raises `SendFailed`."""
        ...

    async def whisper(self, room: Room, root: Ref | None, user: str, note: Note) -> None:
        """Tell one person something nobody else sees. Raises `SendFailed`."""
        ...

    async def replies(
        self, room: Room, root: Ref | None, *, since: datetime | None = None
    ) -> Sequence[Post]:
        """
        What people have written in a room thread (or, without one, in the room itself).

        Our own posts are left out. All pages are read. Raises `SendFailed`.
        """
        ...

    async def standing(self, room: Room, root: Ref) -> frozenset[Ref]:
        """Every message that still stands in a room thread, the root included."""
        ...

    async def erase(self, ref: Ref, whose: Whose) -> Erasure:
        """Delete a message with whichever token may. Never raises."""
        ...

    async def erase_file(self, ref: Ref) -> Erasure: ...

    async def link(self, ref: Ref) -> str | None:
        """A permanent link to a message, for whoever must delete it by hand."""
        ...

    async def readers(self, room: Room) -> frozenset[str]:
        """Who can read the room. Raises `SendFailed`."""
        ...

    async def open(self, trigger: str, form: Form) -> None:
        """Open a form for whoever pressed; `trigger` lapses in three seconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file is two copies: the file itself, and the message that shows it (if known yet)."""

    file: Ref
    message: Ref | None
