"""
A youth takes back what they said: it goes from everywhere we can reach, and a line says so.

In an open conversation the words and files go at once, from the vault and from the room
thread. What was sealed is never altered: there it is said in the next conversation, and what
was filed is the team leader's to decide on. Whoever takes back the very message that said yes
to the journal, takes back the yes.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bridge.domain.canonical import Document
from bridge.domain.cards import Notice
from bridge.domain.copies import UNSENT, Copy, Place, Verdict, Whose, taken_back
from bridge.domain.delivery import Move, OutOfTurn, What
from bridge.domain.ids import ConversationId, DeliveryId, Ref
from bridge.domain.late import TREATMENT, Fact, Treatment
from bridge.domain.lifecycle import Filing, Stage
from bridge.domain.messages import By, Draft, Entry, Kind, Unsent
from bridge.domain.threads import Conversation
from bridge.domain.transcript import moment
from bridge.relay.answers import unsay
from bridge.relay.desk import Desk

SHOWS: Final = frozenset({What.WORDS, What.FILE, What.FETCH})
"""What would still bring its words or files somewhere."""

IN_ROOM: Final = frozenset({Place.WORKSPACE, Place.WORKSPACE_FILE})


async def was_taken_back(desk: Desk, ref: Ref) -> bool:
    """Whether this message is known to have been taken back, perhaps before it came."""
    return taken_back(await _own(desk, ref))


async def take_back(desk: Desk, unsent: Unsent, at: datetime) -> None:
    known = await _own(desk, unsent.ref)
    if taken_back(known):
        return
    if await _ours(desk, unsent.ref):
        return
    if not known:
        await _unheard_of(desk, unsent, at)
        return
    copy = known[0]
    conversation = await desk.tx.threads.conversation(copy.conversation)
    await _gone(desk, copy, conversation)
    if copy.seq is None:
        await unsay(desk, unsent.ref)
        return  # an answer to us, outside any conversation: it has no words here
    treatment = TREATMENT[Fact.YOUTH_UNSEND, conversation.stage]
    if treatment is Treatment.HERE:
        await _here(desk, conversation, copy.seq, at)
        await unsay(desk, unsent.ref)
        return
    await _say_so(desk, at)
    if await unsay(desk, unsent.ref):
        return  # what was filed under it is the leader's task by that alone
    if treatment is Treatment.TASK and conversation.filing is Filing.JOURNAL:
        await _ask_leader(desk)


async def _here(desk: Desk, conversation: Conversation, seq: int, at: datetime) -> None:
    tx = desk.tx
    said = await tx.words.take_back(conversation.id, seq, at)
    every = await tx.words.upto(conversation.id, said.seq)
    again = [e.seq for e in every if e.kind is Kind.EDITED and e.of == seq and e.by is By.YOUTH]
    for number in (seq, *again):
        await out_of_room(desk, conversation.id, number)
    await tx.outbox.add(desk.errands.words(conversation.id, said.seq))


async def out_of_room(desk: Desk, conversation: ConversationId, seq: int) -> None:
    """What is on its way to the room is stopped first; what may have got there is erased."""
    for delivery in await desk.tx.outbox.of_entry(conversation, seq):
        if delivery.what in SHOWS:
            await _stop(desk, delivery.id)
    for copy in await desk.tx.copies.of_entry(conversation, seq):
        if copy.place in IN_ROOM and copy.verdict is Verdict.PENDING:
            await desk.tx.copies.save(replace(copy, due_at=desk.now))


async def _stop(desk: Desk, delivery: DeliveryId) -> None:
    try:
        await desk.tx.outbox.move(delivery, Move.UNDONE)
    except OutOfTurn:
        return  # it has been sent, or is being: its copy is a row, and is erased as one


async def _unheard_of(desk: Desk, unsent: Unsent, at: datetime) -> None:
    """
    Older than anything we know, or on its way behind: then it is remembered, and let in no more.
    """
    entry = await _say_so(desk, at)
    await desk.note_copy(
        entry.conversation, Place.CHANNEL, Whose.YOUTH, unsent.ref,
        seq=entry.seq, verdict=Verdict.GONE, evidence=UNSENT,
    )  # fmt: skip


async def _say_so(desk: Desk, at: datetime) -> Entry:
    entry = await desk.write(Draft(by=By.YOUTH, kind=Kind.UNSENT, at=at, text=""))
    await desk.tx.outbox.add(desk.errands.words(entry.conversation, entry.seq))
    return entry


async def _gone(desk: Desk, copy: Copy, conversation: Conversation) -> None:
    gone = replace(copy, verdict=Verdict.GONE, evidence=UNSENT, due_at=None)
    await desk.tx.copies.save(gone)
    if conversation.stage is Stage.FORGOTTEN:
        await desk.report_copy(gone)


async def _ask_leader(desk: Desk) -> None:
    """What is in the journal is deleted by nobody but the team leader, who is asked to decide."""
    document: Document = {
        "thread": desk.thread.id, "alias": desk.thread.alias, "channel": desk.line.channel,
        "kind": "taken_back", "asked_at": moment(desk.now),
    }  # fmt: skip
    await desk.record(f"requests/{desk.errands.new('r')}", document)
    await desk.tell(Notice.TAKEN_BACK_FILED)


async def _ours(desk: Desk, ref: Ref) -> bool:
    """Somebody in the team took it back at the platform: gone there, and theirs to tell of."""
    ours = [
        copy
        for copy in await desk.tx.copies.by_ref(ref)
        if copy.thread == desk.line.id and copy.place is Place.CHANNEL
        if copy.whose is not Whose.YOUTH
    ]
    for copy in ours:
        await _gone(desk, copy, await desk.tx.threads.conversation(copy.conversation))
    return bool(ours)


async def _own(desk: Desk, ref: Ref) -> list[Copy]:
    """The youth's own copy. A platform numbers messages within a chat, so others' may be alike."""
    return [
        copy
        for copy in await desk.tx.copies.by_ref(ref)
        if copy.thread == desk.line.id and copy.place is Place.CHANNEL
        if copy.whose is Whose.YOUTH
    ]
