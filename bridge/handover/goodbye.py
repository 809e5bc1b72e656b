"""Settles the chat at the youth's end, by what the youth said or did not say."""

from dataclasses import replace

from bridge.domain.carried import by_hand
from bridge.domain.copies import Copy, Place, Verdict
from bridge.domain.farewell import Fate, fate, patience_ends
from bridge.domain.ids import ConversationId
from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Chat
from bridge.handover.papers import Papers
from bridge.ports import Surroundings

PROVED = frozenset({Stage.TRANSFERRED, Stage.FORGOTTEN})
"""Nothing is cleared before it is proved to be in the record."""


class Goodbye:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def settle(self, conversation: ConversationId) -> None:
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, conversation)
            talk = papers.conversation
            if talk.stage not in PROVED or talk.filing is None or talk.chat is Chat.SETTLED:
                return
            copies = [c for c in await tx.copies.of(conversation) if c.place is Place.CHANNEL]
            match fate(talk.chat, talk.filing, waited_out=self._waited_out(papers, copies)):
                case Fate.WAIT:
                    return
                case Fate.CLEAR:
                    await self._each(papers, copies, clear=True)
                case Fate.LEAVE:
                    await self._each(papers, copies, clear=False)
            await papers.amend(replace(papers.conversation, chat=Chat.SETTLED))

    def _waited_out(self, papers: Papers, copies: list[Copy]) -> bool:
        deadlines = [c.erasable_until for c in copies if c.erasable_until and not c.keep]
        deadline = min(deadlines, default=None)
        asked = papers.conversation.chat_asked_at
        if asked is not None:
            return papers.now >= patience_ends(asked, deadline)
        return deadline is not None and papers.now >= deadline

    async def _each(self, papers: Papers, copies: list[Copy], *, clear: bool) -> None:
        for copy in copies:
            if copy.verdict is not Verdict.PENDING:
                continue
            # What lies on the team's own telephone goes from there, whatever is said of the rest.
            ours = by_hand(self._around.can(copy.where))
            if (clear or ours) and not copy.keep:
                await papers.tx.copies.save(replace(copy, due_at=papers.now))
            else:
                left = replace(copy, verdict=Verdict.LEFT_WITH_YOUTH, evidence=None, due_at=None)
                await papers.tx.copies.save(left)
                await papers.report_copy(left)
