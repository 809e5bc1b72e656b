"""A channel in memory that can do what it is told it can, and the youths at its other end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bots.pieces import pieces, units
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, DeliveryId, Ref, Room
from bridge.domain.messages import (
    Bounced,
    Button,
    Echoed,
    Edited,
    Fact,
    File,
    Inbound,
    Outbound,
    Pressed,
    Reacted,
    Receipt,
    Said,
    Seen,
    Unsent,
)
from bridge.domain.windows import Window, window
from bridge.ports import Clock, SendFailed, Unreadable
from tests.support.post import Letter, number_in

CAPABILITIES: Final = Capabilities(
    max_text=4096,
    max_file=20 * 1024 * 1024,
    buttons=Support.FULL,
    edit_ours=Support.FULL,
    erase_ours=Support.FULL,
    erase_theirs=Support.FULL,
    erase_within=timedelta(hours=48),
    reread=Support.NONE,
    sees_unsend=Support.NONE,
    reads=Support.NONE,
    answer_within=None,
    answer_late=None,
    keeps_for=timedelta(hours=24),
    per_chat=timedelta(seconds=1),
    per_second=30,
)
"""Everything Telegram can do."""

LIMITED: Final = replace(
    CAPABILITIES,
    edit_ours=Support.REFUSED,
    erase_ours=Support.REFUSED,
    erase_theirs=Support.REFUSED,
    erase_within=None,
    sees_unsend=Support.FULL,
    reads=Support.FULL,
    answer_within=timedelta(hours=24),
    answer_late=timedelta(days=7),
    keeps_for=timedelta(hours=36),
)
"""A platform that tells more and allows less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A message in somebody's chat; it stays here, marked, when it has been erased."""

    ref: Ref
    ours: bool
    text: str = field(repr=False)
    at: datetime
    buttons: tuple[Button, ...] = ()
    erased: bool = False


class MemoryChannel:
    """`trouble` is raised by the calls to come, one each; `lost` answers get lost afterwards."""

    def __init__(
        self, clock: Clock, *, name: str = "telegram", can: Capabilities = CAPABILITIES
    ) -> None:
        self._clock, self._last = clock, 0
        self.name, self.capabilities = name, can
        self.room: Room | None = None
        """Where one person reads it, whom all of it comes to; None: it comes to the team."""
        self.spoke: dict[Address, datetime] = {}
        """When each youth last said anything."""
        self.given: list[Outbound] = []
        """What we have been given to send, taken or not."""
        self.chats: dict[Address, dict[Ref, Bubble]] = {}
        self.told: list[Inbound] = []
        self.outbox: list[Letter] = []
        """What the platform has not yet been told that we have."""
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.blocked: set[Address] = set()
        self.trouble: list[SendFailed] = []
        self.away: SendFailed | None = None
        self.lost = 0
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens while we wait for the answer to something that is sent."""

    def says(self, who: Address, text: str, *, answers: Ref | None = None) -> Ref:
        ref = self._put(who, text, ours=False)
        self.tells(who, Said(ref=ref, text=text, answers=answers))
        return ref

    def unsends(self, who: Address, ref: Ref) -> None:
        self.chats[who][ref] = replace(self.chats[who][ref], text="", erased=True)
        if self.capabilities.sees_unsend.works:
            self.tells(who, Unsent(ref=ref))

    def reacts(self, who: Address, ref: Ref, emoji: str | None) -> None:
        self.tells(who, Reacted(ref=ref, emoji=emoji))

    def sees_to(self, who: Address, how: Receipt, *refs: Ref, upto: datetime | None = None) -> None:
        """The youth's phone has what we sent, or shows it."""
        if self.capabilities.reads.works:
            self.tells(who, Seen(how=how, refs=refs, upto=upto))

    def bounces(self, who: Address, ref: Ref, reason: Reason) -> None:
        """What the platform took from us could not be delivered after all; our mark comes back."""
        said = self.chats[who][ref].text
        mark = next(what.delivery for what in reversed(self.given) if what.text == said)
        self.tells(who, Bounced(ref=ref, reason=reason, delivery=mark))

    def echoes(
        self,
        who: Address,
        text: str,
        *,
        delivery: DeliveryId | None = None,
        file: str | None = None,
    ) -> Ref:
        """Somebody in the team writes to the youth at the platform itself."""
        ref = self._put(who, text, ours=True)
        sent = () if file is None else (File(ref=file, name=file, type="image/png", size=None),)
        self.tells(who, Echoed(ref=ref, text=text, files=sent, delivery=delivery))
        return ref

    def tells_of_ours(
        self, who: Address, text: str, *, marked: bool, can_mark: bool = True
    ) -> None:
        """The platform tells us of a message that we have sent ourselves."""
        ref = next(b.ref for b in self.sees(who) if b.ours and b.text == text)
        mark = next(what.delivery for what in reversed(self.given) if what.text == text)
        delivery = mark if marked else None
        self.tells(who, Echoed(ref=ref, text=text, delivery=delivery, unmarked=not can_mark))

    def rewords(self, who: Address, ref: Ref, text: str) -> None:
        self.chats[who][ref] = replace(self.chats[who][ref], text=text)
        self.tells(who, Edited(ref=ref, text=text))

    def sends_file(self, who: Address, body: bytes) -> Ref:
        ref = self._put(who, "", ours=False)
        name = f"file-{ref}"
        self.files[name] = body
        file = File(ref=name, name="brev.pdf", type="application/pdf", size=len(body))
        self.tells(who, Said(ref=ref, text="", files=(file,)))
        return ref

    def presses(self, who: Address, label: str) -> None:
        """The newest button of that name that still stands."""
        for bubble in reversed(self.sees(who)):
            for button in bubble.buttons:
                if button.label == label:
                    press = f"press-{len(self.told)}"
                    self.tells(who, Pressed(ref=bubble.ref, data=button.data, press=press))
                    return
        raise LookupError("no such button on the screen")

    def sees(self, who: Address) -> Sequence[Bubble]:
        return [bubble for bubble in self.chats.get(who, {}).values() if not bubble.erased]

    def read(self, body: bytes) -> Inbound:
        try:
            return self.told[number_in(body)]
        except (LookupError, ValueError):
            raise Unreadable("not one of ours") from None

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, CAPABILITIES.max_text)

    async def send(self, to: Address, what: Outbound) -> Ref:
        self.given.append(what)
        self._may(to)
        if units(what.text) > self.capabilities.max_text:
            raise SendFailed(Reason.TOO_LONG, retry=False)
        self._still(to, what)
        ref = self._put(to, what.text, ours=True, buttons=what.buttons)
        if self.meanwhile is not None:
            await self.meanwhile()
        self._answer()
        return ref

    async def edit(self, to: Address, ref: Ref, text: str) -> None:
        self._may(to)
        if not self.capabilities.edit_ours.works:
            raise SendFailed(Reason.NOT_ALLOWED, retry=False)
        bubble = self.chats.get(to, {}).get(ref)
        if bubble is None or bubble.erased or not bubble.ours:
            raise SendFailed(Reason.GONE, retry=False)
        self.chats[to][ref] = replace(bubble, text=text)
        self._answer()

    async def erase(self, to: Address, refs: Sequence[Ref]) -> Mapping[Ref, Erasure]:
        return {ref: self._erased(to, ref) for ref in refs}

    async def answer(self, press: str) -> None:
        return

    async def fetch(self, file: str, *, limit: int) -> bytes:
        self.fetched.append(file)
        if file not in self.files:
            raise SendFailed(Reason.GONE, retry=False)
        if len(self.files[file]) > limit:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
        return self.files[file]

    async def release(self, file: str) -> None:
        """The platform has kept it only for us."""
        self.files.pop(file, None)

    def _erased(self, to: Address, ref: Ref) -> Erasure:
        bubble = self.chats.get(to, {}).get(ref)
        if self.away is not None:
            return Erasure.UNREACHABLE
        if not self.capabilities.erase_ours.works:
            return Erasure.NO_CALL
        if bubble is None or bubble.erased:
            return Erasure.NOT_FOUND
        if self._clock.now() - bubble.at >= timedelta(hours=48):
            return Erasure.TOO_LATE
        self.chats[to][ref] = replace(bubble, text="", erased=True)
        return Erasure.CONFIRMED

    def _may(self, to: Address) -> None:
        if self.away is not None:
            raise self.away
        if self.trouble:
            raise self.trouble.pop(0)
        if to in self.blocked:
            raise SendFailed(Reason.BLOCKED, retry=False)

    def _still(self, to: Address, what: Outbound) -> None:
        """The window in which this may be said."""
        now = window(self.capabilities, self.spoke.get(to), self._clock.now())
        late = now is Window.LATE and what.by_person and what.late
        if now is not Window.OPEN and not late:
            raise SendFailed(Reason.CLOSED, retry=False)

    def _answer(self) -> None:
        if self.lost:
            self.lost -= 1
            raise SendFailed(Reason.NO_ANSWER, retry=False)

    def _put(self, who: Address, text: str, *, ours: bool, buttons: tuple[Button, ...] = ()) -> Ref:
        self._last += 1
        ref, now = Ref(str(self._last)), self._clock.now()
        bubble = Bubble(ref=ref, ours=ours, text=text, at=now, buttons=buttons)
        self.chats.setdefault(who, {})[ref] = bubble
        return ref

    def tells(self, who: Address, fact: Fact) -> None:
        """The platform tells us of something, in any form it likes."""
        if isinstance(fact, Said | Pressed):
            self.spoke[who] = self._clock.now()
        at = self._clock.now()
        self.told.append(Inbound(address=who, at=at, fact=fact, room=self.room))
        self.outbox.append(Letter.numbered(self.name, len(self.told) - 1))
