"""Tells people what has waited too long. Tells; never ends, deletes or sends anything."""

from datetime import timedelta

from bridge.domain.ageing import Alert, due
from bridge.domain.cards import Alarm, Notice
from bridge.domain.ids import ConversationId
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


class Watch:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def look(self, conversation: ConversationId) -> None:
        practice = self._around.practice
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
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
                    owner = papers.conversation.owner
                    users = {e.id: e.user for e in await tx.staff.all()}
                    await tx.outbox.add(
                        papers.errands.notice(
                            conversation,
                            THREAD[alert],
                            user=users.get(owner or "") or "",
                            hours=int(practice.limits.unanswered / timedelta(hours=1)),
                        )
                    )
