"""What a youth has taken back goes at once; its numbers stay, with nothing under them."""

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from bridge.domain.ids import ConversationId
from bridge.domain.messages import By, Kind
from bridge.vault.tables import attachments, entries
from bridge.vault.work import NotHere, Work


async def empty(work: Work, conversation: ConversationId, seq: int) -> None:
    """The words and files of an entry, and of every later wording of it."""
    rewords = and_(entries.c.of == seq, entries.c.kind == Kind.EDITED.value)
    mine = _of_youth(work, conversation)
    found = await work.all(select(entries.c.seq).where(*mine, or_(entries.c.seq == seq, rewords)))
    numbers = [row.seq for row in found]
    if seq not in numbers:
        raise NotHere(f"{conversation}/{seq}")
    key = await work.keys.get(conversation)
    for number in numbers:
        await work.run(
            update(entries)
            .where(*mine, entries.c.seq == number)
            .values(text=key.write("", number=number, column="text"), phrase=None)
        )
    await work.run(
        delete(attachments).where(
            work.ours(attachments),
            attachments.c.conversation == conversation,
            attachments.c.seq.in_(numbers),
        )
    )


async def taken_back(work: Work, conversation: ConversationId, seq: int) -> bool:
    said_so = select(entries.c.seq).where(
        work.ours(entries),
        entries.c.conversation == conversation,
        entries.c.of == seq,
        entries.c.kind == Kind.UNSENT.value,
    )
    return bool(await work.all(said_so))


def _of_youth(work: Work, conversation: ConversationId) -> tuple[ColumnElement[bool], ...]:
    return (
        work.ours(entries),
        entries.c.conversation == conversation,
        entries.c.by == By.YOUTH.value,
    )
