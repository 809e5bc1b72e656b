"""A whole journal, put together once: what the page, the PDF and the JSON are all made from."""

from dataclasses import dataclass, field
from datetime import datetime

from casestore.people.details import Details


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something the youth is not shown, for a third person's sake: why, by whom, when."""

    id: str
    reason: str
    said: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a message. `conversation` and `id` are how it is opened."""

    conversation: str
    id: str
    name: str = field(repr=False)
    type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    One message; `by` is `youth`, `caseworker` or `service`, `name` who it is shown as.

    `channel` is where it was said, when that is not where the conversation was.
    """

    position: int
    seq: int
    at: datetime
    by: str
    name: str = field(repr=False)
    kind: str
    of: int | None
    channel: str | None
    state: str | None
    text: str = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A correction, or the youth's own statement."""

    id: str
    kind: str
    at: datetime
    by: str
    words: str = field(repr=False)
    why: str = field(repr=False)
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """
    One thing in the journal: a transcript (`kind` is `transcript`) or a note (its kind).

    `words` is the note's; `messages` the transcript's. `readable` is False when what is stored
    could not be decrypted: said, and never hidden.
    """

    id: str
    kind: str
    title: str
    at: datetime
    until: datetime | None
    by: str
    case: str | None
    minutes: int | None
    words: str = field(repr=False)
    messages: tuple[Message, ...] = field(repr=False)
    added: tuple[Added, ...] = field(repr=False)
    left_out: LeftOut | None
    readable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody else in a case."""

    id: str
    name: str = field(repr=False)
    role: str
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTold:
    """A case about the youth: who is responsible, who else is in it, who it is shared with."""

    id: str
    number: str
    title: str | None = field(repr=False)
    status: str
    opened_at: datetime
    closed_at: datetime | None
    responsible: str
    parties: tuple[Party, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTold:
    """
    An answer or a withdrawal, with the exact text that was shown and the exact reply.

    `paper` is the id of the scan of what was signed; `named` whom it holds for; `judged` what a
    caseworker wrote of how well the youth understood it.
    """

    id: str
    purpose: str
    named: str | None = field(repr=False)
    answer: str
    at: datetime
    shown_at: datetime | None
    channel: str
    text_version: str | None
    text: str | None = field(repr=False)
    reply: str = field(repr=False)
    judged: str | None = field(repr=False)
    paper: str | None
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Somebody has read something; `by` is empty when it was the youth."""

    at: datetime
    by: str
    role: str
    what: str
    said: str
    of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that was told to somebody outside."""

    id: str
    at: datetime
    to: str = field(repr=False)
    what: str = field(repr=False)
    why: str = field(repr=False)
    basis: str
    by: str
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """So many copies of a conversation in one place, and what became of them."""

    place: str
    verdict: str
    said: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiped:
    """What became of the copies of one conversation."""

    conversation: str
    at: datetime
    channel: str
    filed: bool
    copies: tuple[Copies, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something the youth has asked for in the chat."""

    kind: str
    at: datetime
    due_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """
    That what is written on `channel` is read with the rest from then on, or no longer.

    `role` is of whoever decided it; where the rules did, of whoever proposed it, and None where
    nobody did: it was taken apart by itself.
    """

    at: datetime
    channel: str
    apart: bool
    by_rule: bool
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnJournal:
    """Everything there is about a youth, as of `made_at`. Newest first, throughout."""

    person: str
    team: str
    made_at: datetime
    about: Details = field(repr=False)
    cases: tuple[CaseTold, ...]
    chapters: tuple[Chapter, ...]
    drafts: int
    consents: tuple[ConsentTold, ...]
    told: tuple[Told, ...]
    reads: tuple[Read, ...]
    wiped: tuple[Wiped, ...]
    requests: tuple[Request, ...]
    joinings: tuple[Joining, ...]
