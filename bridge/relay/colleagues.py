"""Who works here, and who else can read the rooms."""

import logging

from bridge.domain.canonical import Document
from bridge.domain.cards import Alarm
from bridge.domain.errands import Errands
from bridge.domain.ids import Room
from bridge.domain.transcript import moment
from bridge.ports import RecordRefused, RecordUnreachable, SendFailed, Surroundings

log = logging.getLogger(__name__)


class Colleagues:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._told: dict[Room, frozenset[str]] = {}
        self._together: dict[Room, frozenset[str]] = {}

    async def refresh(self) -> None:
        """Who is employed now, as the case store says; its last word holds while it is away."""
        try:
            employees = await self._around.record.employees()
        except (RecordUnreachable, RecordRefused):
            return
        async with self._around.vault.begin() as tx:
            await tx.staff.replace(employees)

    async def strangers(self, room: Room | None = None) -> frozenset[str]:
        """
        Those who can read the team's room, or another, and are not current employees.

        Who can *read* a room is Slack's decision, so it is watched. Raises `SendFailed`.
        """
        room = room or self._around.practice.room
        return (await self._around.workspace.readers(room)) - await self._linked()

    async def watch(self) -> None:
        """Each of them is told of once, in the room that they read."""
        practice = self._around.practice
        for room in dict.fromkeys(
            (practice.room, *practice.rooms, *filter(None, [practice.leader]))
        ):
            try:
                strangers = await self.strangers(room)
                if room in practice.rooms:
                    await self._alone(room)
            except SendFailed as failed:
                log.warning("cannot see who reads a room reason=%s", failed.reason)
                continue
            await self._tell(room, strangers - self._told.get(room, frozenset()))
            self._told[room] = strangers

    async def _alone(self, room: Room) -> None:
        """In a room of one person's there is nobody else to read what came to them."""
        readers = await self._around.workspace.readers(room)
        if len(readers) > 1 and readers != self._together.get(room):
            async with self._around.vault.begin() as tx:
                told = self._errands().alarm(Alarm.NOT_ALONE, to=room, count=len(readers))
                await tx.outbox.add(told)
        self._together[room] = readers

    async def _tell(self, room: Room, fresh: frozenset[str]) -> None:
        errands, now = self._errands(), self._around.clock.now()
        async with self._around.vault.begin() as tx:
            for user in sorted(fresh):
                await tx.outbox.add(errands.alarm(Alarm.UNLINKED_READER, to=room, user=user))
                stuck: Document = {
                    "kind": "unlinked_reader", "conversation": None, "alias": None,
                    "since": moment(now), "resolved_at": None, "reason": "unlinked_reader",
                }  # fmt: skip
                await tx.outbox.add(errands.record(f"stuck/reader-{user}", stuck))

    async def _linked(self) -> frozenset[str]:
        async with self._around.vault.begin() as tx:
            return frozenset(e.user for e in await tx.staff.all() if e.active and e.user)

    def _errands(self) -> Errands:
        around = self._around
        return Errands(new=around.mint.new, now=around.clock.now(), team=around.practice.team)
