"""Who works here, and who else can read the room."""

import logging

from bridge.domain.canonical import Document
from bridge.domain.cards import Alarm
from bridge.domain.errands import Errands
from bridge.domain.transcript import moment
from bridge.ports import RecordRefused, RecordUnreachable, SendFailed, Surroundings

log = logging.getLogger(__name__)


class Colleagues:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._told: frozenset[str] = frozenset()

    async def refresh(self) -> None:
        """Who is employed now, as the case store says; its last word holds while it is away."""
        try:
            employees = await self._around.record.employees()
        except (RecordUnreachable, RecordRefused):
            return
        async with self._around.vault.begin() as tx:
            await tx.staff.replace(employees)

    async def strangers(self) -> frozenset[str]:
        """
        Those who can read the room and are not current employees; each is told of once.

        Who can *read* a room is Slack's decision, so it is watched. Raises `SendFailed`.
        """
        readers = await self._around.workspace.readers(self._around.practice.room)
        async with self._around.vault.begin() as tx:
            linked = {e.user for e in await tx.staff.all() if e.active and e.user}
        return readers - linked

    async def watch(self) -> None:
        try:
            strangers = await self.strangers()
        except SendFailed as failed:
            log.warning("cannot see who reads the room reason=%s", failed.reason)
            return
        fresh = strangers - self._told
        now = self._around.clock.now()
        errands = Errands(new=self._around.mint.new, now=now, team=self._around.practice.team)
        async with self._around.vault.begin() as tx:
            for user in sorted(fresh):
                await tx.outbox.add(errands.alarm(Alarm.UNLINKED_READER, user=user))
                stuck: Document = {
                    "kind": "unlinked_reader", "conversation": None, "alias": None,
                    "since": moment(now), "resolved_at": None, "reason": "unlinked_reader",
                }  # fmt: skip
                await tx.outbox.add(errands.record(f"stuck/reader-{user}", stuck))
        self._told = strangers
