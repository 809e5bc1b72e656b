"""The transfer log's chain (`casestore.chained`): what became of each conversation."""

from collections.abc import Sequence
from typing import Any, Final

from casestore.chained import Chained
from casestore.database import AnySession
from casestore.edge import Writing
from casestore.hashchain import Link
from casestore.transfers.tables import ChainEvent, ChainHead

TRANSFERS: Final = Chained(
    name="transfers",
    head=ChainHead,
    links=ChainEvent,
    beside={"conversation": "conversation"},
)

hold, verify_chain = TRANSFERS.hold, TRANSFERS.verify
current, links = TRANSFERS.current, TRANSFERS.all


async def append(writing: Writing, event: dict[str, Any]) -> Link:
    """Add an event. `event` holds ids, codes, counts, digests and times: no words, no alias."""
    return await TRANSFERS.append(writing, event)


async def append_all(writing: Writing, events: Sequence[dict[str, Any]]) -> list[Link]:
    """Add several, in order."""
    return await TRANSFERS.append_all(writing, events)


async def links_of(session: AnySession, conversation: str) -> list[Link]:
    """Give the links of one conversation in order."""
    return await TRANSFERS.some(session, ChainEvent.conversation == conversation)
