"""A workspace that answers nothing that is put up."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bridge.domain.cards import Card
from bridge.domain.ids import Ref, Room


class StuckWorkspace:
    def __init__(self, behind: Any) -> None:
        self._behind = behind
        self.hanging = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        self.hanging += 1
        never: asyncio.Future[Ref] = asyncio.get_running_loop().create_future()
        return await never
