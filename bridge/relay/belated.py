"""
What a platform gave back; also when it comes so late that others have done something about it.

A process may stand still for longer than its lease (a machine that is moved, a database that
does not answer). What it was sending has been looked for, or sent again. What it made all the
same is a copy like any other, and is to be cleared with the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bridge.domain.copies import Erasure, Place
from bridge.domain.delivery import Delivery
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Stage
from bridge.ports import Surroundings, Transaction
from bridge.relay.compose import Content
from bridge.relay.copying import expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a platform gave back."""

    ref: Ref | None = None
    file: Ref | None = None
    erased: Mapping[Ref, Erasure] = field(default_factory=dict)


async def keep_track(
    around: Surroundings,
    tx: Transaction,
    delivery: Delivery,
    content: Content,
    sent: Sent,
) -> None:
    """Write down what was made, though it counts for nothing any longer."""
    for copy in expected(delivery, content):
        ref = sent.file if copy.place is Place.WORKSPACE_FILE else sent.ref
        if ref is None:
            continue
        try:
            await tx.copies.found(copy.id, ref, erasable_until=None)
        except LookupError:
            await tx.copies.expect(replace(copy, ref=ref))
        if (await tx.threads.conversation(copy.conversation)).stage is Stage.FORGOTTEN:
            for each in await tx.copies.of(copy.conversation):
                if each.id == copy.id:
                    await tx.copies.save(replace(each, due_at=around.clock.now()))
