"""The make-believe room keeps a workspace's promises: what is tested on it holds elsewhere."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref, Room
from bridge.domain.speech import Event
from bridge.ports import SendFailed
from tests.contract.workspace_contract import AT, WorkspaceContract
from tests.support.clock import StoppedClock
from tests.support.rooms import MemoryWorkspace


class MemoryRig:
    room, kari = Room("C1"), "U_KARI"

    def __init__(self) -> None:
        self._clock = StoppedClock(AT)
        self.workspace = MemoryWorkspace(self._clock, [self.kari, "U_OLA"])
        self._read = 0

    @property
    def without_admin(self) -> MemoryWorkspace:
        """The same room, with fewer rights."""
        other = MemoryWorkspace(self._clock, [self.kari, "U_OLA"], admin=False)
        other.posts = self.workspace.posts
        return other

    async def kari_writes(self, words: str, root: Ref | None, *, to_youth: bool = False) -> Ref:
        self._clock.move(timedelta(microseconds=1))
        return self.workspace.writes(self.kari, self.room, words, root, to_youth=to_youth)

    def kari_gives(self, body: bytes) -> Ref:
        ref = Ref(f"{self.room}/F_given_{len(self.workspace.kept)}")
        self.workspace.kept[ref] = body
        return ref

    async def kari_deletes(self, ref: Ref) -> None:
        self.workspace.deletes(ref)

    async def kari_sees(self, root: Ref) -> str:
        return self._seen_by(self.kari, root)

    async def ola_sees(self, root: Ref) -> str:
        return self._seen_by("U_OLA", root)

    async def lock_screens(self) -> Sequence[str]:
        return self.workspace.pushes

    async def told(self) -> Sequence[Event]:
        news = self.workspace.told[self._read :]
        self._read = len(self.workspace.told)
        return news

    def busy(self, seconds: int) -> None:
        after = timedelta(seconds=seconds)
        self.workspace.trouble.append(SendFailed(Reason.BUSY, retry=True, after=after))

    def lose_answer(self) -> None:
        self.workspace.lost = 1

    def _seen_by(self, user: str, root: Ref) -> str:
        alone = [words for who, where, words in self.workspace.whispers if who == user]
        return "\n".join([*(posted.words for posted in self.workspace.thread(root)), *alone])


class TestMemoryWorkspace(WorkspaceContract):
    @pytest.fixture
    def rig(self) -> MemoryRig:
        return MemoryRig()
