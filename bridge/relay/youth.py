"""What a youth does, from a channel to the team. One event, one transaction."""

from dataclasses import replace
from datetime import datetime

from bridge.domain.ageing import Alert
from bridge.domain.aliases import COUNT, alias
from bridge.domain.canonical import Document
from bridge.domain.cards import Alarm, Notice
from bridge.domain.catalogue.words import Word, heard
from bridge.domain.consent import Act, Heard, may_ask
from bridge.domain.copies import Place, Whose
from bridge.domain.ids import ConversationId, Ref, ThreadId
from bridge.domain.late import TREATMENT, Fact, Treatment
from bridge.domain.messages import (
    By,
    Draft,
    Edited,
    Entry,
    File,
    Inbound,
    Kind,
    Left,
    Nothing,
    Pressed,
    Returned,
    Said,
)
from bridge.domain.phrases import LANGUAGES
from bridge.domain.safety import in_crisis
from bridge.domain.threads import Chat, Thread
from bridge.domain.transcript import moment
from bridge.ports import Channel, Surroundings, Transaction
from bridge.relay.answers import Reply, answer, stands
from bridge.relay.desk import CONSENT, Desk
from bridge.relay.waiting import stuck

ANSWERS = frozenset({Word.YES, Word.NO, Word.UNSURE, Word.STOP})
"""Words that need no conversation: where none is open, they do not begin one."""

CHAT_QUESTIONS = frozenset({"chat.ask", "chat.ask_contact"})


class FromYouth:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def take(self, tx: Transaction, channel: Channel, inbound: Inbound) -> None:
        now = self._around.clock.now()
        thread = await tx.threads.of(channel.name, inbound.address)
        if thread is None:
            if isinstance(inbound.fact, Nothing | Left | Returned | Pressed):
                return
            thread = await self._meet(tx, channel, inbound)
        desk = Desk(self._around, tx, thread, now)
        match inbound.fact:
            case Said() as said:
                desk.thread = replace(desk.thread, last_youth_at=now, left=False)
                await self._said(desk, channel, said, inbound.at)
            case Edited() as edited:
                await self._edited(desk, edited, inbound.at)
            case Pressed() as pressed:
                await self._pressed(desk, pressed)
            case Left():
                desk.thread = replace(desk.thread, left=True)
                await desk.tell(Notice.YOUTH_LEFT)
                await desk.refresh()
            case Returned():
                desk.thread = replace(desk.thread, left=False)
                await desk.tell(Notice.YOUTH_RETURNED)
                await desk.refresh()
            case Nothing():
                return
        await desk.close()

    async def _meet(self, tx: Transaction, channel: Channel, inbound: Inbound) -> Thread:
        name = alias(self._around.mint.draw(COUNT), await tx.threads.aliases())
        thread = Thread(
            id=ThreadId(self._around.mint.new("t")),
            team=self._around.practice.team,
            channel=channel.name,
            alias=name,
            address=inbound.address,
        )
        await tx.threads.add(thread)
        return thread

    async def _said(self, desk: Desk, channel: Channel, said: Said, at: datetime) -> None:
        word = None if said.files or said.placeholder or said.forwarded else heard(said.text)
        first = await desk.latest() is None
        crisis = in_crisis(said.text)
        entry = await self._write(desk, channel, said, at, word, crisis=crisis)
        for file in said.files if entry else ():
            await self._bring(desk, entry, file)
        if crisis and entry is not None:
            return await self._crisis(desk, entry)
        if word is not None and await self._command(desk, word, said):
            return None
        if first and word is not Word.START:
            await desk.say("greeting")
        if first or word is None:
            await self._out_of_hours(desk)
            await self._may_ask(desk)
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
        is_answer = word in ANSWERS and self._answers_us(desk, said)
        keep = word is Word.STOP or (is_answer and desk.thread.last_out not in CHAT_QUESTIONS)
        erasable_until = _until(channel, at)
        quiet = word in ANSWERS and (is_answer or word is Word.STOP)
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
                phrase=said.placeholder,
            )
        )
        await desk.note_copy(
            entry.conversation, Place.CHANNEL, Whose.YOUTH, said.ref,
            seq=entry.seq, erasable_until=erasable_until, keep=keep,
        )  # fmt: skip
        await desk.tx.outbox.add(desk.errands.words(entry.conversation, entry.seq, crisis=crisis))
        return entry

    async def _bring(self, desk: Desk, entry: Entry | None, file: File) -> None:
        if entry is None:
            return
        announced: Document = {
            "ref": file.ref, "name": file.name, "type": file.type, "size": file.size,
        }  # fmt: skip
        await desk.tx.outbox.add(desk.errands.fetch(entry.conversation, entry.seq, announced))

    async def _crisis(self, desk: Desk, entry: Entry) -> None:
        """The numbers first, at any hour; a person is called; nothing is asked."""
        desk.thread = replace(desk.thread, crisis_until=desk.now + desk.practice.crisis_hold)
        await desk.say("crisis", urgent=True)
        await desk.tx.outbox.add(
            desk.errands.alarm(
                Alarm.CRISIS, alias=desk.thread.alias, conversation=entry.conversation
            )
        )
        conversation = await desk.tx.threads.conversation(entry.conversation)
        if Alert.CRISIS not in conversation.warned:
            conversation = replace(conversation, warned=(*conversation.warned, Alert.CRISIS.value))
            await desk.tx.threads.amend(conversation)
            told = stuck(conversation, desk.thread.alias, Alert.CRISIS, desk.errands, over=False)
            await desk.record(f"stuck/crisis-{conversation.id}", told)

    async def _command(self, desk: Desk, word: Word, said: Said) -> bool:
        """Whether the word was to the bot, and has been seen to."""
        match word:
            case Word.START:
                await desk.say("greeting")
                await self._may_ask(desk)
            case Word.HELP:
                await desk.say("help")
            case Word.ACCESS | Word.DELETE:
                await self._request(desk, word)
            case Word.LANGUAGE:
                await desk.say("language")
            case Word.STOP:
                await answer(desk, Heard.STOP, _typed(said))
            case Word.YES | Word.NO | Word.UNSURE:
                return await self._yes_or_no(desk, word, said)
        return True

    async def _request(self, desk: Desk, word: Word) -> None:
        access = word is Word.ACCESS
        document: Document = {
            "thread": desk.thread.id, "alias": desk.thread.alias, "channel": desk.thread.channel,
            "kind": "access" if access else "deletion", "asked_at": moment(desk.now),
        }  # fmt: skip
        await desk.record(f"requests/{desk.errands.new('r')}", document)
        await desk.say("access" if access else "deletion")
        await desk.tell(Notice.WANTS_ACCESS if access else Notice.WANTS_DELETION)

    def _answers_us(self, desk: Desk, said: Said) -> bool:
        """It answers the last thing sent, or the platform says which question it replies to."""
        question = desk.thread.question
        replied = question is not None and said.answers is not None and said.answers == question.ref
        asked_last = desk.thread.last_out in CHAT_QUESTIONS | {CONSENT, "consent.meant"}
        return replied or asked_last

    async def _yes_or_no(self, desk: Desk, word: Word, said: Said) -> bool:
        if desk.thread.last_out in CHAT_QUESTIONS and word is not Word.UNSURE:
            return await self._chat_wish(desk, None, yes=word is Word.YES)
        answering = self._answers_us(desk, said)
        how = {
            Word.YES: Heard.YES_ANSWER,
            Word.NO: Heard.NO_ANSWER,
            Word.UNSURE: Heard.UNSURE_ANSWER,
        }
        if answering:
            meant = how[word]
            question = desk.thread.question
            if meant is Heard.YES_ANSWER and question is not None and not stands(question):
                meant = Heard.YES_OLD_TEXT
            return await answer(desk, meant, _typed(said)) is not Act.JUST_WORDS
        if word is Word.YES:
            return await answer(desk, Heard.YES_LOOSE, _typed(said)) is not Act.JUST_WORDS
        return False

    async def _pressed(self, desk: Desk, pressed: Pressed) -> None:
        topic, choice, about, _ = (*pressed.data.split(":"), "", "", "", "")[:4]
        match topic:
            case "consent":
                await self._consent_button(desk, choice, about, pressed.ref)
            case "chat":
                await self._chat_wish(desk, ConversationId(about), yes=choice == "yes")
            case "language" if choice in LANGUAGES:
                desk.thread = replace(desk.thread, language=choice)
                await desk.say("language.set")
            case _:
                return

    async def _consent_button(self, desk: Desk, choice: str, about: str, ref: Ref) -> None:
        """Bound to the very question it stands under."""
        question = desk.thread.question
        current = question is not None and question.id == about
        meant = {"yes": Heard.YES_BUTTON, "no": Heard.NO_ANSWER, "unsure": Heard.UNSURE_ANSWER}.get(
            choice
        )
        if meant is None or (not current and meant is not Heard.YES_BUTTON):
            return
        if meant is Heard.YES_BUTTON and not (current and question and stands(question)):
            meant = Heard.YES_OLD_TEXT
        await answer(desk, meant, Reply(text=choice, how="button", ref=ref))

    async def _chat_wish(
        self, desk: Desk, conversation: ConversationId | None, *, yes: bool
    ) -> bool:
        for current in reversed(await desk.tx.threads.conversations(desk.thread.id)):
            asked = current.chat in (Chat.ASKED, Chat.YES, Chat.NO)
            if asked and conversation in (None, current.id):
                wish = Chat.YES if yes else Chat.NO
                await desk.tx.threads.amend(replace(current, chat=wish))
                await desk.say("chat.yes" if yes else "chat.no")
                return True
        return False

    async def _edited(self, desk: Desk, edited: Edited, at: datetime) -> None:
        """The original is kept; a change nobody can see is no edit."""
        # A platform numbers messages within a chat: another youth's may have the same number.
        known = [
            c
            for c in await desk.tx.copies.by_ref(edited.ref)
            if c.thread == desk.thread.id and c.seq is not None
        ]
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
            await self._crisis(desk, entry)

    async def _wording(self, desk: Desk, conversation: ConversationId, seq: int) -> str:
        """How it reads now, after the edits we have."""
        last = (await desk.tx.threads.conversation(conversation)).ledger.last_seq
        said = await desk.tx.words.upto(conversation, last)
        return [e.text for e in said if seq in (e.seq, e.of)][-1]

    async def _out_of_hours(self, desk: Desk) -> None:
        if desk.practice.hours.is_open(desk.now):
            return
        conversation = await desk.conversation()
        today = f"closed@{desk.now.astimezone(desk.practice.hours.zone).date()}"
        if today not in conversation.warned:
            await desk.tx.threads.amend(replace(conversation, warned=(*conversation.warned, today)))
            await desk.say("closed")

    async def _may_ask(self, desk: Desk) -> None:
        held = desk.thread.crisis_until is not None and desk.now < desk.thread.crisis_until
        if not held and may_ask(
            desk.thread.standing, cooling_until=desk.thread.cooling_until, now=desk.now
        ):
            await desk.ask_consent()


def _typed(said: Said) -> Reply:
    return Reply(text=said.text, how="platform_reply" if said.answers else "typed", ref=said.ref)


def _until(channel: Channel, at: datetime) -> datetime | None:
    within = channel.capabilities.erase_within
    return None if within is None else at + within
