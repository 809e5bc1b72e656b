"""Seals what a person, or the clock where it may, has asked to end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bridge.domain.canonical import Document, digest
from bridge.domain.capabilities import clears
from bridge.domain.cards import Notice
from bridge.domain.carried import by_hand
from bridge.domain.consent import Standing
from bridge.domain.copies import Copy, Place, channels
from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import ClosedAsContact, ClosedForJournal, Filing
from bridge.domain.sealing import Answer, closes_at, filing, may_seal
from bridge.domain.threads import Chat, Conversation, Ending
from bridge.domain.transcript import Heading, contact, moment, transcript
from bridge.domain.windows import goodbye_by
from bridge.handover.papers import Papers
from bridge.ports import Stale, Surroundings


class Closing:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def seal(self, conversation: ConversationId) -> None:
        """Seal it if it may be; whatever is said meanwhile makes it start over."""
        while True:
            try:
                async with self._around.vault.begin() as tx:
                    await self._try(await Papers.of(self._around, tx, conversation))
            except Stale:
                continue
            return

    async def _try(self, papers: Papers) -> None:
        talk = papers.conversation
        answer = may_seal(talk, underway=await papers.tx.outbox.underway(talk.id))
        if answer is Answer.NEW_WORDS:
            await papers.amend(replace(talk, ending=None))
            await papers.tx.outbox.add(papers.errands.notice(talk.id, Notice.NEW_WORDS))
            await papers.tx.outbox.add(papers.errands.card(talk.id))
        if answer is Answer.SEAL:
            await self._seal(papers)

    async def _seal(self, papers: Papers) -> None:
        talk, tx = papers.conversation, papers.tx
        by = talk.ending.by if talk.ending and talk.ending.by else "clock"
        count = talk.ledger.last_seq
        copies = await tx.copies.told_of(talk.id)
        as_what = (
            Filing.CONTACT if await self._mixed(papers, copies) else filing(papers.thread.standing)
        )
        document = await self._document(papers, as_what, by, count, channels(copies))
        closed = ClosedForJournal if as_what is Filing.JOURNAL else ClosedAsContact
        await tx.words.move(
            talk.ledger, closed(count=count, digest=digest(document)), document=document
        )
        await papers.amend(
            replace(await tx.threads.conversation(talk.id), sealed_at=papers.now, sealed_by=by)
        )
        await tx.outbox.add(papers.errands.card(talk.id))
        await papers.report(
            {"kind": "sealed", "at": moment(papers.now), "by": by, "filing": as_what.value}
        )
        await self._speak_of_chat(papers, as_what, copies)

    async def _mixed(self, papers: Papers, copies: Sequence[Copy]) -> bool:
        """Some of it was said on a thread that has turned out to be somebody else's."""
        every = {papers.thread.id, *(t.id for t in await papers.tx.threads.lines(papers.thread.id))}
        return any(c.place is Place.CHANNEL and c.thread not in every for c in copies)

    async def _document(
        self, papers: Papers, as_what: Filing, by: str, count: int, said_on: Mapping[int, str]
    ) -> Document:
        talk, thread = papers.conversation, papers.thread
        heading = Heading(
            conversation=talk.id,
            thread=thread.id,
            alias=thread.alias,
            channel=next(iter(said_on.values()), thread.channel),
            team=thread.team,
            opened_at=talk.opened_at,
            sealed_at=papers.now,
            sealed_by=by,
            salt=self._around.mint.salt(),
            topics=talk.ending.topics if talk.ending else (),
        )
        entries = await papers.tx.words.upto(talk.id, count)
        states = await papers.tx.outbox.states(talk.id)
        if as_what is Filing.JOURNAL and thread.consent is not None:
            case = talk.ending.case if talk.ending else None
            return transcript(
                heading, entries, consent=thread.consent, case=case, states=states, channels=said_on
            )
        return contact(heading, entries, states=states)

    async def _speak_of_chat(self, papers: Papers, as_what: Filing, copies: Sequence[Copy]) -> None:
        """Nobody is asked whether we shall clear what we cannot."""
        phrase = "chat.ask" if as_what is Filing.JOURNAL else "chat.ask_contact"
        stand_in = sorted({copy.channel for copy in copies if copy.channel})
        stand_in = stand_in or [papers.line.channel]
        if all(by_hand(self._around.can(name)) for name in stand_in):
            await papers.amend(replace(papers.conversation, chat=Chat.BY_HAND))
            return
        if not self._clears_any(stand_in):
            phrase = "chat.theirs"
            await papers.amend(replace(papers.conversation, chat=Chat.THEIRS))
        talk = papers.conversation
        await papers.tx.outbox.add(
            papers.to_youth.service(
                phrase,
                conversation=talk.id,
                about=talk.id,
                not_before=self._around.practice.hours.considerate(papers.now),
            )
        )

    def _clears_any(self, stand_in: Sequence[str]) -> bool:
        """Whether anything of it stands where we may clear it; where it is unknown, it may."""
        known = [self._around.channels.get(name) for name in stand_in]
        return any(channel is None or clears(channel.capabilities) for channel in known)

    async def by_clock(self, conversation: ConversationId) -> None:
        """End what everybody has let lie, having said so first where nothing would be filed."""
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            talk = papers.conversation
            if talk.ending is not None:
                return
            at = closes_at(
                talk,
                deadline=await papers.tx.copies.erasable_until(talk.id),
                goodbye_by=self._goodbye_by(papers),
                patience=self._around.practice.patience,
            )
            if at is None:
                return
            if papers.thread.standing is not Standing.YES and await self._warn(papers, talk, at):
                return
            if papers.now >= at:
                ending = Ending(by=None, at=papers.now, seen=talk.ledger.last_seq)
                await papers.amend(replace(papers.conversation, ending=ending))

    def _goodbye_by(self, papers: Papers) -> datetime | None:
        can = self._around.can(papers.line.channel)
        last, hours = papers.line.last_youth_at, self._around.practice.hours
        return None if can is None else goodbye_by(can, last, hours)

    async def _warn(self, papers: Papers, talk: Conversation, at: datetime) -> bool:
        """«Lukkes om 4 t · Utsett»; the four hours count from when it has been said."""
        warning = self._around.practice.patience.warning
        if papers.now < at - warning or not await papers.mark(
            f"closing@{talk.last_at.isoformat()}"
        ):
            return False
        until = max(at, papers.now + warning)
        await papers.amend(replace(papers.conversation, postponed_until=until))
        await papers.tx.outbox.add(papers.errands.notice(talk.id, Notice.CLOSING, at=moment(until)))
        return True
