"""
What must be sent, lane by lane in the order it was made.

Every move is one of the domain's (`delivery.MOVES`), made with the row held, so that an
undo and a sender can never both win.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from bridge.domain.delivery import Delivery, Move, OutOfTurn, Reason, State, What, moved
from bridge.domain.ids import ConversationId, DeliveryId
from bridge.vault import parcels
from bridge.vault.lanes import (
    BLOCKING,
    FURTHEST_BACK_FIRST,
    WAITING,
    awaited,
    behind_another,
    due,
    held_by,
    in_doubt,
    of_held,
)
from bridge.vault.tables import copies, deliveries
from bridge.vault.under import under
from bridge.vault.work import NotHere, Work, our

BEHIND: Final = (
    select(deliveries)
    .where(
        our(deliveries),
        deliveries.c.lane == bindparam("lane"),
        deliveries.c.state.in_([*BLOCKING, State.UNCERTAIN.value]),
        # As in `behind_another`: not for SQLite to seek by together with a list.
        deliveries.c.number + 0
        > select(deliveries.c.number)
        .where(our(deliveries), deliveries.c.id == bindparam("lead"))
        .scalar_subquery(),
    )
    .order_by(deliveries.c.number)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update()
)
HELD: Final = (
    select(deliveries)
    .where(our(deliveries), deliveries.c.id == bindparam("delivery"))
    .with_for_update()
)
ALL_HELD: Final = (
    select(deliveries)
    .where(our(deliveries), deliveries.c.id.in_(bindparam("several", expanding=True)))
    .order_by(deliveries.c.number)
    .with_for_update()
)
READY: Final = (
    select(deliveries)
    .where(
        our(deliveries),
        deliveries.c.state == State.QUEUED.value,
        due(bindparam("now", type_=deliveries.c.not_before.type)),
        ~behind_another(),
    )
    .order_by(deliveries.c.number)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(of=deliveries, skip_locked=True)
)
READY_ALONG: Final = {shared: READY.where(of_held(shared=shared)) for shared in (True, False)}
TAKE: Final = (
    update(deliveries)
    .where(our(deliveries), deliveries.c.id.in_(bindparam("several", expanding=True)))
    .values(
        state=moved(State.QUEUED, Move.TAKEN).value,
        attempts=deliveries.c.attempts + 1,
        leased_until=bindparam("until"),
        reason=None,
    )
)
START: Final = func.coalesce(deliveries.c.not_before, deliveries.c.made_at)
NEXT: Final = select(
    *(
        select(func.min(when)).where(our(deliveries), which).scalar_subquery()
        for when, which in (
            (START, and_(deliveries.c.state == State.QUEUED.value, ~behind_another())),
            (START, in_doubt()),
            (deliveries.c.leased_until, deliveries.c.state == State.SENDING.value),
        )
    )
)
CHANGE: Final = update(deliveries).where(deliveries.c.number == bindparam("its_number"))


class SqlOutbox:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, delivery: Delivery) -> None:
        self._work.later.insert(deliveries, await parcels.pack(self._work, delivery))
        self._work.foreseen.changed(deliveries, delivery.conversation, delivery.seq)

    async def add_all(self, several: Sequence[Delivery]) -> None:
        for delivery in several:
            await self.add(delivery)

    async def claim(
        self,
        now: datetime,
        *,
        lease: timedelta,
        limit: int,
        besides: Collection[What] = (),
        along: bool = False,
    ) -> Sequence[Delivery]:
        ready, values = READY, self._work.our(now=now, at_most=limit)
        if along:
            ready = READY_ALONG[self._work.shared]
            values |= held_by(self._work)
        if besides:
            ready = ready.where(deliveries.c.what.not_in(sorted(besides)))
        rows = await self._work.all(ready, values)
        if not rows:
            return []
        await self._take(rows, now + lease)
        # What they are about is read next, to put together what they say.
        about = {row.thread for row in rows} | {row.conversation for row in rows}
        await self._work.keys.hold(about - {None})
        self._expect(rows)
        return [_taken(each) for each in await parcels.unpack_all(self._work, rows)]

    async def behind(self, lead: Delivery, now: datetime, *, limit: int) -> Sequence[Delivery]:
        asked = self._work.our(lane=lead.lane, lead=lead.id, at_most=limit)
        rows = await self._work.all(BEHIND, asked)
        ready = list(takewhile(partial(_can_go, now=now), rows))
        self._expect(ready)
        return await parcels.unpack_all(self._work, ready)

    async def take(self, several: Sequence[Delivery], until: datetime) -> Sequence[Delivery]:
        if several:
            await self._take(several, until)
        return [_taken(each) for each in several]

    async def foresee(self, several: Collection[DeliveryId]) -> None:
        rows = await self._held(several)
        self._expect(rows)
        about = [row for row in rows if row.seq is not None]
        for row in about[:1]:
            await under(self._work, copies, row.conversation, row.seq)
        # Where a card is up, what waited for it is moved.
        for row in [row for row in about if row.what == What.REPLY_CARD.value][:1]:
            await under(self._work, deliveries, row.conversation, row.seq)
            found = self._work.foreseen.everything(deliveries)
            await self._held([each.id for each in found if each.state == State.HELD.value])

    async def hold(self, deliveries_: Collection[DeliveryId], until: datetime) -> None:
        await self._work.run(
            update(deliveries)
            .where(
                self._work.ours(deliveries),
                deliveries.c.id.in_(deliveries_),
                deliveries.c.state == State.SENDING.value,
            )
            .values(leased_until=until)
        )

    async def lost(self, now: datetime) -> Sequence[Delivery]:
        silent = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
        rows = await self._work.all(
            self._mine(deliveries.c.state == State.SENDING.value, silent)
            .order_by(deliveries.c.number)
            .with_for_update(skip_locked=True)
        )
        state, reason = moved(State.SENDING, Move.LOST), Reason.NO_ANSWER
        await self._set(rows, state=state.value, reason=reason.value, leased_until=None)
        found = await parcels.unpack_all(self._work, rows)
        return [replace(d, state=state, reason=reason) for d in found]

    async def uncertain(self, now: datetime) -> Sequence[Delivery]:
        """What only a person may decide is not among them."""
        rows = await self._work.all(
            self._mine(in_doubt(), due(now))
            .order_by(deliveries.c.number)
            .with_for_update(skip_locked=True)
        )
        return await parcels.unpack_all(self._work, rows)

    async def get(self, delivery: DeliveryId) -> Delivery:
        return (await parcels.unpack_all(self._work, [await self._row(delivery)]))[0]

    async def move(
        self,
        delivery: DeliveryId,
        move: Move,
        *,
        not_before: datetime | None = None,
        reason: Reason | None = None,
        attempt: int | None = None,
    ) -> Delivery:
        """`not_before` stays as it was unless a new one is given."""
        row = await self._row(delivery)
        if attempt is not None and row.attempts != attempt:
            raise OutOfTurn(f"{move} of attempt {attempt}, and it is at {row.attempts}")
        before = (await parcels.unpack_all(self._work, [row]))[0]
        after = replace(
            before,
            state=moved(before.state, move),
            not_before=not_before or before.not_before,
            attempts=before.attempts + (move is Move.TAKEN),
            made_at=self._work.clock.now() if move is Move.AGAIN else before.made_at,
            looks=0 if move is Move.NOT_THERE else before.looks,
            reason=reason,
        )
        values = {
            "state": after.state.value,
            "not_before": after.not_before,
            "attempts": after.attempts,
            "made_at": after.made_at,
            "looks": after.looks,
            "reason": None if reason is None else reason.value,
            "leased_until": None,
            **(lightened := parcels.lightened(row, after.state)),
        }
        self._change(row, values)
        self._work.foreseen.moved[after.id] = replace(after, words=None) if lightened else after
        return after

    async def put_back(self, delivery: DeliveryId, until: datetime) -> None:
        row = await self._row(delivery)
        values = {
            "state": moved(State(row.state), Move.BUSY).value,
            "attempts": row.attempts - 1,
            "not_before": until,
            "leased_until": None,
        }
        self._change(row, values)
        self._found_anew(row)

    async def look_later(self, delivery: DeliveryId, again: datetime, *, looked: bool) -> None:
        row = await self._row(delivery)
        self._change(row, {"looks": row.looks + int(looked), "not_before": again})
        self._found_anew(row)

    async def underway(self, conversation: ConversationId) -> int:
        return await self._count(
            deliveries.c.conversation == conversation,
            awaited(),
            or_(deliveries.c.state.in_(WAITING), in_doubt()),
        )

    async def in_lane(self, lane: str) -> int:
        """What is in doubt is not settled, whoever is to decide."""
        return await self._count(
            deliveries.c.lane == lane,
            deliveries.c.state.in_([*WAITING, State.UNCERTAIN.value]),
        )

    async def of_entry(self, conversation: ConversationId, seq: int) -> Sequence[Delivery]:
        rows = await under(self._work, deliveries, conversation, seq)
        found = await parcels.unpack_all(self._work, rows)
        return [self._work.foreseen.moved.get(each.id, each) for each in found]

    async def in_hands(self, conversation: ConversationId) -> Sequence[Delivery]:
        mine = self._mine(
            deliveries.c.conversation == conversation, deliveries.c.state == State.HANDED.value
        )
        rows = await self._work.all(mine.order_by(deliveries.c.number))
        # Sorted here, or SQLite reads all that was ever made in that order to spare itself this.
        return await parcels.unpack_all(self._work, sorted(rows, key=lambda row: row.made_at))

    async def states(self, conversation: ConversationId) -> Mapping[int, State]:
        rows = await self._work.all(
            select(deliveries.c.seq, deliveries.c.state).where(
                self._work.ours(deliveries),
                deliveries.c.conversation == conversation,
                deliveries.c.seq.is_not(None),
                deliveries.c.what.in_([What.REPLY.value, What.SERVICE.value]),
            )
        )
        found: dict[int, State] = {}
        for row in rows:
            state = State(row.state)
            both = (state, found.get(row.seq, state))
            found[row.seq] = min(both, key=FURTHEST_BACK_FIRST.index)
        return found

    async def next_due(self) -> datetime | None:
        """Also when a lease runs out, and when what is in doubt is due for a look."""
        found = await self._work.one(NEXT, self._work.our())
        return min((moment for moment in found or () if moment is not None), default=None)

    def _mine(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(deliveries).where(self._work.ours(deliveries), *where)

    async def _take(self, several: Sequence[Row[Any] | Delivery], until: datetime) -> None:
        for each in several:
            self._found_anew(each)
        values = self._work.our(several=[each.id for each in several], until=until)
        await self._work.run(TAKE, values, told=True)

    async def _row(self, delivery: DeliveryId) -> Row[Any]:
        row = self._work.foreseen.deliveries.get(delivery)
        row = row or await self._work.one(HELD, self._work.our(delivery=delivery))
        if row is None:
            raise NotHere(delivery)
        return row

    def _change(self, row: Row[Any], values: Mapping[str, object]) -> None:
        """Of a delivery that is held."""
        self._work.foreseen.deliveries.pop(row.id, None)
        self._work.later.change(CHANGE, row.number, {"its_number": row.number, **values})

    def _found_anew(self, row: Row[Any] | Delivery) -> None:
        self._work.foreseen.deliveries.pop(row.id, None)
        self._work.foreseen.moved.pop(row.id, None)
        self._work.foreseen.changed(deliveries, row.conversation, row.seq)

    def _expect(self, rows: Sequence[Row[Any]]) -> None:
        """Of the entries that deliveries are about, whatever lies there is asked for next."""
        self._work.foreseen.expect(
            (row.conversation, row.seq)
            for row in rows
            if row.conversation is not None and row.seq is not None
        )

    async def _held(self, several: Collection[DeliveryId]) -> Sequence[Row[Any]]:
        """Rows with their keys, for whoever moves them one by one."""
        if not several:
            return []
        rows = await self._work.all(ALL_HELD, self._work.our(several=sorted(several)))
        self._work.foreseen.deliveries.update((row.id, row) for row in rows)
        owners = {row.params_key for row in rows} | {row.words_key for row in rows}
        await self._work.keys.hold(owners - {None})
        return rows

    async def _count(self, *where: ColumnElement[bool]) -> int:
        return await self._work.count(
            select(func.count()).select_from(deliveries).where(self._work.ours(deliveries), *where)
        )

    async def _set(self, rows: Sequence[Row[Any]], **values: object) -> None:
        if rows:
            numbers = [row.number for row in rows]
            await self._work.run(
                update(deliveries).where(deliveries.c.number.in_(numbers)).values(**values)
            )


def _can_go(row: Row[Any], *, now: datetime) -> bool:
    return row.state == State.QUEUED.value and (row.not_before is None or row.not_before <= now)


def _taken(delivery: Delivery) -> Delivery:
    state = moved(delivery.state, Move.TAKEN)
    return replace(delivery, state=state, attempts=delivery.attempts + 1, reason=None)
