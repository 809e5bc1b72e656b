"""
A delivery as a row, and back.

What it says of itself (ids, codes, references) lies under the youth's thread, or where there
is none under a key of its own. Words lie under the conversation and are forgotten with it,
but for evidence on its way to the record: that lies under the thread until it has come.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select

from bridge.domain.delivery import ARRIVED, Delivery, Reason, State, What
from bridge.domain.ids import ConversationId, DeliveryId, ThreadId
from bridge.vault.keys import DataKey
from bridge.vault.tables import conversations
from bridge.vault.work import Work

SETTLED: Final = ARRIVED | {State.WITHDRAWN, State.LEFT}


async def pack(work: Work, delivery: Delivery) -> dict[str, object]:
    hidden = delivery.params or delivery.words is not None
    about = await _key_for_params(work, delivery) if hidden else None
    key = await _key_for_words(work, delivery) or about
    return {
        "team": work.team,
        "id": delivery.id,
        "lane": delivery.lane,
        "what": delivery.what.value,
        "thread": delivery.thread,
        "conversation": delivery.conversation,
        "seq": delivery.seq,
        "params_key": about.owner if about and delivery.params else None,
        "params": _write(about, delivery, "params", _params(delivery)),
        "words_key": key.owner if key and delivery.words is not None else None,
        "words": _write(key, delivery, "words", delivery.words),
        "state": delivery.state.value,
        "not_before": delivery.not_before,
        "made_at": delivery.made_at,
        "attempts": delivery.attempts,
        "looks": delivery.looks,
        "reason": None if delivery.reason is None else delivery.reason.value,
    }


async def unpack_all(work: Work, rows: Sequence[Row[Any]]) -> list[Delivery]:
    owners = {row.params_key for row in rows} | {row.words_key for row in rows}
    await work.keys.hold(owners - {None})
    return [await _unpack(work, row) for row in rows]


def lightened(row: Row[Any], state: State) -> dict[str, None]:
    """What has been settled keeps no words."""
    gone = state in SETTLED and row.words_key is not None
    return {"words": None, "words_key": None} if gone else {}


async def _key_for_params(work: Work, delivery: Delivery) -> DataKey:
    thread: str | None = delivery.thread
    if thread is None and delivery.conversation is not None:
        thread = await work.scalar(
            select(conversations.c.thread).where(
                work.ours(conversations), conversations.c.id == delivery.conversation
            )
        )
    found = None if thread is None else await work.keys.find(thread)
    return found or await work.keys.make(delivery.id)


async def _key_for_words(work: Work, delivery: Delivery) -> DataKey | None:
    if delivery.words is None or delivery.conversation is None or delivery.what is What.RECORD:
        return None
    return await work.keys.find(delivery.conversation)


def _params(delivery: Delivery) -> str | None:
    return json.dumps(dict(delivery.params)) if delivery.params else None


def _write(key: DataKey | None, delivery: Delivery, column: str, text: str | None) -> bytes | None:
    if key is None or text is None:
        return None
    return key.write(text, number=delivery.id, column=column)


async def _read(work: Work, owner: str | None, row: Row[Any], column: str) -> str | None:
    if owner is None:
        return None
    key = await work.keys.get(owner)
    return key.read(getattr(row, column), number=row.id, column=column)


async def _unpack(work: Work, row: Row[Any]) -> Delivery:
    params = await _read(work, row.params_key, row, "params")
    return Delivery(
        id=DeliveryId(row.id),
        lane=row.lane,
        what=What(row.what),
        thread=None if row.thread is None else ThreadId(row.thread),
        conversation=None if row.conversation is None else ConversationId(row.conversation),
        seq=row.seq,
        params={} if params is None else json.loads(params),
        words=await _read(work, row.words_key, row, "words"),
        state=State(row.state),
        not_before=row.not_before,
        made_at=row.made_at,
        attempts=row.attempts,
        looks=row.looks,
        reason=None if row.reason is None else Reason(row.reason),
    )
