"""What must hold after a crash of what a platform tells: taken back, said past us, read."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

from bridge.domain.cards import ReplyCard, WordsCard
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import By, Kind
from bridge.domain.threads import Conversation
from bridge.ports import Transaction
from tests.support.crash_world import THERE, World


async def told_there(
    tx: Transaction, world: World, talks: Sequence[Conversation]
) -> AsyncIterator[str]:
    open_ones = [talk for talk in talks if talk.stage is Stage.OPEN]
    kept = [e for talk in open_ones for e in await tx.words.upto(talk.id, talk.ledger.last_seq)]
    texts = Counter(entry.text for entry in kept)
    shown = "\n".join(posted.words for posted in world.workspace.posts.values())
    for text in world.regretted:
        if texts[text] or text in shown:
            yield "what Maya took back is still here"
    lines = sum(entry.kind is Kind.UNSENT for entry in kept)
    cards = sum(_is_unsent(posted.card) for posted in world.workspace.posts.values())
    if world.regretted and not lines == cards == 1:
        yield f"{lines} lines and {cards} cards tell that she took it back"
    for text in world.past_us:
        said = sum(e.text == text and e.by is By.CASEWORKER for e in kept)
        if (said, shown.count(text)) != (1, 1):
            yield f"what was said past us is kept {said} times, shown {shown.count(text)}"
        ref = next(b.ref for b in world.others[0].sees(THERE) if b.text == text)
        if len(await tx.copies.by_ref(ref)) != 1:
            yield "what was said past us is not one copy"
    for line in _how_it_went(world):
        yield line


def _is_unsent(card: object) -> bool:
    return isinstance(card, WordsCard) and card.kind is Kind.UNSENT


def _how_it_went(world: World) -> Iterator[str]:
    states = [
        posted.card.state.value
        for posted in world.workspace.posts.values()
        if isinstance(posted.card, ReplyCard)
    ]
    if world.ends_as is not None and states != [world.ends_as]:
        yield f"the card says {states}, and it was {world.ends_as}"
