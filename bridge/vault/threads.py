"""
Youths' lines to the team, and the stretches of talk on them.

Whoever reads a thread, or one conversation of it, holds the thread until the transaction
ends, so that what is written back is founded on what still stands.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from bridge.domain.aliases import as_written, names
from bridge.domain.consent import Question, Standing
from bridge.domain.ids import Address, ConsentId, ConversationId, Ref, Room, ThreadId
from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Conversation, Thread
from bridge.vault.ahead import at, newest, rooted
from bridge.vault.conversations import read, read_all, row_of
from bridge.vault.keys import DataKey
from bridge.vault.purging import forget_address
from bridge.vault.tables import conversations, threads
from bridge.vault.talks import SqlTalks
from bridge.vault.work import NotHere, Work, our


def _holding(its: Callable[[FromClause], ColumnElement[bool]]) -> Select[Any]:
    """A thread, held; what it is read in is held before it, so that no two wait for each other."""
    own = threads.alias("own")
    into = select(own.c.joined).where(own.c.team == bindparam("our_team"), its(own))
    return (
        select(threads)
        .where(our(threads), or_(its(threads), threads.c.id == into.scalar_subquery()))
        .order_by(threads.c.joined.is_not(None))
        .with_for_update()
    )


HELD: Final = _holding(lambda table: table.c.id == bindparam("thread"))
READ_IN: Final = select(threads.c.joined).where(
    our(threads),
    threads.c.id.in_(bindparam("several", expanding=True)),
    threads.c.joined.is_not(None),
)
SEVERAL: Final = (
    select(threads)
    .where(our(threads), threads.c.id.in_(bindparam("several", expanding=True)))
    .order_by(threads.c.joined.is_not(None), threads.c.id)
    .with_for_update()
)
HELD_AT: Final = _holding(
    lambda table: and_(
        table.c.channel == bindparam("channel"), table.c.address_mark == bindparam("mark")
    )
)
LINES: Final = (
    select(threads)
    .where(our(threads), threads.c.joined.in_(bindparam("several", expanding=True)))
    .order_by(threads.c.joined, threads.c.id)  # as they lie in an index
    .with_for_update()
)
SAVE: Final = update(threads).where(our(threads), threads.c.id == bindparam("its_id"))
TALKS: Final = select(conversations).where(
    our(conversations), conversations.c.id.in_(bindparam("talks", expanding=True))
)
KEPT: Final = TALKS.order_by(conversations.c.id).with_for_update()
TALK: Final = select(conversations).where(
    our(conversations), conversations.c.id == bindparam("talk")
)
ROOTED: Final = (
    select(conversations)
    .where(our(conversations), conversations.c.root_mark == bindparam("mark"))
    .limit(1)
)
LATEST: Final = (
    select(conversations)
    .where(our(conversations), conversations.c.thread == bindparam("its_thread"))
    .order_by(conversations.c.number.desc())
    .limit(1)
)
AMEND: Final = update(conversations).where(
    our(conversations), conversations.c.id == bindparam("its_id")
)


class SqlThreads(SqlTalks):
    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._met = work.met

    async def of(self, channel: str, address: Address) -> Thread | None:
        mark = self._work.mark("address", channel, address)
        if (known := self._met.lines.get(mark)) is not None:
            return await self.get(known)
        return await self._held(HELD_AT, channel=channel, mark=mark)

    async def expect(self, lines: Collection[tuple[str, Address]]) -> None:
        await self.hold(await at(self._work, lines), ())
        rows = await newest(self._work, self._met.threads)
        await self._work.keys.hold(row.id for row in rows)
        for talk in await read_all(self._work, rows):
            self._met.talks[talk.id] = talk
            self._met.kept.add(talk.id)
            self._met.latest[talk.thread] = talk.id

    async def expect_in(self, roots: Collection[Ref]) -> None:
        rows = await rooted(self._work, roots)
        talks = [ConversationId(row.id) for row in rows]
        await self.hold([ThreadId(row.thread) for row in rows], ())
        await self._work.keys.hold(talks)
        for row in await self._work.all(KEPT, self._work.our(talks=sorted(talks))):
            self._met.kept.add((await self._talk(row)).id)
        self._met.roots.update((row.root_mark, ConversationId(row.id)) for row in rows)

    async def hold(self, several: Collection[ThreadId], talks: Collection[ConversationId]) -> None:
        if wanted := set(several) - self._met.threads.keys():
            # Asked for by their ids, each of them by the index, and not by a question inside.
            read_in = await self._work.all(READ_IN, self._work.our(several=sorted(wanted)))
            wanted |= {ThreadId(row.joined) for row in read_in}
            await self._work.keys.hold(wanted)
            await self._held(SEVERAL, several=sorted(wanted - self._met.threads.keys()))
        if unread := set(talks) - self._met.talks.keys():
            rows = await self._work.all(TALKS, self._work.our(talks=sorted(unread)))
            held = [row for row in rows if ThreadId(row.thread) in self._met.threads]
            for talk in await read_all(self._work, held):
                self._met.talks[talk.id] = talk

    async def lines(self, thread: ThreadId) -> Sequence[Thread]:
        """Looked for for all that have been read at once: most have none."""
        await self._hold(thread)
        if thread not in self._met.joined:
            several = self._met.threads.keys() - self._met.joined.keys() | {thread}
            rows = await self._work.all(LINES, self._work.our(several=sorted(several)))
            self._met.joined.update({each: [] for each in several})
            for row in rows:
                line = self._met.threads.get(row.id) or await self._read(row)
                self._met.joined[ThreadId(row.joined)].append(line.id)
        return [self._met.threads[line] for line in self._met.joined[thread]]

    async def answered_on(self, thread: Thread) -> Thread:
        return thread if thread.speaks is None else await self.get(thread.speaks)

    async def named(self, alias: str) -> ThreadId | None:
        said = " ".join(alias.split())
        found = await self._work.scalar(
            select(threads.c.id).where(
                self._work.ours(threads), threads.c.alias.in_([said, as_written(said)])
            )
        )
        return None if found is None else ThreadId(found)

    async def add(self, thread: Thread) -> None:
        if thread.team != self._work.team:
            raise ValueError(f"thread {thread.id} is of another team")
        key = await self._work.keys.make(thread.id)
        self._met.joined.clear()
        await self._work.run(
            insert(threads).values(
                team=thread.team,
                id=thread.id,
                channel=thread.channel,
                alias=thread.alias,
                address_mark=self._work.mark("address", thread.channel, thread.address),
                address=key.write(thread.address, number=0, column="address"),
                made_at=self._work.clock.now(),
                **_row_of(thread, key),
            )
        )

    async def get(self, thread: ThreadId) -> Thread:
        found = self._met.threads.get(thread) or await self._held(HELD, thread=thread)
        if found is None:
            raise NotHere(thread)
        return found

    async def save(self, thread: Thread) -> None:
        """Everything but where it leads: channel, address and alias never change."""
        known = self._met.threads.get(thread.id)
        if known == thread:
            return
        key = await self._work.keys.find(thread.id)
        values = self._work.our(its_id=thread.id, **_row_of(thread, key))
        await self._change(SAVE, thread.id, values, held=known is not None)
        if known is None or known.joined != thread.joined:
            self._met.joined.clear()
        self._met.threads[thread.id] = thread

    async def forget(self, thread: ThreadId) -> None:
        await self._held(HELD, thread=thread)
        await forget_address(self._work, thread)

    async def newest(self, channel: str, limit: int) -> Sequence[tuple[ThreadId, str]]:
        into = threads.alias("into")
        rows = await self._work.all(
            select(threads.c.id, func.coalesce(into.c.alias, threads.c.alias).label("alias"))
            .outerjoin(into, and_(into.c.team == threads.c.team, into.c.id == threads.c.joined))
            .where(
                self._work.ours(threads),
                threads.c.channel == channel,
                threads.c.address_mark.is_not(None),
            )
            .order_by(func.coalesce(threads.c.last_youth_at, threads.c.made_at).desc())
            .limit(limit)
        )
        return [(ThreadId(row.id), row.alias) for row in rows]

    async def free_alias(self, draw: int) -> str:
        for some in names(draw):
            rows = await self._work.all(
                select(threads.c.alias).where(self._work.ours(threads), threads.c.alias.in_(some))
            )
            taken = {row.alias for row in rows}
            if free := [name for name in some if name not in taken]:
                return free[0]
        raise AssertionError("there is always a higher number")

    async def conversations(self, thread: ThreadId) -> Sequence[Conversation]:
        await self._hold(thread)
        return await self._list(conversations.c.thread == thread)

    async def latest(self, thread: ThreadId) -> Conversation | None:
        await self._hold(thread)
        if (known := self._met.latest.get(thread)) is not None:
            return await self.conversation(known)
        row = await self._work.one(LATEST, self._work.our(its_thread=thread))
        if row is None:
            return None
        self._met.latest[thread] = ConversationId(row.id)
        return self._met.talks.get(ConversationId(row.id)) or await self._talk(row)

    async def open(self, thread: ThreadId) -> Conversation | None:
        """Only the newest can be: another is begun when none is open, and none is reopened."""
        latest = await self.latest(thread)
        return latest if latest is not None and latest.stage is Stage.OPEN else None

    async def conversation(self, conversation: ConversationId) -> Conversation:
        found = self._met.talks.get(conversation)
        found = found or await self._one(TALK, self._work.our(talk=conversation))
        if found is None:
            raise NotHere(conversation)
        return found

    async def by_root(self, root: Ref) -> Conversation | None:
        mark = self._work.mark("root", root)
        known = self._met.talks.get(self._met.roots.get(mark, ConversationId("")))
        if known is not None and known.root == root:
            return known
        return await self._one(ROOTED, self._work.our(mark=mark))

    async def amend(self, conversation: Conversation) -> None:
        known = self._met.talks.get(conversation.id)
        if known == conversation:
            return
        row = await row_of(self._work, conversation)
        values = self._work.our(its_id=conversation.id, **row)
        await self._change(AMEND, conversation.id, values, held=known is not None)
        if known is not None:  # what has been said since whoever amends it read it, stays said
            self._met.talks[conversation.id] = replace(conversation, ledger=known.ledger)

    async def _change(
        self, which: Update, its: str, values: dict[str, object], *, held: bool
    ) -> None:
        """What is held is there, and need not be told at once to know that."""
        if held:
            self._work.later.change(which, its, values)
        elif (await self._work.run(which, values)).rowcount != 1:
            raise NotHere(its)

    async def _one(self, which: Select[Any], values: dict[str, object]) -> Conversation | None:
        row = await self._work.one(which, values)
        if row is not None and self._work.shared and ThreadId(row.thread) not in self._met.threads:
            await self._hold(ThreadId(row.thread))
            row = await self._work.one(which, values)
        return None if row is None else await self._talk(row)

    async def _talk(self, row: Row[Any]) -> Conversation:
        """Of a thread that is held."""
        talk = await read(self._work, row)
        self._met.talks[talk.id] = talk
        return talk

    async def _hold(self, thread: ThreadId) -> None:
        if self._work.shared and thread not in self._met.threads:
            await self._held(HELD, thread=thread)

    async def _held(self, which: Select[Any], **values: object) -> Thread | None:
        rows = await self._work.all(which, self._work.our(**values))
        found = [self._met.threads.get(row.id) or await self._read(row) for row in rows]
        return found[-1] if found else None

    async def _read(self, row: Row[Any]) -> Thread:
        """Of a thread that is held."""
        key = await self._work.keys.find(row.id)
        thread = Thread(
            id=ThreadId(row.id),
            team=row.team,
            channel=row.channel,
            alias=row.alias,
            address=_address(row, key),
            language=row.language,
            standing=Standing(row.standing),
            consent=None if row.consent is None else ConsentId(row.consent),
            question=_question(row, key),
            last_out=row.last_out,
            cooling_until=row.cooling_until,
            crisis_until=row.crisis_until,
            left=row.left,
            last_youth_at=row.last_youth_at,
            joined=None if row.joined is None else ThreadId(row.joined),
            joined_at=row.joined_at,
            speaks=None if row.speaks is None else ThreadId(row.speaks),
            room=None if row.room is None else Room(row.room),
        )
        self._met.threads[thread.id] = thread
        if row.address_mark is not None:
            self._met.lines[row.address_mark] = thread.id
        return thread


def _row_of(thread: Thread, key: DataKey | None) -> dict[str, object]:
    return {
        "language": thread.language,
        "standing": thread.standing.value,
        "consent": thread.consent,
        "question": _written(thread.question, key),
        "last_out": thread.last_out,
        "cooling_until": thread.cooling_until,
        "crisis_until": thread.crisis_until,
        "left": thread.left,
        "last_youth_at": thread.last_youth_at,
        "joined": thread.joined,
        "joined_at": thread.joined_at,
        "speaks": thread.speaks,
        "room": thread.room,
    }


def _address(row: Row[Any], key: DataKey | None) -> Address:
    """Empty once the youth's silence has made us forget it."""
    if row.address is None or key is None:
        return Address("")
    return Address(key.read(row.address, number=0, column="address"))


def _written(question: Question | None, key: DataKey | None) -> bytes | None:
    if question is None or key is None:
        return None
    fields = asdict(question)
    for name in ("asked_at", "shown_at"):
        fields[name] = None if fields[name] is None else fields[name].isoformat()
    return key.write(json.dumps(fields), number=0, column="question")


def _question(row: Row[Any], key: DataKey | None) -> Question | None:
    if row.question is None or key is None:
        return None
    fields = json.loads(key.read(row.question, number=0, column="question"))
    for name in ("asked_at", "shown_at"):
        fields[name] = None if fields[name] is None else datetime.fromisoformat(fields[name])
    return Question(**fields)
