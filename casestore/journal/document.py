"""The transcript document, exactly as agreed with the bridge, and how it is taken apart to lie."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from casestore.ids import Id
from casestore.problems import Problem
from casestore.received import Agreed, Code, Hex64, Time
from casestore.transfers.document import EndedTalk

CaseNumber = Annotated[str, Field(pattern=r"^\d{4}/\d{1,6}$")]


class AttachmentLine(Agreed):
    """A file that belongs to a message."""

    id: Id
    name: str = Field(repr=False, max_length=500)
    type: str = Field(max_length=200)
    size: int = Field(ge=0)
    sha256: Hex64


class MessageLine(Agreed):
    """One message, as it was said; `channel` is there when it was not on the transcript's own."""

    seq: int = Field(ge=1)
    at: Time
    by: Literal["youth", "caseworker", "service"]
    author: Id | None
    kind: Literal["said", "edited", "unsent", "placeholder"]
    text: str = Field(repr=False)
    of: int | None
    state: Code | None
    attachments: list[AttachmentLine] = Field(max_length=200)
    channel: Code = Field(default_factory=str)


class Transcript(EndedTalk):
    """A whole conversation."""

    case: CaseNumber | None
    consent: Id
    messages: list[MessageLine] = Field(repr=False, max_length=100_000)


def check(said: Transcript, *, conversation: str) -> None:
    """Refuse a document that contradicts itself or its address."""
    numbers = [message.seq for message in said.messages]
    if said.conversation != conversation:
        raise Problem(422, "malformed", "The document is not this conversation's.")
    if said.sealed_at < said.opened_at or numbers != sorted(set(numbers)):
        raise Problem(422, "malformed", "The messages or times are not in order.")
    attachments(said)


def attachments(said: Transcript) -> Mapping[str, AttachmentLine]:
    """Give every file of the transcript by its id."""
    files: dict[str, AttachmentLine] = {}
    for line in (file for message in said.messages for file in message.attachments):
        if files.setdefault(line.id, line).sha256 != line.sha256:
            raise Problem(422, "malformed", "One attachment id stands for two files.")
    return files


def channels(said: Transcript) -> list[str]:
    """Name the channels that something was said on, besides the transcript's own."""
    named = {message.channel for message in said.messages}
    return sorted(named - {"", said.channel})


def apart(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Take a document apart into its header and its messages."""
    header = {name: value for name, value in document.items() if name != "messages"}
    return header, list(document["messages"])


def together(header: Mapping[str, Any], messages: Iterable[Any]) -> dict[str, Any]:
    """Put a document together again."""
    return {**header, "messages": list(messages)}
