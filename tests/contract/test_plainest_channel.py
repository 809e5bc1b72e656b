"""A channel that can do next to nothing keeps the same promises, by refusing cleanly."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Edited, File, Inbound, Outbound, Said
from bridge.ports import SendFailed, Unreadable
from tests.contract.channel_contract import ChannelContract

MAYA: Final = Address("maya")
OLA: Final = Address("ola")


NEXT_TO_NOTHING: Final = Capabilities(
    max_text=1_000,
    max_file=1_000_000,
    buttons=Support.REFUSED,
    edit_ours=Support.REFUSED,
    erase_ours=Support.REFUSED,
    erase_theirs=Support.REFUSED,
    erase_within=None,
    reread=Support.NONE,
    sees_unsend=Support.NONE,
    reads=Support.NONE,
    answer_within=None,
    answer_late=None,
    keeps_for=None,
    per_chat=timedelta(),
    per_second=100,
)


@dataclass(slots=True)
class Postcards:
    """Words in and out; no buttons, and what is written stays written."""

    name: str = "postcards"
    capabilities: Capabilities = NEXT_TO_NOTHING
    written: list[tuple[Address, str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    trouble: list[SendFailed] = field(default_factory=list)
    stays_away: SendFailed | None = None

    def read(self, body: bytes) -> Inbound:
        try:
            card = json.loads(body)
            fact: Said | Edited = Said(
                ref=Ref(card["ref"]),
                text=card["text"],
                files=tuple(File(ref=name, name="f", type="x/y", size=1) for name in card["files"]),
                answers=None if card["answers"] is None else Ref(card["answers"]),
            )
            if card["again"]:
                fact = Edited(ref=fact.ref, text=fact.text)
        except (ValueError, RecursionError, LookupError, TypeError):
            raise Unreadable("no card") from None
        return Inbound(address=MAYA, at=datetime(2026, 3, 2, tzinfo=UTC), fact=fact)

    def pieces(self, text: str) -> Sequence[str]:
        return [text[at : at + 500] for at in range(0, len(text), 500)]

    async def send(self, to: Address, what: Outbound) -> Ref:
        if what.buttons:
            raise SendFailed(Reason.NOT_ALLOWED, retry=False)
        if len(what.text) > self.capabilities.max_text:
            raise SendFailed(Reason.TOO_LONG, retry=False)
        if self.stays_away is not None:
            raise self.stays_away
        failed = self.trouble.pop() if self.trouble else None
        if failed is None or failed.reason is Reason.NO_ANSWER:
            self.written.append((to, what.text))
        if failed is not None:
            raise failed
        return Ref(str(len(self.written)))

    async def edit(self, to: Address, ref: Ref, text: str) -> None:
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def erase(self, to: Address, refs: Sequence[Ref]) -> Mapping[Ref, Erasure]:
        return dict.fromkeys(refs, Erasure.NO_CALL)

    async def answer(self, press: str) -> None: ...

    async def fetch(self, file: str, *, limit: int) -> bytes:
        if file not in self.files:
            raise SendFailed(Reason.GONE, retry=False)
        if len(self.files[file]) > limit:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
        return self.files[file]


class PostcardRig:
    def __init__(self) -> None:
        self.channel = Postcards()
        self.youth, self.other = MAYA, OLA

    async def says(self, text: str, *, answers: Ref | None = None) -> bytes:
        self.channel.written.append((MAYA, text))
        return self._card(text=text, answers=answers, ref=str(len(self.channel.written)))

    async def rewords(self, ref: Ref, text: str) -> bytes:
        return self._card(text=text, ref=ref, again=True)

    async def unsends(self, ref: Ref) -> bytes | None:
        return None

    async def reads(self, ref: Ref) -> bytes | None:
        return None

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes:
        self.channel.files["f1"] = body
        return self._card(files=["f1"])

    async def presses(self, label: str) -> bytes:
        raise LookupError(label)

    def sees(self, who: Address) -> Sequence[str]:
        return [text for to, text in self.channel.written if to == who]

    def later(self, pause: timedelta) -> None: ...

    def blocks(self) -> None:
        self.channel.stays_away = SendFailed(Reason.BLOCKED, retry=False)

    def is_busy(self, pause: timedelta) -> timedelta:
        self.channel.trouble.append(SendFailed(Reason.BUSY, retry=True, after=pause))
        return pause

    def loses_the_answer(self) -> None:
        self.channel.trouble.append(SendFailed(Reason.NO_ANSWER, retry=False))

    def revokes(self) -> None:
        self.channel.stays_away = SendFailed(Reason.REVOKED, retry=True)

    async def vanishes(self) -> None:
        self.channel.stays_away = SendFailed(Reason.UNREACHABLE, retry=True)

    def _card(self, **change: object) -> bytes:
        card = {"ref": "1", "text": "", "files": [], "answers": None, "again": False} | change
        return json.dumps(card).encode()


class TestPostcards(ChannelContract):
    @pytest.fixture
    def rig(self) -> PostcardRig:
        return PostcardRig()
