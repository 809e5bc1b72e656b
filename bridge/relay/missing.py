"""A file that could not be had, or not be shown: said to everybody whom it concerns."""

from typing import Final

from bridge.domain.cards import Notice
from bridge.domain.copies import taken_back
from bridge.domain.delivery import Delivery, Reason
from bridge.domain.messages import By, Draft, Kind
from bridge.ports import Surroundings, Transaction
from bridge.relay.desk import Desk

TOO_LARGE: Final = "Ungdommen sendte en fil som var for stor til å hentes."
LOST: Final = "Ungdommen sendte en fil som ikke lot seg hente."
PICTURE_LOST: Final = "Et skjermbilde av det som er skrevet av, lot seg ikke hente."
OURS_LOST: Final = "Noen i teamet sendte en fil som ikke lot seg hente."


class Missing:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def not_had(self, tx: Transaction, delivery: Delivery, reason: Reason) -> None:
        """It never came: a line in the transcript in its place, the team and the youth told."""
        if await _taken_back(tx, delivery):
            return
        desk = await self._desk(tx, delivery)
        if await _pictured(tx, delivery):
            await self._say(desk, "file_lost", PICTURE_LOST)
            await desk.tell(Notice.PICTURE_LOST)
            await desk.close()
            return
        if await _ours(tx, delivery):
            await self._say(desk, "file_lost", OURS_LOST)
            await desk.tell(Notice.FILE_OURS_LOST)
            await desk.close()
            return
        if reason is Reason.TOO_LARGE:
            await self._say(desk, "file_too_large", TOO_LARGE)
            await desk.tell(Notice.FILE_TOO_LARGE)
            await desk.say("file.too_large")
        else:
            await self._say(desk, "file_lost", LOST)
            await desk.tell(Notice.FILE_LOST)
            await desk.say("file.lost")
        await desk.close()

    async def not_shown(self, tx: Transaction, delivery: Delivery) -> None:
        """It is kept, and will be filed; the room thread says that there is something."""
        if await _taken_back(tx, delivery):
            return
        desk = await self._desk(tx, delivery)
        await desk.tell(Notice.FILE_NOT_SHOWN)

    async def _say(self, desk: Desk, kind: str, line: str) -> None:
        await desk.write(
            Draft(by=By.SERVICE, kind=Kind.PLACEHOLDER, at=desk.now, text=line, phrase=kind)
        )

    async def _desk(self, tx: Transaction, delivery: Delivery) -> Desk:
        if delivery.thread is None:
            raise LookupError(delivery.id)
        return await Desk.of(self._around, tx, delivery.thread)


async def _ours(tx: Transaction, delivery: Delivery) -> bool:
    """Sent by somebody in the team at the platform itself, and nothing to tell the youth of."""
    if delivery.conversation is None or delivery.seq is None:
        return False
    return (await tx.words.entry(delivery.conversation, delivery.seq)).by is By.CASEWORKER


async def _pictured(tx: Transaction, delivery: Delivery) -> bool:
    """A picture that somebody in the team took of what they wrote down."""
    if delivery.conversation is None or delivery.seq is None:
        return False
    entry = await tx.words.entry(delivery.conversation, delivery.seq)
    return entry.by is By.YOUTH and entry.author is not None


async def _taken_back(tx: Transaction, delivery: Delivery) -> bool:
    """Nobody misses what the youth no longer wants us to have."""
    if delivery.conversation is None or delivery.seq is None:
        return False
    return taken_back(await tx.copies.of_entry(delivery.conversation, delivery.seq))
