"""A conversation's words go, all of them and in one transaction, with the key they lay under."""

from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, update

from bridge.domain.delivery import ARRIVED, State, What
from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import NotAllWordsAccountedFor
from bridge.vault.tables import attachments, conversations, deliveries, documents, entries
from bridge.vault.work import Work

SETTLED: Final = [s.value for s in ARRIVED | {State.WITHDRAWN, State.LEFT}]


async def erase(work: Work, conversation: ConversationId, count: int) -> None:
    """
    Raises `NotAllWordsAccountedFor` unless exactly `count` entries go; the caller rolls back.

    What remains is the ledger's row: ids, digest, counts, times. And what is still to be
    sent keeps its ids and codes until it has been.
    """
    for table in (attachments, documents):
        await work.run(delete(table).where(work.ours(table), table.c.conversation == conversation))
    gone = await work.run(
        delete(entries).where(
            work.ours(entries),
            entries.c.conversation == conversation,
            entries.c.seq <= count,
        )
    )
    if gone.rowcount != count:
        raise NotAllWordsAccountedFor(conversation)
    await _empty_deliveries(work, conversation)
    period = await work.keys.destroy(conversation)
    await work.run(
        update(conversations)
        .where(work.ours(conversations), conversations.c.id == conversation)
        .values(erased_under=period, ending_about=None)
    )


async def _empty_deliveries(work: Work, conversation: ConversationId) -> None:
    mine = (work.ours(deliveries), deliveries.c.conversation == conversation)
    await work.run(
        update(deliveries)
        .where(*mine, deliveries.c.words_key == conversation)
        .values(words=None, words_key=None)
    )
    await work.run(update(deliveries).where(*mine, over()).values(params=None, params_key=None))


def over() -> ColumnElement[bool]:
    """Deliveries that nobody will send again; evidence on its way to the record may yet be."""
    return or_(
        deliveries.c.state.in_(SETTLED),
        and_(deliveries.c.state == State.FAILED.value, deliveries.c.what != What.RECORD.value),
    )
