"""Deliveries as they are first written down, each with its lane. No words, save evidence."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from bridge.domain.canonical import Document, Value, canonical
from bridge.domain.cards import Alarm, Note, Notice
from bridge.domain.copies import OUTSIDE, Copy, ticked_by
from bridge.domain.delivery import (
    Delivery,
    Reason,
    State,
    What,
    alarm_lane,
    record_lane,
    room_lane,
    service_lane,
    youth_lane,
)
from bridge.domain.ids import ConversationId, DeliveryId, Room, ThreadId
from bridge.domain.transcript import moment

TOGETHER: Final = 200
"""Copies in one line of the transfer log: some 40 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """Made for one thread at one moment; `new` mints an id."""

    new: Callable[[str], str]
    now: datetime
    team: str
    thread: ThreadId | None = None

    def on(self, thread: ThreadId) -> Self:
        return type(self)(new=self.new, now=self.now, team=self.team, thread=thread)

    def card(self, conversation: ConversationId) -> Delivery:
        return self._room(What.CARD, conversation)

    def words(self, conversation: ConversationId, seq: int, *, crisis: bool = False) -> Delivery:
        return self._room(What.WORDS, conversation, seq=seq, params={"crisis": crisis})

    def file(self, conversation: ConversationId, seq: int, attachment: str) -> Delivery:
        return self._room(What.FILE, conversation, seq=seq, params={"attachment": attachment})

    def notice(self, conversation: ConversationId, notice: Notice, **params: str | int) -> Delivery:
        return self._room(What.NOTICE, conversation, params={"notice": notice.value, **params})

    def reply_card(
        self, conversation: ConversationId, seq: int, *, shows_words: bool = False
    ) -> Delivery:
        return self._room(
            What.REPLY_CARD, conversation, seq=seq, params={"shows_words": shows_words}
        )

    def reply(
        self,
        conversation: ConversationId,
        seq: int,
        piece: int,
        *,
        late: bool,
        reason: Reason | None = None,
    ) -> Delivery:
        """`reason`: why it cannot be sent now; it may be asked for again."""
        waits = State.ASKED if late else State.HELD
        return self._make(
            What.REPLY,
            youth_lane(self._thread),
            conversation=conversation,
            seq=seq,
            state=waits if reason is None else State.FAILED,
            params={"piece": piece, "late": late},
            reason=reason,
        )

    def change(self, what: What, conversation: ConversationId, seq: int, of: int) -> Delivery:
        """An edit or an unsend of reply `of`; `seq` is the entry that says so."""
        return self._make(
            what, youth_lane(self._thread), conversation=conversation, seq=seq, params={"of": of}
        )

    def service(
        self,
        phrase: str,
        *,
        conversation: ConversationId | None = None,
        seq: int | None = None,
        about: str = "",
        urgent: bool = False,
        not_before: datetime | None = None,
    ) -> Delivery:
        lane = service_lane(self._thread, urgent=urgent)
        return self._make(
            What.SERVICE,
            # What waits for the morning must not hold back what is said tonight.
            lane if not_before is None else f"{lane}:later",
            conversation=conversation,
            seq=seq,
            params={"phrase": phrase, "about": about},
            not_before=not_before,
        )

    def fetch(self, conversation: ConversationId, seq: int, file: Document) -> Delivery:
        return self._make(
            What.FETCH,
            f"fetch:{conversation}",
            conversation=conversation,
            seq=seq,
            words=json.dumps(file, ensure_ascii=False),
        )

    def alarm(self, alarm: Alarm, **params: str | int) -> Delivery:
        """`to`: the room it is told in; without it, the one of whom it is about."""
        return self._make(
            What.ALARM, alarm_lane(self.team), params={"alarm": alarm.value, **params}
        )

    def checklist(self, conversation: ConversationId) -> Delivery:
        """What is to be erased by hand; in the room itself, for its thread is being wiped."""
        return self._room(What.CHECKLIST, conversation, seq=OUTSIDE)

    def whisper(
        self,
        note: Note,
        *,
        user: str,
        room: Room,
        root: str | None = None,
    ) -> Delivery:
        return self._make(
            What.WHISPER,
            f"whisper:{self.new('w')}",
            params={"note": note.value, "user": user, "room": room, "root": root},
        )

    def invite(self, channel: str, comment: str) -> Delivery:
        return self._make(
            What.INVITE, f"invite:{self.new('i')}", words=comment, params={"channel": channel}
        )

    def record(
        self, path: str, document: Document, *, conversation: ConversationId | None = None
    ) -> Delivery:
        """Something the case store is to have, in the order it happened to this thread."""
        return self._make(
            What.RECORD,
            record_lane(self.thread),
            conversation=conversation,
            params={"path": path},
            words=canonical(document).decode(),
        )

    def event(self, conversation: ConversationId, document: Document) -> Delivery:
        """A line for the transfer log, in the order it happened to this thread."""
        return self.record(f"transfers/{conversation}/events/{self.new('e')}", document)

    def verdict(self, copy: Copy, *, link: str | None = None) -> Delivery:
        """What is known of a copy now; `link`: where a person can see to it themselves."""
        told: Document = {"kind": "copy", "at": moment(self.now), **_known(copy, link)}
        return self.event(copy.conversation, told)

    def verdicts(self, conversation: ConversationId, copies: Sequence[Copy]) -> Sequence[Delivery]:
        """What is known of all of them, so many in each."""
        at = moment(self.now)
        told: list[Document] = [
            {"kind": "copies", "at": at, "copies": [_known(copy) for copy in some]}
            for some in (copies[n : n + TOGETHER] for n in range(0, len(copies), TOGETHER))
        ]
        return [self.event(conversation, each) for each in told]

    def link(self, code: str, *, user: str, room: Room) -> Delivery:
        return self._make(
            What.LINK, f"link:{self.new('l')}", words=code, params={"user": user, "room": room}
        )

    @property
    def _thread(self) -> ThreadId:
        if self.thread is None:
            raise LookupError("an errand to a youth needs a thread")
        return self.thread

    def _room(
        self,
        what: What,
        conversation: ConversationId,
        *,
        seq: int | None = None,
        params: Mapping[str, str | int | bool | None] | None = None,
    ) -> Delivery:
        return self._make(
            what, room_lane(conversation), conversation=conversation, seq=seq, params=params
        )

    def _make(
        self,
        what: What,
        lane: str,
        *,
        conversation: ConversationId | None = None,
        seq: int | None = None,
        params: Mapping[str, str | int | bool | None] | None = None,
        words: str | None = None,
        state: State = State.QUEUED,
        not_before: datetime | None = None,
        reason: Reason | None = None,
    ) -> Delivery:
        return Delivery(
            id=DeliveryId(self.new("d")),
            lane=lane,
            what=what,
            thread=self.thread,
            conversation=conversation,
            seq=seq,
            params=dict(params or {}),
            words=words,
            state=state,
            not_before=not_before,
            made_at=self.now,
            reason=reason,
        )


def _known(copy: Copy, link: str | None = None) -> dict[str, Value]:
    by = ticked_by(copy)
    return {
        "copy": copy.id,
        "place": copy.where,
        "whose": copy.whose.value,
        "verdict": copy.verdict.value,
        "evidence": (copy.evidence or "").partition(":")[0] or None,
        "until": moment(copy.until) if copy.until else None,
        "link": link,
        **({} if by is None else {"by": by}),
    }
