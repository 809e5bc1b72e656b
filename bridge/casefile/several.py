"""Which calls the case store takes several of in one, and how they are written then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bridge.casefile import told
from bridge.casefile.told import Said
from bridge.domain.canonical import Document
from bridge.domain.ids import ConversationId
from bridge.ports import RecordRefused, Refusal

LINE: Final = re.compile(r"transfers/([A-Za-z0-9_-]{1,64})/events/([A-Za-z0-9_-]{1,64})")
LINES: Final = "transfers/events"
CONTACT: Final = re.compile(r"contacts/[A-Za-z0-9_-]{1,64}")
CONTACTS: Final = "contacts"
DIGESTS: Final = "contacts/digests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A document on its way, and the bytes that it is put as by itself."""

    path: str
    document: Document = field(repr=False)
    written: bytes = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.written)


def lines(several: Sequence[Put]) -> Document:
    return {"events": [_line(each) for each in several]}


def contacts(several: Sequence[Put]) -> Document:
    return {"contacts": [each.document for each in several]}


def digests(said: Said, asked: Sequence[ConversationId]) -> Sequence[str]:
    """In the order asked. Raises `RecordRefused` where one of them is not told of."""
    found = {told.text(each, "conversation"): each for each in told.objects(said, "contacts")}
    if missing := set(asked) - found.keys():
        raise RecordRefused(Refusal.NOT_THERE) from KeyError(*missing)
    return [told.digest(found[each]) for each in asked]


def _line(put: Put) -> Document:
    found = LINE.fullmatch(put.path)
    if found is None:
        raise ValueError("not a line of the transfer log")
    return {"conversation": found[1], "id": found[2], "event": put.document}
