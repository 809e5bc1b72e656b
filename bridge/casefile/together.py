"""
Lines for the transfer log, told together where they come together.

Nothing waits for a timer: whoever's turn it is takes what has gathered while the last call was
out. If the case store will not have all of them, each is put by itself, and answered for itself.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bridge.casefile.told import Trouble
from bridge.domain.canonical import Document
from bridge.ports import RecordRefused, RecordUnreachable

LINE: Final = re.compile(r"transfers/([A-Za-z0-9_-]{1,64})/events/([A-Za-z0-9_-]{1,64})")
ALL: Final = "transfers/events"
AT_ONCE: Final = 50
LARGEST: Final = 500_000
"""Bytes in one call, and one line more."""

Put = Callable[[str, bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    path: str
    document: Document = field(repr=False)
    written: bytes = field(repr=False)
    told: "asyncio.Future[RecordRefused | RecordUnreachable | None]" = field(repr=False)
    """None when it is there."""


class Together:
    """`put` makes one call; `written` is how a document goes over the wire."""

    def __init__(self, put: Put, written: Callable[[Document], bytes]) -> None:
        self._put, self._written = put, written
        self._turn = asyncio.Lock()
        self._waiting: list[Line] = []

    async def tell(self, path: str, document: Document) -> None:
        """It is there when this returns. Raises what the call did that it went with."""
        told = asyncio.get_running_loop().create_future()
        mine = Line(path=path, document=document, written=self._written(document), told=told)
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not told.done():
                    await self._tell(self._taken())
        finally:
            if mine in self._waiting:  # broken off before it was taken
                self._waiting.remove(mine)
        if (trouble := told.result()) is not None:
            raise trouble

    def _taken(self) -> Sequence[Line]:
        """The first of those that wait, as many as go in one call."""
        size, count = 0, 0
        for line in self._waiting[:AT_ONCE]:
            size, count = size + len(line.written), count + 1
            if size >= LARGEST:
                break
        taken = self._waiting[:count]
        del self._waiting[:count]
        return taken

    async def _tell(self, lines: Sequence[Line]) -> None:
        try:
            if len(lines) > 1 and await self._all(lines):
                return
            for line in lines:
                await self._one(line)
        finally:
            for line in lines:
                if not line.told.done():  # broken off, and nobody knows what came of it
                    line.told.set_result(RecordUnreachable(Trouble.NO_ANSWER))

    async def _all(self, lines: Sequence[Line]) -> bool:
        """False where the case store will not have them all, or knows no such call."""
        try:
            await self._put(ALL, self._written({"events": [_named(line) for line in lines]}))
        except RecordRefused:
            return False
        except RecordUnreachable as away:
            if away.args == (Trouble.NOT_UNDERSTOOD,):
                return False
            for line in lines:
                line.told.set_result(RecordUnreachable(*away.args))
        else:
            for line in lines:
                line.told.set_result(None)
        return True

    async def _one(self, line: Line) -> None:
        try:
            await self._put(line.path, line.written)
        except (RecordRefused, RecordUnreachable) as trouble:
            line.told.set_result(trouble)
        else:
            line.told.set_result(None)


def _named(line: Line) -> Document:
    found = LINE.fullmatch(line.path)
    if found is None:
        raise ValueError("not a line of the transfer log")
    return {"conversation": found[1], "id": found[2], "event": line.document}
