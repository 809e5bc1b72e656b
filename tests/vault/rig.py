"""What the vault's tests are built of: where a vault can live, and things to put in it."""

import random
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.domain.copies import Copy, Place, Whose
from bridge.domain.delivery import Delivery, What
from bridge.domain.ids import Address, ConversationId, CopyId, DeliveryId, Ref, Room, ThreadId
from bridge.domain.lifecycle import ClosedForJournal, Erased, Ledger, ReadBack
from bridge.domain.messages import By, Draft, Kind
from bridge.domain.threads import Conversation, Thread
from bridge.keyring import FileKeyRing
from bridge.ports import KeyRing
from bridge.vault.sql import SqlTransaction, SqlVault
from tests.support.clock import StoppedClock
from tests.support.postgres import Server, drop_database, fresh_database

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
TEAM = "team_1"
MAYA = ThreadId("thr_maya")
TALK = ConversationId("con_1")


class SeededMint:
    """Ids that look random and are the same on every machine."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{self._random.getrandbits(96):024x}"

    def draw(self, below: int) -> int:
        return self._random.randrange(below)

    def salt(self) -> str:
        return self._random.randbytes(32).hex()


@dataclass(frozen=True, kw_only=True)
class Home:
    """A place where a vault lives; it can be left and opened again."""

    url: str
    ring: KeyRing
    clock: StoppedClock = field(default_factory=StoppedClock)
    mint: SeededMint = field(default_factory=SeededMint)
    team: str = TEAM

    def open(self, kind: type[SqlVault] = SqlVault) -> AbstractAsyncContextManager[SqlVault]:
        return kind.opened(
            self.url, keys=self.ring, clock=self.clock, mint=self.mint, team=self.team
        )


def ring_in(folder: Path) -> FileKeyRing:
    return FileKeyRing.open(folder / "ring.json", data_dir=folder / "data")


def home_in_memory(folder: Path) -> Home:
    return Home(url="sqlite://", ring=ring_in(folder))


def home_in_file(folder: Path) -> Home:
    data = folder / "data"
    data.mkdir()
    return Home(url=f"sqlite:///{data / 'vault.db'}", ring=ring_in(folder))


@asynccontextmanager
async def home_on(server: Server, folder: Path) -> AsyncIterator[Home]:
    url = await fresh_database(server)
    try:
        yield Home(url=url, ring=ring_in(folder))
    finally:
        await drop_database(server, url)


def maya(**changes: object) -> Thread:
    thread = Thread(
        id=MAYA,
        team=TEAM,
        channel="telegram",
        alias="Blå rev",
        address=Address("tg-777000111"),
        last_youth_at=NOON,
    )
    return replace(thread, **changes)  # type: ignore[arg-type]  # fields by name, in tests


def talk(id_: ConversationId = TALK, *, thread: ThreadId = MAYA) -> Conversation:
    return Conversation(
        ledger=Ledger(conversation=id_), thread=thread, opened_at=NOON, last_at=NOON
    )


def said(text: str, *, by: By = By.YOUTH, at: datetime = NOON) -> Draft:
    return Draft(by=by, kind=Kind.SAID, at=at, text=text)


def errand(
    id_: str, *, lane: str = "youth:maya", what: What = What.REPLY, seq: int | None = None
) -> Delivery:
    return Delivery(
        id=DeliveryId(id_),
        lane=lane,
        what=what,
        thread=MAYA,
        conversation=TALK,
        seq=seq,
        made_at=NOON,
    )


def copy_of(id_: str, *, place: Place = Place.CHANNEL, seq: int | None = 1) -> Copy:
    return Copy(
        id=CopyId(id_),
        thread=MAYA,
        conversation=TALK,
        seq=seq,
        place=place,
        channel="telegram" if place is Place.CHANNEL else None,
        whose=Whose.YOUTH,
    )


async def begun(tx: SqlTransaction, *words: str) -> Ledger:
    """Maya's thread, with a conversation in which `words` have been said."""
    await tx.threads.add(maya())
    await tx.words.begin(talk())
    for text in words:
        await tx.words.append(TALK, said(text))
    return (await tx.threads.conversation(TALK)).ledger


async def forgotten(tx: SqlTransaction, ledger: Ledger) -> Ledger:
    """All the way to the end."""
    sealed = await tx.words.move(
        ledger,
        ClosedForJournal(count=ledger.last_seq, digest="d1"),
        document={"messages": ["filed"]},
    )
    there = await tx.words.move(sealed, ReadBack(digest="d1"))
    return await tx.words.move(there, Erased(count=ledger.last_seq))


def in_room(conversation: Conversation) -> Conversation:
    return replace(conversation, room=Room("C1"), root=Ref("C1/1700000000.000100"))


def after(**units: float) -> datetime:
    return NOON + timedelta(**units)
