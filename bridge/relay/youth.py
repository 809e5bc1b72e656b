"""What a youth does, from a channel to the team. One event, one transaction."""

from dataclasses import replace
from datetime import datetime

from bridge.domain.aliases import COUNT
from bridge.domain.canonical import Document
from bridge.domain.capabilities import Support
from bridge.domain.cards import Notice
from bridge.domain.catalogue.words import Word, heard
from bridge.domain.copies import Place, Whose, taken_back
from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.late import TREATMENT, Fact, Treatment
from bridge.domain.messages import (
    Bounced,
    By,
    Draft,
    Echoed,
    Edited,
    Entry,
    File,
    Inbound,
    Kind,
    Left,
    Nothing,
    Pressed,
    Reacted,
    Returned,
    Said,
    Seen,
    Unsent,
)
from bridge.domain.registering import counts_as_yes
from bridge.domain.safety import in_crisis
from bridge.domain.threads import Thread
from bridge.ports import Channel, Surroundings, Transaction
from bridge.relay.answers import unsay
from bridge.relay.bounces import Bounces
from bridge.relay.commands import answers_us, button, command
from bridge.relay.desk import CHAT_QUESTIONS, Desk
from bridge.relay.echoes import Echoes
from bridge.relay.reactions import react
from bridge.relay.receipts import receipt
from bridge.relay.taking_back import take_back, was_taken_back
from bridge.relay.unasked import ask_if_due, crisis_numbers, out_of_hours

ANSWERS = frozenset({Word.YES, Word.NO, Word.UNSURE, Word.STOP})
"""Words that need no conversation: where none is open, they do not begin one."""

CHOICES = frozenset({Word.YES, Word.NO, Word.UNSURE})

UNKNOWN = Nothing | Left | Returned | Pressed | Reacted | Seen | Bounced
"""What begins nothing with somebody who has never written."""


class FromYouth:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._echoes, self._bounces = Echoes(around), Bounces(around)

    async def take(self, tx: Transaction, channel: Channel, inbound: Inbound) -> None:
        line = await tx.threads.of(channel.name, inbound.address)
        if line is None:
            if isinstance(inbound.fact, UNKNOWN) or _tells_of_ours(inbound):
                return
            if inbound.room is not None and isinstance(inbound.fact, Echoed):
                return  # whom one person writes to is theirs, until they have written back
            line = await self._meet(tx, channel, inbound)
        desk = await Desk.of(self._around, tx, line.id)
        match inbound.fact:
            case Said() | Pressed():
                await self._spoke(desk, channel, inbound, inbound.fact)
            case Edited() as edited:
                await self._edited(desk, edited, inbound.at)
            case Unsent() as unsent:
                await take_back(desk, unsent, inbound.at)
            case Echoed() | Seen() | Bounced():
                await self._of_ours(desk, channel, inbound)
            case Reacted() as reacted:
                await react(desk, reacted, inbound.at)
            case Left() | Returned():
                await self._here(desk, left=isinstance(inbound.fact, Left))
            case _:
                return
        await desk.close()

    async def _of_ours(self, desk: Desk, channel: Channel, inbound: Inbound) -> None:
        match inbound.fact:
            case Echoed() as echoed:
                await self._echoes.take(desk, channel, echoed, inbound.at)
            case Seen() as seen:
                await receipt(desk, seen)
            case Bounced() as bounced:
                await self._bounces.take(desk, bounced)
            case _:
                return

    async def _spoke(
        self, desk: Desk, channel: Channel, inbound: Inbound, fact: Said | Pressed
    ) -> None:
        if isinstance(fact, Said) and await was_taken_back(desk, fact.ref):
            return None  # taken back before it came: its words go no further
        first = desk.line.last_youth_at is None
        spoke_at = _last_word(desk.line, inbound, desk.now)
        desk.line = replace(desk.line, last_youth_at=spoke_at)
        await _answers_go_here(desk)
        if isinstance(fact, Pressed):
            await self._tapped(desk, channel, fact, inbound.at)
            return await button(desk, fact)
        desk.line = replace(desk.line, left=False)
        return await self._said(desk, channel, fact, inbound.at, first=first)

    async def _here(self, desk: Desk, *, left: bool) -> None:
        desk.line = replace(desk.line, left=left)
        await desk.tell(Notice.YOUTH_LEFT if left else Notice.YOUTH_RETURNED)
        await desk.refresh()

    async def _meet(self, tx: Transaction, channel: Channel, inbound: Inbound) -> Thread:
        name = await tx.threads.free_alias(self._around.mint.draw(COUNT))
        thread = Thread(
            id=ThreadId(self._around.mint.new("t")),
            team=self._around.practice.team,
            channel=channel.name,
            alias=name,
            address=inbound.address,
            room=inbound.room,
        )
        await tx.threads.add(thread)
        return thread

    async def _said(
        self, desk: Desk, channel: Channel, said: Said, at: datetime, *, first: bool
    ) -> None:
        # The files of what somebody has written down are pictures of it; the words are the text.
        other = said.placeholder or said.forwarded or (said.files and said.by is None)
        word = None if other else heard(said.text)
        if word in CHOICES and said.by is None and desk.by_hand:
            word = None  # an export tells what was written, and not what it answered
        crisis = in_crisis(said.text)
        entry = await self._write(desk, channel, said, at, word, crisis=crisis)
        for file in said.files if entry else ():
            await self._bring(desk, entry, file)
        if crisis and entry is not None:
            return await crisis_numbers(desk, entry)
        if said.by is not None and word in CHOICES and not await _answered(desk, word, said, at):
            return None
        if word is not None and await command(desk, word, said):
            return None
        if first and word is not Word.START:
            await desk.say("greeting")
        if first or word is None:
            await out_of_hours(desk)
        # Where people carry the question, a person says when.
        if (first or word is None) and not desk.by_hand:
            await ask_if_due(desk)
        return None

    async def _write(
        self,
        desk: Desk,
        channel: Channel,
        said: Said,
        at: datetime,
        word: Word | None,
        *,
        crisis: bool,
    ) -> Entry | None:
        """The words with their copy; None where they only answer us outside a conversation."""
        latest = await desk.latest()
        is_answer = word in ANSWERS and answers_us(desk, said)
        keep = word is Word.STOP or (is_answer and desk.line.last_out not in CHAT_QUESTIONS)
        keep = keep and not desk.by_hand
        erasable_until = _until(channel, at)
        # What people have written down is always seen by the others.
        quiet = word in ANSWERS and (is_answer or word is Word.STOP) and not desk.by_hand
        if quiet and latest is not None and await desk.tx.threads.open(desk.thread.id) is None:
            await desk.note_copy(
                latest.id, Place.CHANNEL, Whose.YOUTH, said.ref,
                erasable_until=erasable_until, keep=keep,
            )  # fmt: skip
            return None
        entry = await desk.write(
            Draft(
                by=By.YOUTH,
                kind=Kind.PLACEHOLDER if said.placeholder else Kind.SAID,
                at=at,
                text=said.text or (f"[{said.placeholder}]" if said.placeholder else ""),
                author=said.by,
                phrase=said.placeholder,
            )
        )
        await desk.note_copy(
            entry.conversation, Place.CHANNEL, Whose.YOUTH, said.ref,
            seq=entry.seq, erasable_until=erasable_until, keep=keep,
        )  # fmt: skip
        await desk.tx.outbox.add(desk.errands.words(entry.conversation, entry.seq, crisis=crisis))
        return entry

    async def _tapped(self, desk: Desk, channel: Channel, pressed: Pressed, at: datetime) -> None:
        """Where a choice is posted in the youth's own name, it is a message, and so a copy."""
        latest = await desk.latest()
        if channel.capabilities.buttons is not Support.FALLBACK or latest is None:
            return
        keep = not pressed.data.startswith("chat:")
        await desk.note_copy(
            latest.id, Place.CHANNEL, Whose.YOUTH, pressed.ref,
            erasable_until=_until(channel, at), keep=keep,
        )  # fmt: skip

    async def _bring(self, desk: Desk, entry: Entry | None, file: File) -> None:
        if entry is None:
            return
        announced: Document = {
            "ref": file.ref, "name": file.name, "type": file.type, "size": file.size,
            "pictured": entry.author is not None,
        }  # fmt: skip
        await desk.tx.outbox.add(desk.to_youth.fetch(entry.conversation, entry.seq, announced))

    async def _edited(self, desk: Desk, edited: Edited, at: datetime) -> None:
        """The original is kept; a change nobody can see is no edit."""
        # A platform numbers messages within a chat: another youth's may have the same number.
        known = [
            c
            for c in await desk.tx.copies.by_ref(edited.ref)
            if c.thread == desk.line.id and c.seq is not None
        ]
        if taken_back(known):
            return
        if heard(edited.text) is not Word.YES:
            await unsay(desk, edited.ref, now_reads=edited.text)
        of: int | None = None
        if known:
            conversation = await desk.tx.threads.conversation(known[0].conversation)
            here = TREATMENT[Fact.YOUTH_EDIT, conversation.stage] is Treatment.HERE
            if here and known[0].seq is not None:
                of = known[0].seq
                if await self._wording(desk, conversation.id, of) == edited.text:
                    return
        entry = await desk.write(
            Draft(by=By.YOUTH, kind=Kind.EDITED, at=at, text=edited.text, of=of)
        )
        crisis = in_crisis(edited.text)
        await desk.tx.outbox.add(desk.errands.words(entry.conversation, entry.seq, crisis=crisis))
        if crisis:
            await crisis_numbers(desk, entry)

    async def _wording(self, desk: Desk, conversation: ConversationId, seq: int) -> str:
        """How it reads now, after the edits we have."""
        last = (await desk.tx.threads.conversation(conversation)).ledger.last_seq
        said = await desk.tx.words.upto(conversation, last)
        rewords = [e for e in said if e.kind is Kind.EDITED and e.of == seq]
        return [e.text for e in (*(e for e in said if e.seq == seq), *rewords)][-1]


async def _answers_go_here(desk: Desk) -> None:
    """To the channel last written on; the head of the room thread says which."""
    here = None if desk.line.id == desk.thread.id else desk.line.id
    if desk.thread.speaks != here:
        desk.thread = replace(desk.thread, speaks=here)
        await desk.refresh()


async def _answered(desk: Desk, word: Word, said: Said, at: datetime) -> bool:
    """
    Whether a «ja» or «nei» that somebody has written down is to be taken as an answer.

    People say both all the time. A yes that is no evidence is said so, and counts for nothing.
    """
    if not answers_us(desk, said):
        return False
    if word is not Word.YES or counts_as_yes(said, at, desk.thread.question):
        return True
    await desk.tell(Notice.YES_NEEDS_PICTURE)
    return False


def _last_word(thread: Thread, inbound: Inbound, now: datetime) -> datetime:
    """By the platform's clock, which is the one that shuts the window; never later than ours."""
    at = min(inbound.at, now)
    return at if thread.last_youth_at is None else max(thread.last_youth_at, at)


def _tells_of_ours(inbound: Inbound) -> bool:
    """An echo without anything in it, of what we have sent; not a colleague's first word."""
    fact = inbound.fact
    return isinstance(fact, Echoed) and not (fact.text or fact.files)


def _until(channel: Channel, at: datetime) -> datetime | None:
    within = channel.capabilities.erase_within
    return None if within is None else at + within
