"""Works through what has been accepted, in the order it came; what waits together goes together."""

import logging
from collections.abc import Sequence
from typing import Final

from bridge.domain.canonical import Document
from bridge.domain.cards import Alarm
from bridge.domain.errands import Errands
from bridge.domain.messages import Commented, DeletionAsked, Inbound, Pressed, Said
from bridge.domain.speech import Event, Post
from bridge.domain.transcript import moment
from bridge.ports import Arrived, Surroundings, Transaction, Unreadable
from bridge.relay import brought
from bridge.relay.along import Along
from bridge.relay.registering import Registering
from bridge.relay.strangers import Strangers
from bridge.relay.team import FromTeam
from bridge.relay.youth import FromYouth

log = logging.getLogger(__name__)

WORKSPACE = "slack"

AT_ONCE: Final = 32
"""Events in one transaction: what comes in meanwhile waits for no more than those."""


class Incoming:
    def __init__(self, around: Surroundings, along: Along | None = None) -> None:
        self._around, self._along = around, along or Along()
        self._youth, self._team = FromYouth(around), FromTeam(around)
        self._strangers, self._registering = Strangers(around), Registering(around)
        self._stumbled: str | None = None
        self._singly = 0
        """How many are still to be taken one by one."""
        self._by_themselves = False
        """What is to be taken next is tried again, with nothing along."""

    async def work(self, limit: int = 100) -> int:
        """Work on what waits; how many events were seen to, fewer than `limit` if that was all."""
        done = 0
        while done < limit:
            few = 1 if self._singly else AT_ONCE
            seen = await self._some(few)
            done += seen
            if seen < few and not self._singly and not self._by_themselves:
                break
        return done

    async def _some(self, few: int) -> int:
        """
        Those that are next, in one transaction, and with it what can go because of them; how many.

        If one of them cannot be worked on nothing has happened, and they are taken one by one.
        """
        arrived: Sequence[Arrived] = ()
        along = self._along.is_on and not self._singly and not self._by_themselves
        self._by_themselves = False
        try:
            async with self._around.vault.begin() as tx:
                arrived = await tx.inbox.next(self._around.clock.now(), limit=few)
                presses = await self._take_all(tx, arrived)
                claimed = await self._along.claim(tx) if along and arrived else None
        except Exception as trouble:
            if not arrived:
                raise
            return await self._tried(arrived, trouble, along=along)
        self._singly = max(0, self._singly - 1)
        if arrived:
            self._along.done(claimed)
        for source, press in presses:
            await self._around.channels[source].answer(press)
        return len(arrived)

    async def _tried(self, arrived: Sequence[Arrived], trouble: Exception, *, along: bool) -> int:
        """None of them has been worked on; how many have been seen to."""
        why = type(trouble).__name__
        if along:
            log.warning("events taken with nothing along why=%s", why)
            self._by_themselves = True
            return 0
        if len(arrived) > 1:
            log.warning("events taken one by one why=%s", why)
            self._singly = len(arrived)
            return len(arrived)
        self._singly = max(0, self._singly - 1)
        await self._failed(arrived[0], trouble)
        return 1

    async def _take_all(
        self, tx: Transaction, arrived: Sequence[Arrived]
    ) -> Sequence[tuple[str, str]]:
        """Where something was pressed and what: to be answered when all is on disk."""
        presses: list[tuple[str, str]] = []
        read = {each.id: self._read(each) for each in arrived if each.source != brought.SOURCE}
        await self._expect(
            tx, [(each.source, read[each.id]) for each in arrived if each.id in read]
        )
        for each in arrived:
            press = await self._take(tx, each, read.get(each.id))
            if press is not None:
                presses.append((each.source, press))
        if arrived:
            await tx.inbox.done(*(each.id for each in arrived))
        return presses

    def _read(self, arrived: Arrived) -> Inbound | Event:
        """From a youth, or from the team. Raises `Unreadable`."""
        if arrived.source == WORKSPACE:
            return self._around.workspace.read(arrived.body)
        return self._around.channels[arrived.source].read(arrived.body)

    async def _expect(self, tx: Transaction, read: Sequence[tuple[str, Inbound | Event]]) -> None:
        """Whose these are, and that nothing is known yet of most of them, is found at once."""
        lines = {(source, each.address) for source, each in read if isinstance(each, Inbound)}
        if len(lines) > 1:
            await tx.threads.expect(lines)
        posts = [each for _, each in read if isinstance(each, Post)]
        facts = (each.fact for _, each in read if isinstance(each, Inbound))
        refs = {post.ref for post in posts} | {it.ref for it in facts if isinstance(it, Said)}
        if len(refs) < 2:
            return
        if roots := {post.root for post in posts if post.root is not None}:
            # Held first: whoever reads the gap beside us may be writing one of them down.
            await tx.threads.expect_in(roots)
        await tx.copies.foresee(refs)

    async def _take(
        self, tx: Transaction, arrived: Arrived, read: Inbound | Event | None
    ) -> str | None:
        """The press to be answered, if it was a button of the youth's."""
        if read is None:
            await self._registering.take(tx, *brought.read(arrived.body))
            return None
        if not isinstance(read, Inbound):
            await self._team.take(tx, read)
            return None
        channel = self._around.channels[arrived.source]
        if isinstance(read.fact, Commented | DeletionAsked):
            await self._strangers.take(tx, channel.name, read.fact)
            return None
        await self._youth.take(tx, channel, read)
        return read.fact.press if isinstance(read.fact, Pressed) else None

    async def _failed(self, arrived: Arrived, trouble: Exception) -> None:
        """
        One event that cannot be worked on must not stop the others.

        It is tried once more, for a database may stumble; then it is kept, with its words,
        until a person decides.
        """
        log.warning("could not work on event=%s why=%s", arrived.id, type(trouble).__name__)
        if isinstance(trouble, Unreadable) or arrived.id == self._stumbled:
            await self._set_aside(arrived, trouble)
        self._stumbled = arrived.id

    async def _set_aside(self, arrived: Arrived, poison: Exception) -> None:
        reason = "unreadable" if isinstance(poison, Unreadable) else type(poison).__name__
        now = self._around.clock.now()
        errands = Errands(new=self._around.mint.new, now=now, team=self._around.practice.team)
        stuck: Document = {
            "kind": "poison_update", "conversation": None, "alias": None,
            "since": moment(now), "resolved_at": None, "reason": reason,
        }  # fmt: skip
        async with self._around.vault.begin() as tx:
            await tx.inbox.set_aside(arrived.id, reason)
            await tx.outbox.add(errands.alarm(Alarm.POISON, source=arrived.source))
            await tx.outbox.add(errands.record(f"stuck/{arrived.id}", stuck))
