"""One youth's papers on the desk, for the length of one transaction."""

from dataclasses import replace
from datetime import datetime

from bridge.domain.canonical import Document
from bridge.domain.capabilities import at_our_end_only
from bridge.domain.cards import Notice
from bridge.domain.carried import by_hand, is_put
from bridge.domain.consent import Question, Standing
from bridge.domain.copies import Copy, Place, Verdict, Whose
from bridge.domain.errands import Errands
from bridge.domain.ids import ConsentId, ConversationId, CopyId, Ref, ThreadId
from bridge.domain.lifecycle import Ledger, Stage
from bridge.domain.messages import REACTION, By, Draft, Entry, Kind
from bridge.domain.phrases import Spoken, say
from bridge.domain.threads import Chat, Conversation, Thread
from bridge.ports import Sealed, Surroundings, Transaction

CONSENT = "consent.journal"
CHAT_QUESTIONS = frozenset({"chat.ask", "chat.ask_contact"})


class Desk:
    """
    Reads and writes for one thread; `close` saves it. No calls to any platform.

    `line` is the youth's thread on the channel that is written on now. It is the same one,
    unless the youth is known on several channels.
    """

    def __init__(
        self,
        around: Surroundings,
        tx: Transaction,
        thread: Thread,
        now: datetime,
        *,
        line: Thread | None = None,
    ) -> None:
        self.tx, self.thread, self.now = tx, thread, now
        self._line = None if line is None or line.id == thread.id else line
        self._around = around
        self.practice = around.practice
        self.errands = Errands(
            new=around.mint.new, now=now, team=around.practice.team, thread=thread.id
        )

    @classmethod
    async def at(
        cls, around: Surroundings, tx: Transaction, conversation: ConversationId
    ) -> "Desk":
        """For what the team does in a conversation: it speaks where answers go."""
        talk = await tx.threads.conversation(conversation)
        thread = await tx.threads.get(talk.thread)
        line = await tx.threads.answered_on(thread)
        return cls(around, tx, thread, around.clock.now(), line=line)

    @classmethod
    async def of(cls, around: Surroundings, tx: Transaction, line: ThreadId) -> "Desk":
        """For what happens on one of a youth's channels."""
        own = await tx.threads.get(line)
        thread = own if own.joined is None else await tx.threads.get(own.joined)
        return cls(around, tx, thread, around.clock.now(), line=own)

    @property
    def line(self) -> Thread:
        return self.thread if self._line is None else self._line

    @line.setter
    def line(self, line: Thread) -> None:
        if line.id == self.thread.id:
            self.thread = line
        else:
            self._line = line

    @property
    def to_youth(self) -> Errands:
        return self.errands.on(self.line.id)

    async def reload(self) -> None:
        """Somebody else has saved them in this transaction."""
        self.thread = await self.tx.threads.get(self.thread.id)
        self.line = await self.tx.threads.get(self.line.id)

    async def close(self) -> None:
        await self.tx.threads.save(self.thread)
        if self._line is not None:
            await self.tx.threads.save(self._line)

    async def latest(self) -> Conversation | None:
        return await self.tx.threads.latest(self.thread.id)

    async def conversation(self) -> Conversation:
        """The open conversation; begun, with a room thread of its own, where there is none."""
        return await self.tx.threads.open(self.thread.id) or await self.begin()

    async def begin(self) -> Conversation:
        fresh = Conversation(
            ledger=Ledger(conversation=ConversationId(self._around.mint.new("c"))),
            thread=self.thread.id,
            opened_at=self.now,
            last_at=self.now,
            room=self.thread.room or self.practice.room,
        )
        await self.tx.words.begin(fresh)
        await self.tx.outbox.add(self.errands.card(fresh.id))
        return fresh

    async def write(self, draft: Draft) -> Entry:
        """The one way in: what was sealed meanwhile is left alone, and the next begun."""
        conversation = await self.conversation()
        try:
            entry = await self.tx.words.append(conversation.id, draft)
        except Sealed:
            conversation = await self.begin()
            entry = await self.tx.words.append(conversation.id, draft)
        current = replace(await self.tx.threads.conversation(entry.conversation), last_at=self.now)
        no_words = draft.kind is Kind.UNSENT or draft.phrase == REACTION
        if draft.by is By.YOUTH and not no_words:
            since = current.last_youth_at if current.unanswered else self.now
            current = replace(current, last_youth=entry.seq, last_youth_at=since)
        await self.tx.threads.amend(current)
        return entry

    async def note_copy(
        self,
        conversation: ConversationId,
        place: Place,
        whose: Whose,
        ref: Ref,
        *,
        seq: int | None = None,
        author: str | None = None,
        erasable_until: datetime | None = None,
        keep: bool = False,
        due_at: datetime | None = None,
        verdict: Verdict | None = None,
        evidence: str | None = None,
    ) -> None:
        """A copy that somebody else has made."""
        if place is Place.CHANNEL and self._our_end_only():
            keep = False
            talk = await self.tx.threads.conversation(conversation)
            if talk.chat is Chat.SETTLED and verdict is None:
                due_at = self.now  # the rest has been cleared already
        usual = Verdict.LEFT_WITH_YOUTH if keep else Verdict.PENDING
        await self.tx.copies.expect(
            Copy(
                id=CopyId(self._around.mint.new("k")),
                thread=self.line.id if place is Place.CHANNEL else self.thread.id,
                conversation=conversation,
                seq=seq,
                place=place,
                channel=self.line.channel if place is Place.CHANNEL else None,
                whose=whose,
                author=author,
                ref=ref,
                keep=keep,
                verdict=verdict or usual,
                evidence=evidence,
                erasable_until=erasable_until,
                due_at=due_at,
            )
        )

    def _our_end_only(self) -> bool:
        channel = self._around.channels.get(self.line.channel)
        return channel is not None and at_our_end_only(channel.capabilities)

    def phrase(self, phrase: str, about: str = "") -> Spoken:
        return say(
            phrase,
            self.line.language,
            hours=self.practice.hours,
            numbers=self.practice.numbers,
            now=self.now,
            about=about,
        )

    @property
    def by_hand(self) -> bool:
        """Whether people carry what is said on the channel that is written on."""
        return by_hand(self._around.can(self.line.channel))

    async def say(self, phrase: str, *, about: str = "", urgent: bool = False) -> None:
        """
        A service message: a line of the open conversation, or only a message if none is.

        Where people carry our words, most of what the bot would say is not said.
        """
        if not is_put(phrase, self._around.can(self.line.channel)):
            return
        spoken = self.phrase(phrase, about)
        conversation = await self.latest()
        entry = None
        if conversation is not None and conversation.stage is Stage.OPEN:
            entry = await self.write(
                Draft(by=By.SERVICE, kind=Kind.SAID, at=self.now, text=spoken.text, phrase=phrase)
            )
        await self.tx.outbox.add(
            self.to_youth.service(
                phrase,
                conversation=conversation.id if conversation else None,
                seq=entry.seq if entry else None,
                about=about,
                urgent=urgent,
            )
        )
        if spoken.missing:
            await self.tell(Notice.LANGUAGE_MISSING, phrase=phrase)

    async def ask_consent(self, *, by: str = "bot") -> None:
        question = ConsentId(self._around.mint.new("q"))
        spoken = self.phrase(CONSENT)
        self.thread = replace(
            self.thread,
            standing=Standing.ASKED,
            cooling_until=self.now + self.practice.cooling_off,
            question=Question(
                id=question,
                text_id=CONSENT,
                version=spoken.version,
                language=spoken.language,
                asked_at=self.now,
                asked_by=by,
                on=self.line.id,
            ),
        )
        await self.say(CONSENT, about=question)
        await self.refresh()

    async def refresh(self) -> None:
        """Bring the card of the open conversation up to date."""
        conversation = await self.tx.threads.open(self.thread.id)
        if conversation is not None:
            await self.tx.outbox.add(self.errands.card(conversation.id))

    async def tell(self, notice: Notice, **params: str | int) -> None:
        """Tell the team, in the room thread if one is open."""
        conversation = await self.tx.threads.open(self.thread.id)
        if conversation is not None:
            await self.tx.outbox.add(self.errands.notice(conversation.id, notice, **params))

    async def record(self, path: str, document: Document) -> None:
        await self.tx.outbox.add(self.errands.record(path, document))

    async def report_copy(self, copy: Copy) -> None:
        """Tell the transfer log what is known of a copy now."""
        await self.tx.outbox.add(self.errands.verdict(copy))
