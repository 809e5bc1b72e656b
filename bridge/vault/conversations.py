"""A conversation as a row, and back. The ledger's columns are written by `Words` alone."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from bridge.domain.ids import ConversationId, EmployeeId, Ref, Room, ThreadId
from bridge.domain.lifecycle import Filing, Ledger, Stage
from bridge.domain.threads import Chat, Conversation, Ending
from bridge.vault.work import Work


async def row_of(work: Work, conversation: Conversation) -> dict[str, object]:
    """Every column that `Threads.amend` may change."""
    root, ending = conversation.root, conversation.ending
    return {
        "room": conversation.room,
        "root_mark": None if root is None else work.mark("root", root),
        "root": None if root is None else await _write_root(work, conversation, root),
        "owner": conversation.owner,
        "ending_by": None if ending is None else ending.by,
        "ending_at": None if ending is None else ending.at,
        "ending_seen": None if ending is None else ending.seen,
        "ending_about": None if ending is None else await _write_about(work, conversation, ending),
        "sealed_at": conversation.sealed_at,
        "sealed_by": conversation.sealed_by,
        "last_youth": conversation.last_youth,
        "last_youth_at": conversation.last_youth_at,
        "handled": conversation.handled,
        "last_at": conversation.last_at,
        "postponed_until": conversation.postponed_until,
        "warned": [str(warning) for warning in conversation.warned],
        "chat": conversation.chat.value,
        "chat_asked_at": conversation.chat_asked_at,
    }


async def _write_root(work: Work, conversation: Conversation, root: Ref) -> bytes | None:
    key = await work.keys.find(conversation.thread)
    return key.write(root, number=conversation.id, column="root") if key else None


async def _write_about(work: Work, conversation: Conversation, ending: Ending) -> bytes | None:
    """Which case it belongs to is forgotten with the words."""
    if ending.case is None and not ending.topics:
        return None
    key = await work.keys.find(conversation.id)
    about = json.dumps({"case": ending.case, "topics": list(ending.topics)})
    return key.write(about, number=0, column="ending") if key else None


async def read_all(work: Work, rows: Sequence[Row[Any]]) -> list[Conversation]:
    """Fetches the keys of all of them at once."""
    owners = {row.thread for row in rows if row.root is not None}
    owners |= {row.id for row in rows if row.ending_about is not None}
    await work.keys.hold(owners)
    return [await read(work, row) for row in rows]


async def read(work: Work, row: Row[Any]) -> Conversation:
    return Conversation(
        ledger=ledger(row),
        thread=ThreadId(row.thread),
        opened_at=row.opened_at,
        room=None if row.room is None else Room(row.room),
        root=await _read_root(work, row),
        owner=None if row.owner is None else EmployeeId(row.owner),
        ending=await _read_ending(work, row),
        sealed_at=row.sealed_at,
        sealed_by=row.sealed_by,
        last_youth=row.last_youth,
        last_youth_at=row.last_youth_at,
        handled=row.handled,
        last_at=row.last_at,
        postponed_until=row.postponed_until,
        warned=tuple(row.warned),
        chat=Chat(row.chat),
        chat_asked_at=row.chat_asked_at,
    )


def ledger(row: Row[Any]) -> Ledger:
    return Ledger(
        conversation=ConversationId(row.id),
        stage=Stage(row.stage),
        last_seq=row.last_seq,
        filing=None if row.filing is None else Filing(row.filing),
        digest=row.digest,
    )


async def _read_root(work: Work, row: Row[Any]) -> Ref | None:
    if row.root is None:
        return None
    key = await work.keys.get(row.thread)
    return Ref(key.read(row.root, number=row.id, column="root"))


async def _read_ending(work: Work, row: Row[Any]) -> Ending | None:
    if row.ending_at is None:
        return None
    about: dict[str, Any] = {"case": None, "topics": []}
    if row.ending_about is not None:
        key = await work.keys.get(row.id)
        about = json.loads(key.read(row.ending_about, number=0, column="ending"))
    return Ending(
        by=None if row.ending_by is None else EmployeeId(row.ending_by),
        at=row.ending_at,
        seen=row.ending_seen,
        case=about["case"],
        topics=tuple(about["topics"]),
    )
