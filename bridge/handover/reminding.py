"""
Reminds the team of what only they can erase, every day until somebody has ticked it.

The chat that lies on the team's own telephone is the copy that nobody else will think of.
"""

from datetime import datetime

from bridge.domain.cards import Alarm
from bridge.domain.copies import to_tick
from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import Stage
from bridge.domain.transcript import moment
from bridge.handover.papers import Papers
from bridge.ports import Surroundings

STUCK = "not_cleared"
MARK = "not_cleared@"
"""How a mark begins that says on which day it was last said."""


class Reminding:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def remind(self) -> None:
        """While somebody is at work; first when a day has gone since it could be erased."""
        now, hours = self._around.clock.now(), self._around.practice.hours
        if not hours.is_open(now):
            return
        async with self._around.vault.begin() as tx:
            waiting = dict.fromkeys(c.conversation for c in await tx.copies.by_hand())
        for conversation in waiting:
            await self._one(conversation, now)

    async def _one(self, conversation: ConversationId, now: datetime) -> None:
        practice = self._around.practice
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            left = to_tick(await tx.copies.of(conversation))
            since = papers.conversation.sealed_at or papers.conversation.last_at
            ended = papers.conversation.stage is not Stage.OPEN
            if not left or not ended or now - since < practice.limits.untransferred:
                return
            today = f"{MARK}{now.astimezone(practice.hours.zone).date()}"
            told = any(mark.startswith(MARK) for mark in papers.conversation.warned)
            if not await papers.mark(today):
                return
            await tx.outbox.add(
                papers.errands.alarm(
                    Alarm.NOT_CLEARED,
                    alias=papers.thread.alias,
                    channel=left[0].where,
                    count=len(left),
                    since=moment(since),
                )
            )
            if not told:
                await papers.stuck(STUCK, STUCK)
