"""
Something urgent stands in a room that one person reads, who may be away: the others are told so.

They are told that, and neither whom nor what it is about. The team leader is told which room.
"""

from typing import Final

from bridge.domain.cards import Alarm
from bridge.domain.delivery import Delivery, What
from bridge.domain.errands import Errands
from bridge.ports import Surroundings, Transaction

URGENT: Final = frozenset({
    Alarm.CRISIS, Alarm.UNANSWERED_DAY, Alarm.UNTRANSFERRED_LONG, Alarm.DIGEST_MISMATCH,
    Alarm.WORDS_MISSING, Alarm.RECORD_REFUSED, Alarm.DELETED_STILL_TALKING,
})  # fmt: skip
"""What must not wait for one person to be back."""


async def ring(around: Surroundings, tx: Transaction, delivery: Delivery) -> None:
    """With the first attempt to tell that person; a room that is closed must not silence it."""
    if delivery.what is not What.ALARM or delivery.thread is None or delivery.attempts != 1:
        return
    room = (await tx.threads.get(delivery.thread)).room
    if room is None or delivery.params["alarm"] not in URGENT:
        return
    practice = around.practice
    told = Errands(new=around.mint.new, now=around.clock.now(), team=practice.team)
    if practice.leader in (None, room):
        await tx.outbox.add(told.alarm(Alarm.ELSEWHERE, to=practice.room, place=""))
    else:
        await tx.outbox.add(told.alarm(Alarm.ELSEWHERE, to=practice.leader, place=room))
