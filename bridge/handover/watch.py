"""Tells people what has waited too long. Tells; never ends, deletes or sends anything."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.ageing import Alert, due, shuts_soon
from bridge.domain.cards import Alarm, Notice
from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import Stage
from bridge.domain.transcript import moment
from bridge.domain.windows import answer_by, shuts_at, window
from bridge.handover.papers import Papers
from bridge.ports import Surroundings

ROOM = {
    Alert.UNANSWERED_DAY: Alarm.UNANSWERED_DAY,
    Alert.UNTRANSFERRED_LONG: Alarm.UNTRANSFERRED_LONG,
}
THREAD = {
    Alert.UNANSWERED: Notice.UNANSWERED,
    Alert.UNTRANSFERRED: Notice.UNTRANSFERRED,
}

UNCARRIED = "uncarried:"
HEAD = "window:"
"""How a mark begins that says what the head of the thread last said of the window."""


class Watch:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def look(self, conversation: ConversationId) -> None:
        practice = self._around.practice
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            await self._window(papers)
            await self._in_hands(papers)
            for alert in due(
                papers.conversation, now=papers.now, hours=practice.hours, limits=practice.limits
            ):
                await papers.mark(alert.value)
                if alert in ROOM:
                    await tx.outbox.add(
                        papers.errands.alarm(
                            ROOM[alert], alias=papers.thread.alias, conversation=conversation
                        )
                    )
                    await papers.stuck(alert.value, alert.value)
                else:
                    await tx.outbox.add(
                        papers.errands.notice(
                            conversation,
                            THREAD[alert],
                            user=await self._owner(papers),
                            hours=int(practice.limits.unanswered / timedelta(hours=1)),
                        )
                    )

    async def _window(self, papers: Papers) -> None:
        """The head of the thread says by when; the owner is told before it is too late."""
        talk, last, now = papers.conversation, papers.line.last_youth_at, papers.now
        channel = self._around.channels.get(papers.line.channel)
        if channel is None or channel.capabilities.answer_within is None:
            return
        if talk.stage is not Stage.OPEN:
            return
        can = channel.capabilities
        head = f"{HEAD}{window(can, last, now)}@{answer_by(can, last, now)}"
        if head not in talk.warned:
            others = tuple(w for w in talk.warned if not w.startswith(HEAD))
            await papers.amend(replace(talk, warned=(*others, head)))
            await papers.tx.outbox.add(papers.errands.card(talk.id))
        shuts = shuts_at(can, last)
        limits = self._around.practice.limits
        if shuts is None or not shuts_soon(talk, shuts_at=shuts, now=now, limits=limits):
            return
        if await papers.mark(f"shuts@{shuts.isoformat()}"):
            await papers.tx.outbox.add(
                papers.errands.notice(
                    talk.id,
                    Notice.SHUTS_SOON,
                    user=await self._owner(papers),
                    channel=papers.line.channel,
                    at=moment(shuts),
                )
            )

    async def _in_hands(self, papers: Papers) -> None:
        """A card that nobody carries is an answer that nobody gives, also to who waits no more."""
        practice, talk = self._around.practice, papers.conversation
        if talk.stage is not Stage.OPEN or talk.unanswered:
            return
        for delivery in (await papers.tx.outbox.in_hands(talk.id))[:1]:
            waited = practice.hours.worked(delivery.made_at, papers.now)
            waited = waited if practice.hours.open else papers.now - delivery.made_at
            day = f"{UNCARRIED}{delivery.id}@{waited // practice.limits.unanswered_day}"
            due = waited >= practice.limits.unanswered
            if due and await papers.mark(day):
                await papers.tx.outbox.add(
                    papers.errands.alarm(
                        Alarm.UNCARRIED,
                        alias=papers.thread.alias,
                        conversation=talk.id,
                        user=await self._owner(papers),
                        channel=papers.thread.channel,
                    )
                )

    async def _owner(self, papers: Papers) -> str:
        """The workspace user who has taken it, if any."""
        owner = papers.conversation.owner
        return next((e.user or "" for e in await papers.tx.staff.all() if e.id == owner), "")
