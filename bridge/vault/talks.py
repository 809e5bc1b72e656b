"""
Which conversations somebody waits for something from: none of the lists is longer than what waits.

None of these is held: read one by itself before amending it.
"""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from bridge.domain.delivery import record_lane
from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Chat, Conversation
from bridge.vault.conversations import read_all
from bridge.vault.lanes import underway, unsettled
from bridge.vault.tables import conversations, deliveries
from bridge.vault.work import Work, our

LIVE: Final = [stage.value for stage in Stage if stage is not Stage.FORGOTTEN]
ON_THEIR_WAY: Final = [stage for stage in LIVE if stage != Stage.OPEN.value]
UNSETTLED: Final = frozenset(Chat) - {Chat.SETTLED}

# As the indexes that hold these alone say it: a value that comes later is not known to be it.
IS_OPEN: Final = conversations.c.stage == literal_column("'open'")
IS_OVER: Final = conversations.c.stage != literal_column("'open'")
IS_UNSETTLED: Final = conversations.c.chat != literal_column("'settled'")

MAY_SEAL: Final = (
    select(conversations.c.id)
    .where(
        our(conversations),
        IS_OPEN,
        conversations.c.ending_at.is_not(None),
        or_(
            conversations.c.last_youth > conversations.c.ending_seen,
            ~underway(deliveries.c.conversation == conversations.c.id),
        ),
    )
    .order_by(conversations.c.ending_at)
    .limit(bindparam("at_most", type_=Integer))
)
MAY_TRANSFER: Final = (
    select(conversations.c.id)
    .where(
        our(conversations),
        conversations.c.stage.in_(ON_THEIR_WAY),
        conversations.c.id.not_in(bindparam("besides", expanding=True)),
        or_(
            conversations.c.stage == Stage.TRANSFERRED.value,
            ~unsettled(deliveries.c.lane == literal(record_lane(None)) + conversations.c.thread),
        ),
    )
    .order_by(func.coalesce(conversations.c.sealed_at, conversations.c.opened_at))
    .limit(bindparam("at_most", type_=Integer))
)
ANY_SEALED: Final = (
    select(conversations.c.id)
    .where(our(conversations), conversations.c.stage.in_(ON_THEIR_WAY))
    .limit(1)
)


class SqlTalks:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def live(self) -> Sequence[Conversation]:
        return await self._list(conversations.c.stage.in_(LIVE))

    async def ending(self) -> Sequence[Conversation]:
        return await self._list(IS_OPEN, conversations.c.ending_at.is_not(None))

    async def sealed(self) -> Sequence[Conversation]:
        return await self._list(conversations.c.stage.in_(ON_THEIR_WAY))

    async def may_seal(self, limit: int) -> Sequence[ConversationId]:
        rows = await self._work.all(MAY_SEAL, self._work.our(at_most=limit))
        return [ConversationId(row.id) for row in rows]

    async def may_transfer(
        self, limit: int, *, besides: Collection[ConversationId] = ()
    ) -> Sequence[ConversationId]:
        values = self._work.our(at_most=limit, besides=sorted(besides))
        rows = await self._work.all(MAY_TRANSFER, values)
        return [ConversationId(row.id) for row in rows]

    async def any_sealed(self) -> bool:
        return bool(await self._work.all(ANY_SEALED, self._work.our()))

    async def open_after(
        self, thread: ThreadId | None, limit: int
    ) -> Sequence[tuple[ThreadId, ConversationId]]:
        rows = await self._work.all(
            select(conversations.c.thread, conversations.c.id)
            .where(self._work.ours(conversations), IS_OPEN, conversations.c.thread > (thread or ""))
            .order_by(conversations.c.thread)
            .limit(limit)
        )
        return [(ThreadId(row.thread), ConversationId(row.id)) for row in rows]

    async def settling(self, said: Collection[Chat] = UNSETTLED) -> Sequence[Conversation]:
        wanted = conversations.c.chat.in_([chat.value for chat in said])
        return await self._list(IS_OVER, IS_UNSETTLED, wanted)

    async def _list(self, *where: ColumnElement[bool]) -> list[Conversation]:
        rows = await self._work.all(
            select(conversations)
            .where(self._work.ours(conversations), *where)
            .order_by(conversations.c.opened_at, conversations.c.number)
        )
        return await read_all(self._work, rows)
