"""
What was said to a youth in our name at the platform itself, past us.

It is a caseworker's words all the same: the room thread shows it, it answers the youth, and
it is filed. One of ours that comes back tells that it arrived, where nobody knew.
"""

from dataclasses import replace
from datetime import datetime

from bridge.domain.canonical import Document
from bridge.domain.copies import Place, Whose
from bridge.domain.delivery import ARRIVED, Delivery, State
from bridge.domain.ids import DeliveryId
from bridge.domain.messages import By, Draft, Echoed, Entry, Kind
from bridge.ports import Channel, Surroundings
from bridge.relay.compose import Compose
from bridge.relay.copying import copy_id, made_by
from bridge.relay.desk import Desk
from bridge.relay.outcomes import Outcomes
from bridge.relay.waiting import end_waiting


class Echoes:
    def __init__(self, around: Surroundings) -> None:
        self._outcomes, self._compose = Outcomes(around), Compose(around)

    async def take(self, desk: Desk, channel: Channel, echoed: Echoed, at: datetime) -> None:
        within = channel.capabilities.erase_within
        until = None if within is None else at + within
        ours = await self._ours(desk, echoed.delivery)
        if ours is not None:
            return await self._came_back(desk, ours, echoed, until)
        known = [c for c in await desk.tx.copies.by_ref(echoed.ref) if c.thread == desk.line.id]
        if known or not (echoed.text or echoed.files):
            return None
        if echoed.unmarked and await self._is_unnamed(desk, echoed, until):
            return None
        return await self._said_there(desk, echoed, at, until)

    async def _ours(self, desk: Desk, delivery: DeliveryId | None) -> Delivery | None:
        if delivery is None:
            return None
        try:
            found = await desk.tx.outbox.get(delivery)
        except LookupError:
            return None
        return found if found.thread == desk.line.id else None

    async def _is_unnamed(self, desk: Desk, echoed: Echoed, until: datetime | None) -> bool:
        """
        Whether it is something of ours that has not been told what it goes by.

        An echo may come before the answer to what it echoes, and the answer may get lost.
        """
        latest = await desk.latest()
        copies = [] if latest is None or echoed.files else await desk.tx.copies.of(latest.id)
        for copy in reversed([c for c in copies if c.ref is None and c.place is Place.CHANNEL]):
            delivery = await self._ours(desk, made_by(copy.id))
            if delivery is None or await self._says(desk, delivery) != echoed.text.strip():
                continue
            await desk.tx.copies.found(copy.id, echoed.ref, erasable_until=until)
            if delivery.state is State.UNCERTAIN and copy_id(delivery) == copy.id:
                await self._outcomes.found(desk.tx, delivery, echoed.ref)
                await desk.reload()
            return True
        return False

    async def _says(self, desk: Desk, delivery: Delivery) -> str | None:
        try:
            return (await self._compose.to_youth(desk.tx, delivery)).outbound.text.strip()
        except LookupError:
            return None

    async def _came_back(
        self, desk: Desk, delivery: Delivery, echoed: Echoed, until: datetime | None
    ) -> None:
        """Where it is still being sent, whoever sends it tells; unless the answer gets lost."""
        if delivery.state in ARRIVED:
            return
        try:
            await desk.tx.copies.found(copy_id(delivery), echoed.ref, erasable_until=until)
        except LookupError:
            return
        if delivery.state is State.UNCERTAIN:
            await self._outcomes.found(desk.tx, delivery, echoed.ref)
            await desk.reload()

    async def _said_there(
        self, desk: Desk, echoed: Echoed, at: datetime, until: datetime | None
    ) -> None:
        entry = await desk.write(
            Draft(
                by=By.CASEWORKER, kind=Kind.SAID, at=at, text=echoed.text, author=echoed.by,
            )
        )  # fmt: skip
        await desk.note_copy(
            entry.conversation, Place.CHANNEL, Whose.CASEWORKER, echoed.ref,
            seq=entry.seq, erasable_until=until,
        )  # fmt: skip
        await desk.tx.outbox.add(desk.errands.words(entry.conversation, entry.seq))
        for file in echoed.files:
            announced: Document = {
                "ref": file.ref, "name": file.name, "type": file.type, "size": file.size,
                "pictured": echoed.by is not None,
            }  # fmt: skip
            await desk.tx.outbox.add(desk.to_youth.fetch(entry.conversation, entry.seq, announced))
        # A yes that comes after it answers a person, not the bot's last question.
        desk.line = replace(desk.line, last_out="reply", left=False)
        await self._answered(desk, entry)

    async def _answered(self, desk: Desk, echo: Entry) -> None:
        """What the youth had said by then; what came since still waits."""
        said = await desk.tx.words.upto(echo.conversation, echo.seq)
        before = [e.seq for e in said if e.by is By.YOUTH and e.at <= echo.at]
        conversation = await desk.tx.threads.conversation(echo.conversation)
        await end_waiting(
            desk.tx,
            desk.errands,
            conversation,
            alias=desk.thread.alias,
            upto=max(before, default=0),
        )
