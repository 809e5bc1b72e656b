"""
What the case store tells, read: nothing taken on trust.

What is not as agreed means that something answered that is not the case store.
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bridge.domain.ids import ConversationId, EmployeeId, ThreadId
from bridge.ports import (
    Deletion,
    Employee,
    Join,
    Picture,
    RecordUnreachable,
    Waiting,
    WrittenDown,
)

Said = Mapping[str, object]
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LARGEST_FILE: Final = 20 * 1024 * 1024


class Trouble(StrEnum):
    """Why the case store was not reached; the text of a `RecordUnreachable`."""

    NO_ANSWER = "no-answer"
    NOT_UNDERSTOOD = "not-understood"  # something answered that is not the case store
    CREDENTIAL = "credential"  # ours is not accepted: an operator must act
    BUSY = "busy"
    FAILING = "failing"
    ATTACHMENT_MISSING = "attachment-missing"


def objects(said: Said, name: str) -> Sequence[Said]:
    found = said.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return found


def text(said: Said, name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not found:
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return found


def digest(said: Said) -> str:
    """Hex SHA-256."""
    found = text(said, "digest")
    if not _SHA256.fullmatch(found):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return found


def at(said: Said, name: str = "at") -> datetime:
    try:
        return datetime.strptime(text(said, name), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD) from None


def join(said: Said) -> Join:
    joined = said.get("joined")
    if not isinstance(joined, bool):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return Join(
        id=text(said, "id"),
        thread=ThreadId(text(said, "thread")),
        into=ThreadId(text(said, "into")),
        joined=joined,
        at=at(said),
    )


def deletion(said: Said) -> Deletion:
    thread, conversation = said.get("thread"), said.get("conversation")
    since = at(said)
    if not isinstance(thread, str | None) or not isinstance(conversation, str | None):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return Deletion(
        id=text(said, "id"),
        thread=None if thread is None else ThreadId(thread),
        conversation=None if conversation is None else ConversationId(conversation),
        at=since,
    )


def employee(said: Said) -> Employee:
    active, user = said.get("active"), said.get("slack_user")
    if not isinstance(active, bool) or not (user is None or isinstance(user, str)):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return Employee(id=text(said, "id"), role=text(said, "role"), active=active, user=user)


def waiting(said: Said) -> Waiting:
    return Waiting(id=_id(said, "id"), since=at(said, "since"))


def written_down(said: Said) -> WrittenDown:
    thread, alias, words = said.get("thread"), said.get("alias"), said.get("text")
    if not isinstance(thread, str | None) or not isinstance(alias, str | None):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    if not isinstance(words, str):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return WrittenDown(
        id=_id(said, "id"),
        channel=text(said, "channel"),
        thread=None if thread is None else ThreadId(thread),
        alias=alias,
        by=EmployeeId(_id(said, "by")),
        at=at(said),
        said_at=at(said, "said_at"),
        ours=_flag(said, "ours"),
        text=words,
        answers=_flag(said, "answers"),
        insists=_flag(said, "insists"),
        pictures=tuple(_picture(each) for each in objects(said, "pictures")),
    )


def picture(said: Said, wanted: Picture) -> bytes:
    """Raises where it is not the whole of the one that was asked for."""
    try:
        body = b64decode(text(said, "body"), validate=True)
    except ValueError:
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD) from None
    if said.get("id") != wanted.id or len(body) != wanted.size:
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return body


def _picture(said: Said) -> Picture:
    size = said.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= _LARGEST_FILE:
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return Picture(id=_id(said, "id"), type=text(said, "type"), size=size)


def _id(said: Said, name: str) -> str:
    """It is to stand in an address."""
    found = text(said, name)
    if not _ID.fullmatch(found):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return found


def _flag(said: Said, name: str) -> bool:
    found = said.get(name)
    if not isinstance(found, bool):
        raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return found
