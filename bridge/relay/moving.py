"""
What was written down on the wrong youth goes to the right one, words and pictures, in one go.

Where it stood, a line says that something was moved, and by whom; of the words nothing is left
there, nor in the room thread.
"""

from dataclasses import replace

from bridge.domain.cards import Note
from bridge.domain.carried import ref_of
from bridge.domain.catalogue.words import Word, heard
from bridge.domain.consent import Standing
from bridge.domain.copies import Place
from bridge.domain.delivery import UNDECIDED, What
from bridge.domain.ids import Address, ConversationId, EmployeeId, Ref, ThreadId
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import By, Entry, Inbound, Kind, Said
from bridge.domain.registering import MOST_YOUTHS, Registered, Registration
from bridge.domain.threads import Conversation, Thread
from bridge.ports import Employee, Surroundings, Transaction
from bridge.relay.desk import Desk
from bridge.relay.taking_back import out_of_room
from bridge.relay.youth import FromYouth


class Moving:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._youth = FromYouth(around)

    async def form(self, tx: Transaction, value: str) -> Registration | Note:
        """Whose it was; or why it stays."""
        conversation, entry, thread = await self._stands(tx, value)
        line = await self._line(tx, entry, thread)
        if (why := _stays(conversation, entry, thread)) is not None:
            return why
        if await _underway(tx, entry):
            return Note.PICTURE_UNDERWAY
        every = await tx.threads.newest(line.channel, MOST_YOUTHS + 1)
        return Registration(
            channel=line.channel,
            when=entry.at,
            youths=tuple(each for each in every if each[0] != line.id)[:MOST_YOUTHS],
            moves=value,
        )

    async def move(self, tx: Transaction, told: Registered, by: Employee) -> None:
        """Once: what has been moved is not there to be moved again."""
        conversation, entry, thread = await self._stands(tx, told.moves or "")
        line = await self._line(tx, entry, thread)
        if _stays(conversation, entry, thread) is not None:
            return
        if told.thread is not None and await self._leading(tx, told.thread) == thread.id:
            return
        ref = ref_of(entry.at, told.key)
        address = await self._address(tx, told)
        fact = Said(
            ref=ref,
            text=entry.text if entry.phrase is None else "",
            placeholder=entry.phrase,
            by=entry.author,
        )
        channel = self._around.channels[line.channel]
        inbound = Inbound(address=address, at=entry.at, fact=fact)
        await self._youth.take(tx, channel, inbound)
        await self._pictures(tx, entry, ref)
        await self._away(tx, entry, EmployeeId(by.id))

    async def _stands(self, tx: Transaction, value: str) -> tuple[Conversation, Entry, Thread]:
        """Raises `LookupError`."""
        about, _, number = value.partition("|")
        conversation = await tx.threads.conversation(ConversationId(about))
        thread = await tx.threads.get(conversation.thread)
        entry = await tx.words.entry(conversation.id, int(number) if number.isdecimal() else 0)
        return conversation, entry, thread

    async def _line(self, tx: Transaction, entry: Entry, thread: Thread) -> Thread:
        """The youth's thread on the channel that it was written down from."""
        copies = await tx.copies.of_entry(entry.conversation, entry.seq)
        there = next((copy for copy in copies if copy.place is Place.CHANNEL), None)
        return thread if there is None else await tx.threads.get(there.thread)

    async def _leading(self, tx: Transaction, thread: ThreadId) -> ThreadId:
        return (await tx.threads.get(thread)).joined or thread

    async def _address(self, tx: Transaction, told: Registered) -> Address:
        if told.thread is None:
            return Address(f"registered:{told.key}")
        thread = await tx.threads.get(told.thread)
        if thread.channel != told.channel or not thread.address:
            raise LookupError(told.thread)
        return thread.address

    async def _pictures(self, tx: Transaction, entry: Entry, ref: Ref) -> None:
        new = next(c for c in await tx.copies.by_ref(ref) if c.seq is not None)
        there = await tx.words.entry(new.conversation, new.seq or 0)
        for attachment in entry.attachments:
            body = await tx.words.body(attachment.id)
            again = replace(attachment, id=self._around.mint.new("f"))
            await tx.words.attach(there, again, body)

    async def _away(self, tx: Transaction, entry: Entry, by: EmployeeId) -> None:
        desk = await Desk.at(self._around, tx, entry.conversation)
        for copy in await tx.copies.of_entry(entry.conversation, entry.seq):
            if copy.place is Place.CHANNEL:
                # It lies in the other's chat, and has its row there now.
                await tx.copies.never_was(copy.id)
        said = await tx.words.take_back(entry.conversation, entry.seq, desk.now, by=by)
        await out_of_room(desk, entry.conversation, entry.seq)
        await tx.outbox.add(desk.errands.words(entry.conversation, said.seq))


async def _underway(tx: Transaction, entry: Entry) -> bool:
    """A picture of it is still to come, and would be lost on the way."""
    every = await tx.outbox.of_entry(entry.conversation, entry.seq)
    return any(d.what is What.FETCH and d.state in UNDECIDED for d in every)


def _stays(conversation: Conversation, entry: Entry, thread: Thread) -> Note | None:
    """Why it is not moved; None: it may be."""
    if conversation.stage is not Stage.OPEN:
        return Note.NOT_LIVE
    words = entry.kind in (Kind.SAID, Kind.PLACEHOLDER) and bool(entry.text or entry.phrase)
    if entry.by is not By.YOUTH or entry.author is None or not words:
        return Note.NOT_LIVE
    if thread.standing is Standing.YES and heard(entry.text) is Word.YES:
        return Note.NOT_A_YES
    return None
