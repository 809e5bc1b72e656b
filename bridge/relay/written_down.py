"""
What employees have written down in the case store is asked for, taken in, and confirmed.

    listed ─▶ asked for ─▶ looked at ─▶ on our disk ─▶ confirmed
                               └──────▶ not taken, and why

Nothing need be remembered here: whatever dies, it is listed until it has been confirmed or
refused, and what is on our disk already is known there by its id.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bridge.domain.backlog import RECORD, Backlog, Step
from bridge.domain.cards import Note
from bridge.domain.errands import Errands
from bridge.domain.ids import ThreadId
from bridge.domain.registering import Registered
from bridge.ports import (
    Employee,
    NotTaken,
    RecordRefused,
    RecordUnreachable,
    Surroundings,
    Transaction,
    WrittenDown,
)
from bridge.relay import brought
from bridge.relay.registering import Registering

log = logging.getLogger(__name__)

LATE: Final = timedelta(minutes=10)
"""After this, somebody is to look at why it is not taken in."""
EVERY: Final = 1_000_000

Accept = Callable[[str, str, bytes], Awaitable[bool]]


class FromRecord:
    def __init__(self, around: Surroundings, accept: Accept) -> None:
        self._around, self._accept = around, accept
        self._registering = Registering(around)
        self.waits_since: datetime | None = None
        """Since when the oldest that we could not end has waited; None: there is none."""
        self._waiting = 0

    async def follow(self) -> None:
        """One that cannot be taken in holds up no other."""
        since: list[datetime] = []
        try:
            for waiting in await self._around.record.written_down():
                since.append(waiting.since)
                if await self._ended(waiting.id):
                    since.pop()
        except RecordUnreachable:
            return  # whoever transfers says so; it is asked for again
        except RecordRefused as error:
            log.warning("what was written down is not told why=%s", error.refusal)
            return
        self.waits_since, self._waiting = min(since, default=None), len(since)

    @property
    def is_late(self) -> bool:
        now = self._around.clock.now()
        return self.waits_since is not None and now - self.waits_since > LATE

    @property
    def backlog(self) -> Backlog:
        """As it was when it was last asked for."""
        return Backlog(
            step=Step.WRITTEN_DOWN, of=RECORD, count=self._waiting, since=self.waits_since
        )

    async def _ended(self, its_id: str) -> bool:
        try:
            told = await self._around.record.ask_for(its_id)
            await self._one(told)
        except RecordRefused as error:
            # Withdrawn since it was listed, or a picture that is damaged there.
            log.warning("could not take in registration=%s why=%s", its_id, error.refusal)
            return False
        return True

    async def _one(self, told: WrittenDown) -> None:
        async with self._around.vault.begin() as tx:
            by = await self._employee(tx, told)
            found = await self._looked_at(tx, told, by)
            # After the looking: what stands there may be this very one.
            known = await tx.inbox.knows(brought.SOURCE, brought.event(told.id))
        if known:
            return await self._around.record.confirm_taken(told.id)
        if isinstance(found, NotTaken):
            await self._around.record.not_taken(told.id, found)
            return await self._tell(by, Note.NOT_TAKEN_IN)
        record = self._around.record
        pictures = [(each, await record.picture(told.id, each)) for each in told.pictures]
        body = brought.written(replace(found, pictures=brought.pictures(pictures)), by)
        await self._accept(brought.SOURCE, brought.event(told.id), body)
        return await self._around.record.confirm_taken(told.id)

    async def _looked_at(
        self, tx: Transaction, told: WrittenDown, by: Employee
    ) -> Registered | NotTaken:
        """Whose it is here, and whether it stands already; or why it is not taken in."""
        if not self._registering.is_carried(told.channel):
            return NotTaken.CHANNEL_OFF
        thread = told.thread
        if told.alias is not None:
            named = await self._named(tx, told.channel, told.alias)
            if named is None:
                return NotTaken.NOBODY
            thread = named
        registered = Registered(
            key=told.id, channel=told.channel, thread=thread, user=by.user or "", at=told.at,
            said_at=told.said_at, text=told.text, answers=told.answers, insists=told.insists,
            ours=told.ours,
        )  # fmt: skip
        try:
            await self._registering.address(tx, registered)
        except LookupError:
            return NotTaken.OUT_OF_REACH
        stands = await self._registering.standing(tx, registered)
        return registered if stands is None else NotTaken.STANDING

    async def _named(self, tx: Transaction, channel: str, alias: str) -> ThreadId | None:
        asked = " ".join(alias.split()).casefold()
        every: Sequence[tuple[ThreadId, str]] = await tx.threads.newest(channel, EVERY)
        return next((thread for thread, name in every if name.casefold() == asked), None)

    async def _employee(self, tx: Transaction, told: WrittenDown) -> Employee:
        """The record vouches for who wrote it down; we may not have heard of them yet."""
        known = next((e for e in await tx.staff.all() if e.id == told.by), None)
        return known or Employee(id=told.by, role="caseworker", active=True, user=None)

    async def _tell(self, by: Employee, note: Note) -> None:
        """In the room, to nobody else; the case store's own page says why."""
        if by.user is None:
            return
        errands = Errands(
            new=self._around.mint.new,
            now=self._around.clock.now(),
            team=self._around.practice.team,
        )
        async with self._around.vault.begin() as tx:
            room = self._around.practice.room
            await tx.outbox.add(errands.whisper(note, user=by.user, room=room))
