"""
What else was said in a post of which something is to go.

Where a room had fallen behind, one post holds several of a youth's messages. When one of them is
taken back the whole post goes, for only then can it be looked for and said to be gone; the others
are said again below. Where all of a talk is wiped, nothing is.
"""

from dataclasses import replace

from bridge.domain.copies import Copy, Place, Verdict, Whose
from bridge.domain.errands import Errands
from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Conversation
from bridge.ports import Surroundings, Transaction


async def say_the_rest_again(
    around: Surroundings, tx: Transaction, copy: Copy, talk: Conversation
) -> None:
    """In the transaction that lets `copy` be erased, so that no crash leaves the rest unsaid."""
    if talk.stage is not Stage.OPEN or copy.ref is None or not _is_post(copy):
        return
    now = around.clock.now()
    for other in await tx.copies.by_ref(copy.ref):
        if other.id == copy.id or other.due_at is not None or not _is_post(other):
            continue
        errands = Errands(
            new=around.mint.new, now=now, team=around.practice.team, thread=other.thread
        )
        await tx.copies.save(replace(other, due_at=now))
        if other.seq is not None:
            await tx.outbox.add(errands.words(other.conversation, other.seq))


def _is_post(copy: Copy) -> bool:
    ours = copy.place is Place.WORKSPACE and copy.whose is Whose.BOT
    return ours and copy.verdict is Verdict.PENDING
