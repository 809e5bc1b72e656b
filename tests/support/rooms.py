"""A workspace in memory, with the people in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bridge.domain.cards import (
    AlarmCard,
    Card,
    ChecklistCard,
    Form,
    Note,
    NoticeCard,
    ReplyCard,
    RootCard,
    SeveralCard,
    WordsCard,
)
from bridge.domain.consent import Standing
from bridge.domain.copies import Erasure, Whose
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref, Room
from bridge.domain.speech import Clicked, Deleted, Event, Manner, Mention, Post, Submitted
from bridge.ports import Clock, SendFailed, Unreadable, Uploaded
from tests.support.post import Letter, number_in

SAYS_YES: Final[Mapping[Standing, str]] = {Standing.YES: "samtykke: ja"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message that stands in a room; `user` is None where it is ours."""

    ref: Ref
    room: Room
    root: Ref | None
    at: datetime
    words: str = field(repr=False)
    user: str | None = None
    keys: tuple[str, ...] = ()
    card: Card | None = None
    mention: Mention = Mention.NONE


class MemoryWorkspace:
    """`trouble` is raised by the posts to come, one each; `lost` answers get lost afterwards."""

    def __init__(self, clock: Clock, members: Sequence[str], *, admin: bool = True) -> None:
        self._clock, self._last = clock, 0
        self._members, self.admin = tuple(members), admin
        self.posts: dict[Ref, Posted] = {}
        self.files: dict[Ref, str] = {}
        self.shown: dict[Ref, Ref] = {}
        """Which file a message of ours shows."""
        self.kept: dict[Ref, bytes] = {}
        """Files that somebody has put in a form."""
        self.told: list[Event] = []
        self.outbox: list[Letter] = []
        self.whispers: list[tuple[str, Ref | None, str]] = []
        self.pushes: list[str] = []
        self.trouble: list[SendFailed] = []
        self.lost = 0

    def writes(self, user: str, room: Room, words: str, root: Ref | None, *, to_youth: bool) -> Ref:
        mention = Mention.BEGINS if to_youth else Mention.NONE
        posted = Posted(
            ref=self._ref(room), room=room, root=root, at=self._clock.now(), words=words,
            user=user, mention=mention,
        )  # fmt: skip
        self.posts[posted.ref] = posted
        self._tell(_as_told(posted))
        return posted.ref

    def deletes(self, ref: Ref) -> None:
        posted = self.posts.pop(ref)
        self._tell(Deleted(room=posted.room, ref=ref, at=self._clock.now()))

    def presses(self, user: str, ref: Ref, action: str, value: str) -> None:
        posted, now = self.posts[ref], self._clock.now()
        self._tell(
            Clicked(action=action, value=value, user=user, room=posted.room, ref=ref,
                    root=posted.root, at=now)
        )  # fmt: skip

    def submits(
        self, user: str, form: str, about: str, *, text: str = "", case: str | None = None
    ) -> None:
        now = self._clock.now()
        self._tell(Submitted(form=form, about=about, user=user, at=now, text=text, case=case))

    def thread(self, root: Ref) -> Sequence[Posted]:
        return [posted for posted in self.posts.values() if root in (posted.ref, posted.root)]

    def read(self, body: bytes) -> Event:
        try:
            return self.told[number_in(body)]
        except (LookupError, ValueError):
            raise Unreadable("not one of ours") from None

    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        return self._put(room, root, _words(card), keys=(key, *also), card=card).ref

    async def renew(self, ref: Ref, card: Card) -> None:
        if ref not in self.posts:
            raise SendFailed(Reason.GONE, retry=False)
        self.posts[ref] = replace(self.posts[ref], words=_words(card), card=card)

    async def upload(
        self, room: Room, root: Ref, name: str, mime: str, body: bytes, *, key: str
    ) -> Uploaded:
        posted = self._put(room, root, "fil", keys=(key,))
        file = Ref(f"{room}/F{self._last:08}")
        self.files[file], self.shown[posted.ref] = mime, file
        return Uploaded(file=file, message=posted.ref)

    async def find(self, room: Room, root: Ref | None, key: str) -> Ref | None:
        there = [p for p in self.posts.values() if (p.room, p.root) == (room, root)]
        found = [p.ref for p in there if key in p.keys]
        return found[0] if found else None

    async def find_file(self, room: Room, root: Ref, key: str) -> Uploaded | None:
        message = await self.find(room, root, key)
        file = self.shown.get(message) if message else None
        return Uploaded(file=file, message=message) if file else None

    async def fetch(self, file: Ref, *, limit: int) -> bytes:
        body = self.kept.get(file)
        if body is None:
            raise SendFailed(Reason.GONE, retry=False)
        if len(body) > limit:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
        return body

    async def shown_by(self, file: Ref) -> Ref | None:
        stands = file in self.files
        return next((r for r, shown in self.shown.items() if stands and shown == file), None)

    async def whisper(self, room: Room, root: Ref | None, user: str, note: Note) -> None:
        self.whispers.append((user, root, f"Dette ble ikke sendt til ungdommen: {note}"))

    async def replies(
        self, room: Room, root: Ref | None, *, since: datetime | None = None
    ) -> Sequence[Post]:
        return [
            replace(_as_told(posted), late=True)
            for posted in self.posts.values()
            if posted.user and (posted.room, posted.root) == (room, root)
            if since is None or posted.at >= since
        ]

    async def standing(self, room: Room, root: Ref) -> frozenset[Ref]:
        return frozenset(posted.ref for posted in self.thread(root))

    async def erase(self, ref: Ref, whose: Whose) -> Erasure:
        posted = self.posts.get(ref)
        if posted is not None and posted.user and not self.admin:
            return Erasure.NOT_OURS
        self.posts.pop(ref, None)
        return Erasure.REREAD

    async def erase_file(self, ref: Ref) -> Erasure:
        self.files.pop(ref, None)
        return Erasure.REREAD

    async def link(self, ref: Ref) -> str | None:
        return f"https://eksempel.no/{ref}" if ref in self.posts else None

    async def readers(self, room: Room) -> frozenset[str]:
        return frozenset(self._members)

    async def open(self, trigger: str, form: Form) -> None:
        return

    def _put(
        self,
        room: Room,
        root: Ref | None,
        words: str,
        *,
        keys: tuple[str, ...],
        card: Card | None = None,
    ) -> Posted:
        if self.trouble:
            raise self.trouble.pop(0)
        posted = Posted(
            ref=self._ref(room), room=room, root=root, at=self._clock.now(), words=words,
            keys=keys, card=card,
        )  # fmt: skip
        self.posts[posted.ref] = posted
        self.pushes.append("Ny melding")
        if self.lost:
            self.lost -= 1
            raise SendFailed(Reason.NO_ANSWER, retry=False)
        return posted

    def _ref(self, room: Room) -> Ref:
        now = int(self._clock.now().timestamp() * 1_000_000)
        self._last = max(now, self._last + 1)
        return Ref(f"{room}/{self._last // 1_000_000}.{self._last % 1_000_000:06}")

    def _tell(self, event: Event) -> None:
        self.told.append(event)
        self.outbox.append(Letter.numbered("slack", len(self.told) - 1))


def _as_told(posted: Posted) -> Post:
    micro = timedelta(microseconds=int(posted.ref.rpartition(".")[2]))
    second = posted.at.replace(microsecond=0)
    return Post(
        room=posted.room, ref=posted.ref, root=posted.root, user=posted.user or "",
        at=second + micro, mention=posted.mention, manner=Manner.PLAIN, text=posted.words,
    )  # fmt: skip


def _words(card: Card) -> str:
    match card:
        case RootCard():
            return f"{card.alias} · {SAYS_YES.get(card.standing, 'samtykke: …')}"
        case WordsCard():
            return card.text
        case SeveralCard():
            return "\n".join(each.text for each in card.said)
        case ReplyCard():
            return f"{card.state} {card.text or ''}"
        case NoticeCard():
            return str(card.notice)
        case AlarmCard():
            return str(card.alarm)
        case ChecklistCard():
            return f"{card.alias} {len(card.left) + card.more}"
