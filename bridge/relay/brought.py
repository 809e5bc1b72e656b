"""
What an employee has written down in the case store, as bytes to be accepted and back.

The form is ours: it comes by the same door as what a platform tells, with its pictures in it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bridge.domain.ids import ThreadId
from bridge.domain.inline import inline
from bridge.domain.messages import File
from bridge.domain.registering import Registered
from bridge.ports import Employee, Picture, Unreadable

SOURCE: Final = "casestore"
"""Whence such an event comes."""

ENDINGS: Final[Mapping[str, str]] = {"image/jpeg": "jpg", "image/png": "png"}


def event(its_id: str) -> str:
    return f"registration:{its_id}"


def pictures(found: Sequence[tuple[Picture, bytes]]) -> tuple[File, ...]:
    """What they were called on somebody's telephone is not told."""
    return tuple(
        File(
            ref=inline(body),
            name=f"skjermbilde.{ENDINGS.get(picture.type, 'bin')}",
            type=picture.type,
            size=len(body),
        )
        for picture, body in found
    )


def written(told: Registered, by: Employee) -> bytes:
    """The opposite of `read`."""
    whole: dict[str, Any] = {
        "key": told.key,
        "channel": told.channel,
        "thread": told.thread,
        "by": by.id,
        "role": by.role,
        "user": by.user,
        "at": told.at.isoformat(),
        "said_at": told.said_at.isoformat(),
        "ours": told.ours,
        "text": told.text,
        "answers": told.answers,
        "insists": told.insists,
        "pictures": [
            {"ref": each.ref, "name": each.name, "type": each.type, "size": each.size}
            for each in told.pictures
        ],
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def read(body: bytes) -> tuple[Registered, Employee]:
    """Raises `Unreadable`, and nothing else."""
    try:
        told = json.loads(body)
        thread = told["thread"]
        registered = Registered(
            key=told["key"],
            channel=told["channel"],
            thread=None if thread is None else ThreadId(thread),
            user=told["user"] or "",
            at=datetime.fromisoformat(told["at"]),
            said_at=datetime.fromisoformat(told["said_at"]),
            text=told["text"],
            pictures=tuple(File(**each) for each in told["pictures"]),
            answers=told["answers"],
            insists=told["insists"],
            ours=told["ours"],
        )
        by = Employee(id=told["by"], role=told["role"], active=True, user=told["user"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unreadable("not as we write it") from None
    return registered, by
