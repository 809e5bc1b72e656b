"""Where the words lie besides here, and what is known of each copy."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, case, delete, func, or_, select, update

from bridge.domain.copies import Copy, Place, Verdict, Whose
from bridge.domain.ids import ConversationId, CopyId, Ref, ThreadId
from bridge.vault.keys import DataKey
from bridge.vault.tables import copies
from bridge.vault.under import under
from bridge.vault.work import NotHere, Work, our

OURS: Final = {place.value: place for place in Place if place is not Place.CHANNEL}
"""What a row calls any other place is the name of a channel."""


NOT_FOUND: Final[dict[str, object]] = {"ref_mark": None, "ref": None}
OF_REF: Final = (
    select(copies)
    .where(our(copies), copies.c.ref_mark == bindparam("mark"))
    .order_by(copies.c.number)
)
KNOWN: Final = select(copies.c.ref_mark).where(
    our(copies), copies.c.ref_mark.in_(bindparam("marks", expanding=True))
)
WHOSE: Final = select(copies.c.thread, copies.c.conversation, copies.c.seq).where(
    our(copies), copies.c.id == bindparam("copy")
)
CHANGE: Final = update(copies).where(our(copies), copies.c.id == bindparam("its_id"))


class SqlCopies:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def expect(self, copy: Copy) -> None:
        row = {
            "team": self._work.team,
            "id": copy.id,
            "thread": copy.thread,
            "conversation": copy.conversation,
            "place": copy.where,
            "whose": copy.whose.value,
            **NOT_FOUND,
            **await self._row_of(copy),
        }
        self._work.later.insert(copies, row)
        self._work.foreseen.changed(copies, copy.conversation, copy.seq)
        self._work.foreseen.unknown.discard(str(row["ref_mark"]))

    async def found(self, copy: CopyId, ref: Ref, *, erasable_until: datetime | None) -> None:
        found = self._work.foreseen.copies.get(copy)
        found = found or await self._work.one(WHOSE, self._work.our(copy=copy))
        if found is None:
            raise NotHere(copy)
        key = await self._work.keys.find(found.thread)
        values = {**self._written(copy, ref, key), "erasable_until": erasable_until}
        self._work.later.change(CHANGE, copy, self._work.our(its_id=copy, **values))
        self._work.foreseen.changed(copies, found.conversation, found.seq)
        self._work.foreseen.unknown.discard(str(values["ref_mark"]))

    async def never_was(self, copy: CopyId) -> None:
        await self._work.run(delete(copies).where(self._work.ours(copies), copies.c.id == copy))

    async def foresee(self, refs: Collection[Ref]) -> None:
        marks = set(self._work.marks("ref", [(ref,) for ref in refs]))
        rows = await self._work.all(KNOWN, self._work.our(marks=sorted(marks)))
        self._work.foreseen.unknown.update(marks - {row.ref_mark for row in rows})

    async def by_ref(self, ref: Ref) -> Sequence[Copy]:
        """Two youths' messages may go by the same number; whose it is, is for the caller."""
        mark = self._work.mark("ref", ref)
        if mark in self._work.foreseen.unknown:
            return ()
        return await read_all(self._work, await self._work.all(OF_REF, self._work.our(mark=mark)))

    async def of_entry(self, conversation: ConversationId, seq: int) -> Sequence[Copy]:
        return await read_all(self._work, await under(self._work, copies, conversation, seq))

    async def of(self, conversation: ConversationId) -> Sequence[Copy]:
        return await self._list(copies.c.conversation == conversation)

    async def told_of(self, conversation: ConversationId) -> Sequence[Copy]:
        rows = await self._rows(copies.c.conversation == conversation)
        return [_copy(row, None) for row in rows]

    async def erasable_until(self, conversation: ConversationId) -> datetime | None:
        # Not as a condition: all that still lies somewhere would be looked through for it.
        pending = case((copies.c.verdict == Verdict.PENDING.value, copies.c.erasable_until))
        soonest: datetime | None = await self._work.scalar(
            select(func.min(pending)).where(
                self._work.ours(copies),
                copies.c.conversation == conversation,
                copies.c.place.not_in(list(OURS)),
            )
        )
        return soonest

    async def by_hand(self) -> Sequence[Copy]:
        return await self._list(
            copies.c.verdict == Verdict.BY_HAND.value, copies.c.place.not_in(list(OURS))
        )

    async def due(self, now: datetime, *, hold: timedelta, limit: int) -> Sequence[Copy]:
        rows = await self._work.all(
            select(copies)
            .where(
                self._work.ours(copies),
                copies.c.due_at <= now,
                or_(copies.c.held_until.is_(None), copies.c.held_until <= now),
            )
            .order_by(copies.c.due_at, copies.c.number)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if rows:
            numbers = [row.number for row in rows]
            await self._work.run(
                update(copies).where(copies.c.number.in_(numbers)).values(held_until=now + hold)
            )
        return await read_all(self._work, rows)

    async def save(self, copy: Copy) -> None:
        """Lets go of a copy that `due` has handed out; a reference once found is never lost."""
        await self._set(copy.id, **await self._row_of(copy), held_until=None)

    async def fall_due(
        self, conversation: ConversationId, places: Collection[Place], now: datetime
    ) -> None:
        await self._work.run(
            update(copies)
            .where(
                self._work.ours(copies),
                copies.c.conversation == conversation,
                copies.c.place.in_([place.value for place in places]),
            )
            .values(due_at=func.coalesce(copies.c.due_at, now), held_until=None)
        )

    async def next_due(self) -> datetime | None:
        """The soonest that `due` has something to hand out."""
        free = await self._soonest(copies.c.due_at, copies.c.held_until.is_(None))
        held = await self._soonest(copies.c.held_until, copies.c.held_until.is_not(None))
        return min((moment for moment in (free, held) if moment is not None), default=None)

    async def _soonest(
        self, when: ColumnElement[datetime], which: ColumnElement[bool]
    ) -> datetime | None:
        soonest: datetime | None = await self._work.scalar(
            select(func.min(when)).where(
                self._work.ours(copies), copies.c.due_at.is_not(None), which
            )
        )
        return soonest

    async def _list(self, *where: ColumnElement[bool]) -> Sequence[Copy]:
        return await read_all(self._work, await self._rows(*where))

    async def _rows(self, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        return await self._work.all(
            select(copies).where(self._work.ours(copies), *where).order_by(copies.c.number)
        )

    async def _row_of(self, copy: Copy) -> dict[str, object]:
        key = None if copy.ref is None else await self._work.keys.find(copy.thread)
        return {
            "seq": copy.seq,
            "author": copy.author,
            "keep": copy.keep,
            "erasable_until": copy.erasable_until,
            "verdict": copy.verdict.value,
            "evidence": copy.evidence,
            "until": copy.until,
            "attempts": copy.attempts,
            "looks": copy.looks,
            "due_at": copy.due_at,
            **({} if copy.ref is None else self._written(copy.id, copy.ref, key)),
        }

    def _written(self, copy: CopyId, ref: Ref, key: DataKey | None) -> dict[str, object]:
        if key is None:
            return NOT_FOUND
        return {
            "ref_mark": self._work.mark("ref", ref),
            "ref": key.write(ref, number=copy, column="ref"),
        }

    async def _set(self, copy: CopyId, **values: object) -> None:
        changed = await self._work.run(CHANGE, self._work.our(its_id=copy, **values))
        if changed.rowcount != 1:
            raise NotHere(copy)


async def read_all(work: Work, rows: Sequence[Row[Any]]) -> list[Copy]:
    await work.keys.hold({row.thread for row in rows if row.ref is not None})
    return [await _read(work, row) for row in rows]


async def _read(work: Work, row: Row[Any]) -> Copy:
    ref = None
    if row.ref is not None:
        key = await work.keys.get(row.thread)
        ref = Ref(key.read(row.ref, number=row.id, column="ref"))
    return _copy(row, ref)


def _copy(row: Row[Any], ref: Ref | None) -> Copy:
    return Copy(
        id=CopyId(row.id),
        thread=ThreadId(row.thread),
        conversation=ConversationId(row.conversation),
        seq=row.seq,
        place=OURS.get(row.place, Place.CHANNEL),
        channel=None if row.place in OURS else row.place,
        whose=Whose(row.whose),
        author=row.author,
        ref=ref,
        keep=row.keep,
        erasable_until=row.erasable_until,
        verdict=Verdict(row.verdict),
        evidence=row.evidence,
        until=row.until,
        attempts=row.attempts,
        looks=row.looks,
        due_at=row.due_at,
    )
