"""What a batch is about to ask for one by one, found together: by address, and what is newest."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select, tuple_

from bridge.domain.ids import Address, Ref, ThreadId
from bridge.vault.tables import conversations, threads
from bridge.vault.work import Work, our

AT: Final = select(threads.c.id).where(
    our(threads),
    threads.c.channel.in_(bindparam("channels", expanding=True)),
    threads.c.address_mark.in_(bindparam("marks", expanding=True)),
)
ROOTED: Final = select(conversations.c.id, conversations.c.thread, conversations.c.root_mark).where(
    our(conversations), conversations.c.root_mark.in_(bindparam("marks", expanding=True))
)
OF_THEM: Final = (our(conversations), conversations.c.thread.in_(bindparam("its", expanding=True)))
NEWEST: Final = (
    select(conversations)
    .where(
        *OF_THEM,
        tuple_(conversations.c.thread, conversations.c.number).in_(
            select(conversations.c.thread, func.max(conversations.c.number))
            .where(*OF_THEM)
            .group_by(conversations.c.thread)
        ),
    )
    .order_by(conversations.c.thread, conversations.c.number)
    .with_for_update(of=conversations)
)


async def at(work: Work, lines: Collection[tuple[str, Address]]) -> set[ThreadId]:
    """Whose these addresses are, each with its channel; not held."""
    channels = sorted({channel for channel, _ in lines})
    marks = sorted(work.marks("address", lines))
    rows = await work.all(AT, work.our(channels=channels, marks=marks))
    return {ThreadId(row.id) for row in rows}


async def newest(work: Work, of: Collection[ThreadId]) -> Sequence[Row[Any]]:
    """The newest conversation of each thread that has one; held as the threads are."""
    return await work.all(NEWEST, work.our(its=sorted(of)))


async def rooted(work: Work, roots: Collection[Ref]) -> Sequence[Row[Any]]:
    """Which talks have their heads there, and whose they are; not held."""
    marks = sorted(work.marks("root", [(root,) for root in roots]))
    return await work.all(ROOTED, work.our(marks=marks))
