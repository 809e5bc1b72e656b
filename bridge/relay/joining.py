"""
A caseworker believes that two aliases are one youth, and says so; and chooses a channel.

Nothing is joined here: the case record decides, by the case number, and tells us
(`handover.joined`). Which channel answers go to is the team's to choose at any time.
"""

from dataclasses import replace
from typing import Final

from bridge.domain.canonical import Document
from bridge.domain.cards import Note, Notice
from bridge.domain.ids import ThreadId
from bridge.domain.transcript import moment
from bridge.relay.desk import Desk

BETWEEN: Final = "|"
"""In a button's value, between the conversation and the thread that it is about."""


async def propose(desk: Desk, alias: str, case: str, employee: str) -> Note | None:
    """Why it cannot be proposed, or None: it is on its way to the case record."""
    if desk.thread.room is not None:
        return Note.STILL_PRIVATE
    named = await desk.tx.threads.named(alias)
    into = None if named is None else await desk.tx.threads.get(named)
    if into is None or into.room is not None:
        return Note.UNKNOWN_ALIAS  # what one person has for themselves is not said to be there
    if into.joined is not None:
        into = await desk.tx.threads.get(into.joined)
    thread = desk.thread
    alone = thread.joined is None and not await desk.tx.threads.lines(thread.id)
    if into.id == thread.id or not alone:
        return Note.CANNOT_JOIN
    if not into.address:
        return Note.FORGOTTEN
    document: Document = {
        "thread": thread.id,
        "alias": thread.alias,
        "channel": thread.channel,
        "into": into.id,
        "into_alias": into.alias,
        "case": case.strip(),
        "by": employee,
        "at": moment(desk.now),
    }
    await desk.record(f"joins/{desk.errands.new('j')}", document)
    await desk.tell(Notice.JOIN_PROPOSED, other=into.alias)
    return None


async def switch(desk: Desk, to: ThreadId) -> None:
    """Answers go to that channel from now on, until the youth writes on another."""
    every = {t.id: t for t in (desk.thread, *await desk.tx.threads.lines(desk.thread.id))}
    if to not in every or to == desk.line.id:
        return
    own = to == desk.thread.id
    desk.thread = replace(desk.thread, speaks=None if own else to)
    await desk.tell(Notice.SPEAKS, channel=every[to].channel)
