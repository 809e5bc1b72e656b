"""A workspace user becomes an employee here by a code from the case store's own pages."""

from collections.abc import Sequence

from bridge.domain.cards import Note
from bridge.domain.delivery import Delivery
from bridge.domain.errands import Errands
from bridge.domain.ids import Room
from bridge.ports import Employee, RecordRefused, RecordUnreachable, Refusal, Surroundings
from bridge.relay.belated import Sent

ANSWER = {
    Refusal.UNKNOWN_CODE: Note.UNKNOWN_CODE,
    Refusal.ALREADY_LINKED: Note.ALREADY_LINKED,
}


class Linking:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def link(self, delivery: Delivery) -> Sent:
        """Tried once: whoever wrote the code is there to write it again."""
        user, room = str(delivery.params["user"]), Room(str(delivery.params["room"]))
        employees: Sequence[Employee] = ()
        try:
            await self._around.record.link(delivery.words or "", user)
            employees = await self._around.record.employees()
            note = Note.LINKED
        except RecordRefused as refused:
            note = ANSWER.get(refused.refusal, Note.UNKNOWN_CODE)
        except RecordUnreachable:
            note = Note.RECORD_DOWN
        async with self._around.vault.begin() as tx:
            if employees:
                await tx.staff.replace(employees)
            errands = Errands(
                new=self._around.mint.new,
                now=self._around.clock.now(),
                team=self._around.practice.team,
            )
            await tx.outbox.add(errands.whisper(note, user=user, room=room))
        return Sent()
