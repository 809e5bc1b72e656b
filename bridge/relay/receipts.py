"""
What a platform tells of how far our words have come: on the youth's phone, or read.

It moves a reply forward and never back, and changes nothing else; a service message is not
followed.
"""

from datetime import datetime

from bridge.domain.copies import Copy, Place
from bridge.domain.delivery import Delivery, Move, OutOfTurn, What
from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import Seen
from bridge.relay.copying import copy_id
from bridge.relay.desk import Desk


async def receipt(desk: Desk, seen: Seen) -> None:
    moved: set[tuple[ConversationId, int]] = set()
    for copy in await _copies(desk, seen):
        if copy.seq is None:
            continue
        for delivery in await desk.tx.outbox.of_entry(copy.conversation, copy.seq):
            about = delivery.what is What.REPLY and copy_id(delivery) == copy.id
            if about and _sent_by(delivery, seen.upto) and await _moved(desk, delivery, seen):
                moved.add((copy.conversation, copy.seq))
    for conversation, seq in sorted(moved):
        if (await desk.tx.threads.conversation(conversation)).stage is Stage.OPEN:
            await desk.tx.outbox.add(desk.errands.reply_card(conversation, seq))


async def _copies(desk: Desk, seen: Seen) -> list[Copy]:
    """Those named; and where it says only until when, those of the newest conversation."""
    found = [copy for ref in seen.refs for copy in await desk.tx.copies.by_ref(ref)]
    for talk in await _newest(desk) if seen.upto is not None else ():
        found += await desk.tx.copies.of(talk)
    return [c for c in found if c.thread == desk.line.id and c.place is Place.CHANNEL and c.ref]


async def _newest(desk: Desk) -> list[ConversationId]:
    """What was open on a channel of its own when it was joined goes on there until it ends."""
    talks = [await desk.latest()]
    if desk.line.id != desk.thread.id:
        talks += [*await desk.tx.threads.conversations(desk.line.id)][-1:]
    return [talk.id for talk in talks if talk is not None]


def _sent_by(delivery: Delivery, upto: datetime | None) -> bool:
    """It was let go no earlier than `not_before`; what was on its way then is not meant."""
    return upto is None or max(delivery.made_at, delivery.not_before or delivery.made_at) <= upto


async def _moved(desk: Desk, delivery: Delivery, seen: Seen) -> bool:
    try:
        await desk.tx.outbox.move(delivery.id, Move(seen.how.value))
    except OutOfTurn:
        return False
    return True
