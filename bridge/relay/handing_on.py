"""
What came to one person goes on in another room: registered with the team, or given to its leader.

Only a person decides it, and it is not taken back. What has been said is shown again in the new
room, and what stood in the old one is wiped once it stands there; a note among colleagues is wiped
without being shown again. It is one transaction, so that no crash leaves it in both or neither.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from bridge.domain.cards import Note, Notice
from bridge.domain.copies import Place, Verdict
from bridge.domain.delivery import SAYS, Delivery, State, What, room_lane
from bridge.domain.ids import ConversationId, Room
from bridge.domain.threads import Conversation
from bridge.domain.transcript import moment
from bridge.ports import Employee
from bridge.relay.desk import Desk

IN_ROOM: Final = frozenset({Place.WORKSPACE, Place.WORKSPACE_FILE})


class Hand(StrEnum):
    """To whom; the value is the button's."""

    TEAM = "to_team"
    LEADER = "to_leader"


async def hand_on(desk: Desk, conversation: Conversation, to: Hand, *, by: Employee) -> Note | None:
    """Why it stays; None: it is on its way, or there already."""
    room = desk.practice.room if to is Hand.TEAM else desk.practice.leader
    if desk.thread.room is None or room is None or room == desk.thread.room:
        return Note.MOVED_ON
    if await desk.tx.outbox.in_lane(room_lane(conversation.id)):
        return Note.MOVE_LATER  # it was made for the old room, and would be put in the new one
    desk.thread = replace(desk.thread, room=None if to is Hand.TEAM else room)
    await _leave(desk, conversation.id)
    await _begin(desk, conversation, room, by)
    told = {"kind": "handed_on", "at": moment(desk.now), "by": by.id, "to": to.name.lower()}
    await desk.tx.outbox.add(desk.errands.event(conversation.id, told))
    return None


async def _leave(desk: Desk, conversation: ConversationId) -> None:
    for copy in await desk.tx.copies.of(conversation):
        if copy.place in IN_ROOM and copy.verdict is Verdict.PENDING:
            await desk.tx.copies.save(replace(copy, due_at=desk.now))


async def _begin(desk: Desk, conversation: Conversation, room: Room, by: Employee) -> None:
    """The head first, by which the rest finds the room thread; then all of it, in order."""
    tx, errands = desk.tx, desk.errands
    await tx.threads.amend(replace(conversation, room=room, root=None))
    await tx.outbox.add(errands.card(conversation.id))
    await tx.outbox.add(errands.notice(conversation.id, Notice.HANDED_ON, user=by.user or ""))
    for seq in range(1, conversation.ledger.last_seq + 1):
        every = await tx.outbox.of_entry(conversation.id, seq)
        for delivery in _shown(every):
            await tx.outbox.add(_again(desk, conversation.id, seq, delivery))


def _shown(every: Sequence[Delivery]) -> list[Delivery]:
    """What has put an entry in the room, each once; nothing of what was undone or taken back."""
    said = [d for d in every if d.what in SAYS]
    undone = bool(said) and all(d.state is State.WITHDRAWN for d in said)
    found: dict[object, Delivery] = {}
    for each in every:
        stood = each.state is not State.WITHDRAWN
        if each.what in (What.WORDS, What.FILE) and stood:
            found.setdefault((each.what, each.params.get("attachment")), each)
        if each.what is What.REPLY_CARD and not undone:
            found.setdefault(each.what, each)
    return list(found.values())


def _again(desk: Desk, conversation: ConversationId, seq: int, before: Delivery) -> Delivery:
    """A reply's words stood in its writer's own post, which is wiped: the card shows them."""
    match before.what:
        case What.WORDS:
            crisis = bool(before.params.get("crisis"))
            return desk.errands.words(conversation, seq, crisis=crisis)
        case What.FILE:
            return desk.errands.file(conversation, seq, str(before.params["attachment"]))
        case _:
            return desk.errands.reply_card(conversation, seq, shows_words=True)
