"""
What is filed: the transcript of a conversation, or the count of a contact.

Fixed at sealing and never altered: what was withdrawn before it was sent was never said,
and is left out; what is uncertain says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, cast

from bridge.domain.canonical import Document, Value
from bridge.domain.delivery import State
from bridge.domain.ids import ConsentId, ConversationId, ThreadId
from bridge.domain.messages import By, Entry, Kind

NEVER_SAID: Final = frozenset({State.WITHDRAWN})

HEADING: Final = frozenset(
    {"v", "conversation", "thread", "alias", "channel", "team", "opened_at", "sealed_at",
    "sealed_by", "topics", "salt"}
)  # fmt: skip
"""What both kinds of document say of themselves; nothing else outlives a withdrawal."""


def moment(at: datetime) -> str:
    """UTC with milliseconds, as everywhere on the wire: `2026-11-23T22:40:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What both kinds of document begin with; `salt` is 64 hex digits, kept only in the record."""

    conversation: ConversationId
    thread: ThreadId
    alias: str
    channel: str
    team: str
    opened_at: datetime
    sealed_at: datetime
    sealed_by: str
    salt: str = field(repr=False)
    topics: tuple[str, ...] = ()

    def document(self) -> dict[str, Value]:
        return {
            "v": 1,
            "conversation": self.conversation,
            "thread": self.thread,
            "alias": self.alias,
            "channel": self.channel,
            "team": self.team,
            "opened_at": moment(self.opened_at),
            "sealed_at": moment(self.sealed_at),
            "sealed_by": self.sealed_by,
            "topics": list(self.topics),
            "salt": self.salt,
        }


def transcript(
    heading: Heading,
    entries: Iterable[Entry],
    *,
    consent: ConsentId,
    case: str | None,
    states: Mapping[int, State],
    channels: Mapping[int, str] | None = None,
) -> Document:
    """
    `states` tells, by entry number, how far what we sent had come when it was sealed, and
    `channels` on which channel it was said: that of the heading where it does not say.
    """
    said = [e for e in entries if not _states(e, states) & NEVER_SAID]
    return {
        **heading.document(),
        "case": case,
        "consent": consent,
        "messages": [
            _message(entry, states.get(entry.seq)) | _elsewhere(entry, heading, channels or {})
            for entry in said
        ],
    }


def contact(heading: Heading, entries: Iterable[Entry], *, states: Mapping[int, State]) -> Document:
    """No words, no names: how much was said, by whom, about what."""
    said = [e for e in entries if not _states(e, states) & NEVER_SAID]
    messages = [_message(entry, None) for entry in said]
    return as_contact({**heading.document(), "messages": messages})


def as_contact(document: Document) -> Document:
    """What is left to file of a sealed transcript when its consent has been withdrawn."""
    messages = _rows(document["messages"])
    return {
        **{key: document[key] for key in HEADING},
        "count_youth": sum(_counts(m, By.YOUTH) for m in messages),
        "count_caseworker": sum(_counts(m, By.CASEWORKER) for m in messages),
        "count_attachments": sum(len(_rows(m["attachments"])) for m in messages),
    }


def _states(entry: Entry, states: Mapping[int, State]) -> set[State | None]:
    """How far it has come, and what it rewords: neither may have been taken back unsent."""
    return {states.get(entry.seq), states.get(entry.of or 0)}


def _counts(message: Document, by: By) -> bool:
    """A mark put on something said is not one more thing said."""
    said = message["kind"] == Kind.SAID
    return message["by"] == by and (
        said or (message["kind"] == Kind.PLACEHOLDER and message["of"] is None)
    )


def _rows(value: Value) -> Sequence[Document]:
    return cast("Sequence[Document]", value)


def _elsewhere(entry: Entry, heading: Heading, channels: Mapping[int, str]) -> dict[str, Value]:
    channel = channels.get(entry.seq) or channels.get(entry.of or 0) or heading.channel
    return {} if channel == heading.channel else {"channel": channel}


def _message(entry: Entry, state: State | None) -> dict[str, Value]:
    return {
        "seq": entry.seq,
        "at": moment(entry.at),
        "by": entry.by.value,
        "author": entry.author,
        "kind": entry.kind.value,
        "text": entry.text,
        "of": entry.of,
        "state": state.value if state else None,
        "attachments": [
            {"id": a.id, "name": a.name, "type": a.type, "size": a.size, "sha256": a.sha256}
            for a in entry.attachments
        ],
    }
