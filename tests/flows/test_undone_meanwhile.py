"""What is undone in the very moment that its card comes up."""

import random
from pathlib import Path

from typing_extensions import override

from bridge.domain.delivery import Delivery, Move, State, What
from bridge.domain.ids import Ref
from bridge.ports import Surroundings, Transaction
from bridge.relay.consequences import Consequences
from bridge.relay.ticket import Ticket
from tests.support.crash_world import AMIR, ROOM
from tests.support.crossing import address, crossing


class ReadEarly(Ticket):
    """A ticket whose pieces were read before somebody else's transaction changed them."""

    def __init__(
        self, around: Surroundings, tx: Transaction, card: Delivery, read: list[Delivery]
    ) -> None:
        super().__init__(around, tx, card)
        self._read = read

    @override
    async def pieces(self) -> list[Delivery]:
        return self._read


async def test_a_reply_undone_while_its_card_comes_up_stays_undone(tmp_path: Path) -> None:
    """On PostgreSQL two transactions are at it at once; Angre must win, and nothing may break."""
    async with crossing(tmp_path, "sqlite://") as stage:
        world, around = stage.world, stage.bridge.around
        world.channel.says(address(1), "#1.1#")
        await stage.rests()
        root = next(p for p in world.workspace.posts.values() if p.root is None)
        world.workspace.writes(AMIR, ROOM, "#1.2#", root.ref, to_youth=True)
        await stage.hears(random.Random(0))
        await stage.bridge.incoming.work(5)
        async with around.vault.begin() as tx:
            talk = (await tx.threads.live())[0]
            every = await tx.outbox.of_entry(talk.id, talk.ledger.last_seq)
            card = next(d for d in every if d.what is What.REPLY_CARD)
            read = [d for d in every if d.what is What.REPLY]
            assert [d.state for d in read] == [State.HELD]
            await tx.outbox.move(read[0].id, Move.UNDONE)

            await Consequences(around).of(ReadEarly(around, tx, card, read), Ref("r/1"))

            assert (await tx.outbox.get(read[0].id)).state is State.WITHDRAWN
