"""
A conversation's words go, all of them, with the key they lay under.

In one transaction; or, of a long one, the key by itself first, and then in pieces what nobody
can read any longer.
"""

from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from bridge.domain.delivery import ARRIVED, State, What
from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import NotAllWordsAccountedFor
from bridge.vault.tables import attachments, conversations, deliveries, documents, entries
from bridge.vault.work import Work

SETTLED: Final = [s.value for s in ARRIVED | {State.WITHDRAWN, State.LEFT}]


class StillReadable(Exception):
    """It has its key yet, and nothing of it is swept away."""


async def erase(work: Work, conversation: ConversationId, count: int) -> None:
    """
    Raises `NotAllWordsAccountedFor` unless exactly `count` entries go; the caller rolls back.
    Where the key has gone before, they were counted before it went, and here goes what is left.

    What remains is the ledger's row: ids, digest, counts, times. And what is still to be
    sent keeps its ids and codes until it has been.
    """
    readable = await work.keys.find(conversation) is not None
    for table in (attachments, documents):
        await work.run(delete(table).where(work.ours(table), table.c.conversation == conversation))
    gone = await work.run(
        delete(entries).where(
            work.ours(entries),
            entries.c.conversation == conversation,
            entries.c.seq <= count,
        )
    )
    if readable and gone.rowcount != count:
        raise NotAllWordsAccountedFor(conversation)
    await _empty_deliveries(work, conversation)
    await destroy_key(work, conversation)


async def destroy_key(work: Work, conversation: ConversationId) -> None:
    """Work that is the same however long it was."""
    period = await work.keys.destroy(conversation)
    under = {} if period is None else {"erased_under": period}
    await work.run(
        update(conversations)
        .where(work.ours(conversations), conversations.c.id == conversation)
        .values(ending_about=None, **under)
    )
    # What has been settled keeps none: these are few.
    await work.run(
        update(deliveries)
        .where(work.ours(deliveries), deliveries.c.words_key == conversation)
        .values(words=None, words_key=None)
    )


async def sweep(work: Work, conversation: ConversationId, at_most: int) -> bool:
    """
    Delete some of what nobody can read any longer; whether there may be more.

    Raises `StillReadable`.
    """
    if await work.keys.find(conversation) is not None:
        raise StillReadable(conversation)
    for table, number in ((attachments, attachments.c.number), (entries, entries.c.seq)):
        mine = (work.ours(table), table.c.conversation == conversation)
        some = select(number).where(*mine).order_by(number).limit(at_most)
        found = [row[0] for row in await work.all(some)]
        if found:
            upto = number <= found[-1]
            await work.run(delete(table).where(*mine, upto))
        if len(found) == at_most:
            return True
    return False


async def _empty_deliveries(work: Work, conversation: ConversationId) -> None:
    mine = (work.ours(deliveries), deliveries.c.conversation == conversation)
    await work.run(update(deliveries).where(*mine, over()).values(params=None, params_key=None))


def over() -> ColumnElement[bool]:
    """Deliveries that nobody will send again; evidence on its way to the record may yet be."""
    return or_(
        deliveries.c.state.in_(SETTLED),
        and_(deliveries.c.state == State.FAILED.value, deliveries.c.what != What.RECORD.value),
    )
