"""A youth no longer waits: somebody has answered, or has seen that no answer is needed."""

from bridge.domain.ageing import WAITED, dealt_with
from bridge.domain.canonical import Document
from bridge.domain.errands import Errands
from bridge.domain.threads import Conversation
from bridge.domain.transcript import moment
from bridge.ports import Transaction


def stuck(
    conversation: Conversation, alias: str, kind: str, errands: Errands, *, over: bool
) -> Document:
    """What the team leader's list says of it; `over`: it needs nobody any longer."""
    return {
        "kind": kind,
        "conversation": conversation.id,
        "alias": alias,
        "since": moment(conversation.last_youth_at or conversation.opened_at),
        "resolved_at": moment(errands.now) if over else None,
        "reason": kind,
    }


async def end_waiting(
    tx: Transaction, errands: Errands, conversation: Conversation, *, alias: str, upto: int
) -> None:
    """Note how far it is dealt with, and take what was told of it off the team leader's list."""
    after = dealt_with(conversation, upto)
    await tx.threads.amend(after)
    for kind in sorted(WAITED & (set(conversation.warned) - set(after.warned))):
        document = stuck(conversation, alias, kind, errands, over=True)
        await tx.outbox.add(errands.record(f"stuck/{kind}-{conversation.id}", document))
