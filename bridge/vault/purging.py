"""
What goes with time alone: where a silent youth can be reached, and that an event was seen.

Words never go this way; a conversation that is not forgotten keeps its whole thread.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, delete, exists, func, or_, select, update

from bridge.domain.copies import Verdict
from bridge.domain.lifecycle import Stage
from bridge.vault.erasing import over
from bridge.vault.tables import conversations, copies, data_keys, deliveries, inbox, threads
from bridge.vault.work import Work

SILENCE: Final = timedelta(days=90)
"""After this long a youth who writes again is new to us (architecture.md, «Keys»)."""

REMEMBERED: Final = timedelta(days=14)
"""A platform may tell the same event again for this long; Telegram keeps updates for a day."""


async def purge(
    begin: Callable[[], AbstractAsyncContextManager[Work]], now: datetime, *, silence: timedelta
) -> None:
    async with begin() as work:
        await _forget_events(work, now - REMEMBERED)
        await _forget_deliveries(work, now - REMEMBERED)
        silent = await work.all(_silent_since(work, now - silence))
    for row in silent:
        async with begin() as work:
            if await work.one(
                _silent_since(work, now - silence)
                .where(threads.c.id == row.id)
                .with_for_update(of=threads)
            ):
                await forget_address(work, row.id)


async def _forget_events(work: Work, before: datetime) -> None:
    """Only what is done has a time at which it was."""
    await work.run(delete(inbox).where(work.ours(inbox), inbox.c.done_at <= before))


async def _forget_deliveries(work: Work, before: datetime) -> None:
    """Those that are settled and belong to no conversation, or to one that is forgotten."""
    forgotten = exists().where(
        conversations.c.team == deliveries.c.team,
        conversations.c.id == deliveries.c.conversation,
        conversations.c.stage == Stage.FORGOTTEN.value,
    )
    gone = await work.all(
        delete(deliveries)
        .where(
            work.ours(deliveries),
            over(),
            deliveries.c.made_at <= before,
            or_(deliveries.c.conversation.is_(None), forgotten),
        )
        .returning(deliveries.c.id)
    )
    await work.run(
        delete(data_keys).where(
            work.ours(data_keys), data_keys.c.owner.in_([row.id for row in gone])
        )
    )


def _silent_since(work: Work, before: datetime) -> Select[Any]:
    """
    Threads with something left to forget, where nothing has happened since `before`.

    Of most that have been silent for so long nothing is left, not even a key; what else is asked
    hangs on the key, so that it is asked of the others alone.
    """
    in_use = exists().where(
        conversations.c.team == threads.c.team,
        or_(
            conversations.c.thread == data_keys.c.owner, conversations.c.thread == threads.c.joined
        ),
        or_(conversations.c.stage != Stage.FORGOTTEN.value, conversations.c.last_at > before),
    )
    line = threads.alias("line")
    read_in = exists().where(
        line.c.team == threads.c.team,
        line.c.joined == data_keys.c.owner,
        func.coalesce(line.c.last_youth_at, line.c.made_at) > before,
    )
    return (
        select(threads.c.id)
        .join(
            data_keys,
            and_(data_keys.c.team == threads.c.team, data_keys.c.owner == threads.c.id),
        )
        .where(
            work.ours(threads),
            func.coalesce(threads.c.last_youth_at, threads.c.made_at) <= before,
            ~in_use,
            ~read_in,
        )
    )


async def forget_address(work: Work, thread: str) -> None:
    work.met.forget()
    await work.run(
        update(threads)
        .where(work.ours(threads), threads.c.id == thread)
        .values(address=None, address_mark=None, question=None, joined=None, speaks=None)
    )
    await work.run(
        update(threads)
        .where(work.ours(threads), threads.c.joined == thread)
        .values(joined=None, joined_at=None)
    )
    await work.run(
        update(threads).where(work.ours(threads), threads.c.speaks == thread).values(speaks=None)
    )
    if not await _still_needed(work, thread):
        await _forget_references(work, thread)
        await work.keys.destroy(thread)


async def _still_needed(work: Work, thread: str) -> bool:
    """References are kept for as long as somebody is to erase or send something by them."""
    erasing = select(copies.c.number).where(
        work.ours(copies),
        copies.c.thread == thread,
        or_(
            and_(copies.c.verdict == Verdict.PENDING.value, copies.c.due_at.is_not(None)),
            copies.c.verdict == Verdict.BY_HAND.value,
        ),
    )
    # One key at a time: each has an index of its own.
    sending = (
        select(deliveries.c.number).where(work.ours(deliveries), key == thread, ~over())
        for key in (deliveries.c.params_key, deliveries.c.words_key)
    )
    for needed in (erasing, *sending):
        if await work.all(needed.limit(1)):
            return True
    return False


async def _forget_references(work: Work, thread: str) -> None:
    await work.run(
        update(copies)
        .where(work.ours(copies), copies.c.thread == thread)
        .values(ref=None, ref_mark=None)
    )
    await work.run(
        update(conversations)
        .where(work.ours(conversations), conversations.c.thread == thread)
        .values(root=None, root_mark=None)
    )
    for column in ("params", "words"):
        owner = deliveries.c[f"{column}_key"]
        await work.run(
            update(deliveries)
            .where(work.ours(deliveries), owner == thread)
            .values({column: None, owner.name: None})
        )
