"""
What somebody in the team has written down of what a youth wrote, taken in as the youth's words.

It may be told twice, by two people at once: the thread is held while it is decided.
"""

from collections.abc import Sequence
from dataclasses import replace

from bridge.domain.cards import Note
from bridge.domain.carried import by_hand, ref_of
from bridge.domain.copies import Place, Whose
from bridge.domain.errands import Errands
from bridge.domain.ids import Address, EmployeeId, Ref, ThreadId
from bridge.domain.inline import is_inline
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import By, Echoed, Entry, File, Inbound, Kind, Said
from bridge.domain.registering import (
    MOST_YOUTHS,
    Registered,
    Registration,
    Standing,
    is_the_same,
    minute,
)
from bridge.domain.threads import Conversation
from bridge.ports import Employee, Surroundings, Transaction
from bridge.relay.desk import Desk
from bridge.relay.youth import FromYouth


class Registering:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._youth = FromYouth(around)

    async def form(self, tx: Transaction, channel: str) -> Registration | Note:
        """An empty form, or why there is none."""
        if not self.is_carried(channel):
            return Note.CHANNEL_OFF
        return Registration(
            channel=channel,
            when=minute(self._around.clock.now()),
            youths=tuple(await tx.threads.newest(channel, MOST_YOUTHS)),
        )

    async def standing(self, tx: Transaction, told: Registered) -> Registration | None:
        """The form to show first, when something stands in that minute already."""
        found = await self._in_that_minute(tx, told)
        empty = await self.form(tx, told.channel)
        if told.insists or not found or not isinstance(empty, Registration):
            return None
        return replace(empty, when=told.said_at, filled=told, standing=tuple(found))

    async def take(self, tx: Transaction, told: Registered, by: Employee) -> None:
        """Raises `LookupError` for a channel or a youth we do not know: it is then set aside."""
        if not self.is_carried(told.channel):
            raise LookupError(told.channel)
        address = await self.address(tx, told)
        if told.thread is not None and await self._is_there(tx, told, told.thread):
            await self._whisper(tx, told, Note.ALREADY_REGISTERED)
            return
        pictures = tuple(self._picture(each) for each in told.pictures)
        fact = await self._fact(tx, told, by, pictures)
        channel = self._around.channels[told.channel]
        inbound = Inbound(address=address, at=told.said_at, fact=fact)
        await self._youth.take(tx, channel, inbound)
        await self._note_pictures(tx, told, address, pictures)

    async def _fact(
        self, tx: Transaction, told: Registered, by: Employee, pictures: tuple[File, ...]
    ) -> Said | Echoed:
        ref, who = ref_of(told.said_at, told.key), EmployeeId(by.id)
        if told.ours:
            return Echoed(ref=ref, text=told.text, files=pictures, by=who)
        return Said(
            ref=ref,
            text=told.text,
            files=pictures,
            placeholder=None if told.text.strip() else "photo",
            answers=await self._question(tx, told),
            by=who,
        )

    def is_carried(self, channel: str) -> bool:
        return by_hand(self._around.can(channel))

    async def address(self, tx: Transaction, told: Registered) -> Address:
        """
        Nobody tells us who it is; somebody new goes by the form that told of them.

        Raises `LookupError` where nothing leads there any longer.
        """
        if told.thread is None:
            return Address(f"registered:{told.key}")
        thread = await tx.threads.get(told.thread)
        if thread.channel != told.channel or not thread.address:
            raise LookupError(told.thread)
        return thread.address

    async def _leading(self, tx: Transaction, thread: ThreadId) -> ThreadId:
        """The thread that a youth who is known on several channels is read in."""
        return (await tx.threads.get(thread)).joined or thread

    async def _question(self, tx: Transaction, told: Registered) -> Ref | None:
        """The question about the journal, where whoever wrote it down says that this answers it."""
        if told.thread is None or not told.answers:
            return None
        leading = await tx.threads.get(await self._leading(tx, told.thread))
        question = leading.question
        return question.ref if question is not None else None

    async def _is_there(self, tx: Transaction, told: Registered, thread: ThreadId) -> bool:
        talk = await tx.threads.open(await self._leading(tx, thread))
        said = [] if talk is None else await self._written_down(tx, talk, told)
        return any(is_the_same(told, entry.at, entry.text) for entry in said)

    async def _in_that_minute(self, tx: Transaction, told: Registered) -> list[Standing]:
        """Of this youth, or of any where it is said to be somebody new."""
        found: list[Standing] = []
        whose = None if told.thread is None else await self._leading(tx, told.thread)
        for talk in await tx.threads.live():
            if talk.stage is not Stage.OPEN or whose not in (None, talk.thread):
                continue
            thread = await tx.threads.get(talk.thread)
            lines = [thread, *await tx.threads.lines(thread.id)]
            if all(line.channel != told.channel for line in lines):
                continue
            found += [
                Standing(alias=thread.alias, at=entry.at, text=entry.text)
                for entry in await self._written_down(tx, talk, told)
                if minute(entry.at) == minute(told.said_at)
            ]
        return found

    async def _written_down(
        self, tx: Transaction, talk: Conversation, told: Registered
    ) -> Sequence[Entry]:
        """What has been said by the side that is now to be registered."""
        side = By.CASEWORKER if told.ours else By.YOUTH
        said = await tx.words.upto(talk.id, talk.ledger.last_seq)
        gone = {entry.of for entry in said if entry.kind is Kind.UNSENT}
        return [e for e in said if e.by is side and e.of is None and e.seq not in gone]

    def _picture(self, file: File) -> File:
        """Where it lies; one that comes with the form lies nowhere else."""
        if is_inline(file.ref):
            return file
        return replace(file, ref=f"{self._around.practice.room}/{file.ref}")

    async def _note_pictures(
        self, tx: Transaction, told: Registered, address: Address, pictures: Sequence[File]
    ) -> None:
        """Where they lie until we have them: put there by whoever filled in the form."""
        line = await tx.threads.of(told.channel, address)
        if line is None:
            return
        desk = await Desk.of(self._around, tx, line.id)
        talk = await tx.threads.open(desk.thread.id)
        if talk is None:
            return
        for picture in pictures:
            if is_inline(picture.ref):
                continue
            await desk.note_copy(
                talk.id, Place.WORKSPACE_FILE, Whose.CASEWORKER, Ref(picture.ref),
                author=told.user,
            )  # fmt: skip

    async def _whisper(self, tx: Transaction, told: Registered, note: Note) -> None:
        if not told.user:
            return
        errands = Errands(
            new=self._around.mint.new,
            now=self._around.clock.now(),
            team=self._around.practice.team,
        )
        room = self._around.practice.room
        await tx.outbox.add(errands.whisper(note, user=told.user, room=room))
