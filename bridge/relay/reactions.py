"""
A youth puts a mark on something that was said, or takes it away again.

It is shown and kept as what it is. It is no words: nobody is said to wait for an answer to
it, it calls off no ending, and it is never an answer about the journal.
"""

from datetime import datetime
from typing import Final

from bridge.domain.copies import Place, taken_back
from bridge.domain.late import TREATMENT, Fact, Treatment
from bridge.domain.messages import REACTION, By, Draft, Kind, Reacted
from bridge.relay.desk import Desk

PUT: Final = "reagerte med {emoji}"
AWAY: Final = "tok bort reaksjonen"


async def react(desk: Desk, reacted: Reacted, at: datetime) -> None:
    known = [
        copy
        for copy in await desk.tx.copies.by_ref(reacted.ref)
        if copy.thread == desk.line.id and copy.place is Place.CHANNEL
    ]
    if not known or known[0].seq is None or taken_back(known):
        return
    conversation = await desk.tx.threads.conversation(known[0].conversation)
    if TREATMENT[Fact.REACTION, conversation.stage] is not Treatment.HERE:
        return
    of, text = known[0].seq, PUT.format(emoji=reacted.emoji) if reacted.emoji else AWAY
    said = await desk.tx.words.upto(conversation.id, conversation.ledger.last_seq)
    marks = [AWAY, *(e.text for e in said if e.of == of and e.phrase == REACTION)]
    if marks[-1] == text:
        return
    entry = await desk.write(
        Draft(by=By.YOUTH, kind=Kind.PLACEHOLDER, at=at, text=text, of=of, phrase=REACTION)
    )
    await desk.tx.outbox.add(desk.errands.words(entry.conversation, entry.seq))
