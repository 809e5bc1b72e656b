"""
What the team has decided about who is the same youth is done here too, and confirmed.

Joining moves no word: what was said is filed with the conversation that it was said in. Only
what is written from now on is read in the one thread. Parting is done at once and in full, for
then it may have been two youths: what both have a part in is counted, and never filed.
Nothing need be remembered here: an order is done again until it is confirmed.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bridge.domain.canonical import digest
from bridge.domain.cards import Notice
from bridge.domain.copies import Place
from bridge.domain.errands import Errands
from bridge.domain.joining import joined, parted
from bridge.domain.lifecycle import Stage, Withdrawn
from bridge.domain.threads import Conversation, Thread
from bridge.domain.transcript import as_contact
from bridge.ports import Join, Lapse, RecordRefused, RecordUnreachable, Surroundings, Transaction

log = logging.getLogger(__name__)

LAPSED: Final[Mapping[Lapse, Notice]] = {
    Lapse.FORGOTTEN: Notice.JOIN_FORGOTTEN,
    Lapse.NOT_POSSIBLE: Notice.JOIN_NOT_POSSIBLE,
}


class Joined:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def follow(self) -> None:
        """In the order they were decided; what cannot be confirmed waits, and what is behind it."""
        try:
            for order in await self._around.record.joins():
                async with self._around.vault.begin() as tx:
                    lapsed = await self._one(tx, order)
                if lapsed is None:
                    await self._around.record.confirm_join(order.id)
                else:
                    await self._fell_away(order, lapsed)
        except RecordUnreachable:
            pass  # whoever transfers says so; it is asked for again
        except RecordRefused as error:
            log.warning("a join could not be confirmed why=%s", error.refusal)

    async def _one(self, tx: Transaction, order: Join) -> Lapse | None:
        """Why it cannot be done, or None where it is."""
        try:
            into = await tx.threads.get(order.into)
            line = await tx.threads.get(order.thread)
        except LookupError:
            return Lapse.FORGOTTEN if order.joined else None
        if order.joined and line.joined != into.id:
            lapsed = await self._cannot(tx, into, line)
            if lapsed is None:
                await self._join(tx, into, line)
            return lapsed
        if not order.joined and line.joined == into.id:
            await self._part(tx, into, line)
        return None

    async def _cannot(self, tx: Transaction, into: Thread, line: Thread) -> Lapse | None:
        """
        No chains; and where nobody can be reached any longer there is nothing to read in. What
        came to one person is read nowhere else before they hand it on.
        """
        if not (into.address and line.address):
            return Lapse.FORGOTTEN
        free = into.joined is None and line.joined is None and into.id != line.id
        free = free and into.room is None and line.room is None
        return None if free and not await tx.threads.lines(line.id) else Lapse.NOT_POSSIBLE

    async def _fell_away(self, order: Join, why: Lapse) -> None:
        """The record first, so that the room is told once; the room, where a talk is open."""
        log.warning("a join could not be done order=%s why=%s", order.id, why)
        await self._around.record.lapse_join(order.id, why)
        async with self._around.vault.begin() as tx:
            for its_id in (order.thread, order.into):
                try:
                    thread = await tx.threads.get(its_id)
                except LookupError:
                    continue
                await self._say(tx, thread, LAPSED[why])

    async def _join(self, tx: Transaction, into: Thread, line: Thread) -> None:
        now = self._around.clock.now()
        await tx.threads.save(joined(into, line))
        await tx.threads.save(replace(line, joined=into.id, joined_at=now))
        await self._tell(tx, into, Notice.JOINED, line)
        await self._tell(tx, line, Notice.JOINED_ELSEWHERE, into)

    async def _part(self, tx: Transaction, into: Thread, line: Thread) -> None:
        await tx.threads.save(parted(into, line))
        await tx.threads.save(replace(line, joined=None, joined_at=None))
        for talk in await tx.threads.conversations(into.id):
            if talk.stage is Stage.SEALED_JOURNAL and await self._part_of(tx, talk, line):
                left = as_contact(await tx.words.document(talk.id))
                await tx.words.move(talk.ledger, Withdrawn(digest=digest(left)), document=left)
        await self._tell(tx, into, Notice.PARTED, line)

    async def _part_of(self, tx: Transaction, talk: Conversation, line: Thread) -> bool:
        copies = await tx.copies.of(talk.id)
        return any(c.place is Place.CHANNEL and c.thread == line.id for c in copies)

    async def _tell(self, tx: Transaction, thread: Thread, notice: Notice, other: Thread) -> None:
        await self._say(tx, thread, notice, other=other.alias, channel=other.channel)

    async def _say(self, tx: Transaction, thread: Thread, notice: Notice, **params: str) -> None:
        talk = await tx.threads.open(thread.id)
        if talk is None:
            return
        errands = Errands(
            new=self._around.mint.new,
            now=self._around.clock.now(),
            team=self._around.practice.team,
            thread=thread.id,
        )
        await tx.outbox.add(errands.notice(talk.id, notice, **params))
        await tx.outbox.add(errands.card(talk.id))
