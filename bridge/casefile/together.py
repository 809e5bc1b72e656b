"""
Calls of one kind, made together where they come together.

Nothing waits for a timer: whoever's turn it is takes what has gathered while the last call was
out. If the case store will not have all of them, each is made by itself, and answered for itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from bridge.casefile.told import Trouble
from bridge.ports import RecordRefused, RecordUnreachable

AT_ONCE: Final = 50
LARGEST: Final = 500_000
"""Bytes in one call, and one more of them."""

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Answered = tuple[Answer] | RecordRefused | RecordUnreachable


async def in_one(call: Awaitable[Answer]) -> Answer | None:
    """
    What a call for several gave; None where the case store will not have them all, or knows no
    such call. Raises `RecordUnreachable`.
    """
    try:
        return await call
    except RecordRefused:
        return None
    except RecordUnreachable as away:
        if away.args == (Trouble.NOT_UNDERSTOOD,):
            return None
        raise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting(Generic[Asked, Answer]):
    asked: Asked = field(repr=False)
    told: "asyncio.Future[Answered[Answer]]" = field(repr=False)


class Together(Generic[Asked, Answer]):
    """
    `one` makes a call for one, and `several` one call for all of several, which it answers for in
    their order; `size` is how many bytes one of them takes. One call is out at a time of all that
    share a `turn`: the case store takes one after another anyhow, and more gathers meanwhile.
    """

    def __init__(
        self,
        one: Callable[[Asked], Awaitable[Answer]],
        several: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        size: Callable[[Asked], int],
        *,
        turn: asyncio.Lock,
    ) -> None:
        self._one, self._several, self._size = one, several, size
        self._turn = turn
        self._waiting: list[Waiting[Asked, Answer]] = []

    async def ask(self, asked: Asked) -> Answer:
        """Raises what the call did that it went with."""
        told = asyncio.get_running_loop().create_future()
        mine: Waiting[Asked, Answer] = Waiting(asked=asked, told=told)
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not told.done():
                    await self._ask(self._taken())
        finally:
            if mine in self._waiting:  # broken off before it was taken
                self._waiting.remove(mine)
        said: Answered[Answer] = told.result()
        if isinstance(said, tuple):
            return said[0]
        raise said

    def _taken(self) -> Sequence[Waiting[Asked, Answer]]:
        """The first of those that wait, as many as go in one call."""
        size, count = 0, 0
        for each in self._waiting[:AT_ONCE]:
            size, count = size + self._size(each.asked), count + 1
            if size >= LARGEST:
                break
        taken = self._waiting[:count]
        del self._waiting[:count]
        return taken

    async def _ask(self, taken: Sequence[Waiting[Asked, Answer]]) -> None:
        try:
            if len(taken) > 1 and await self._all(taken):
                return
            for each in taken:
                await self._by_itself(each)
        finally:
            for each in taken:
                if not each.told.done():  # broken off, and nobody knows what came of it
                    each.told.set_result(RecordUnreachable(Trouble.NO_ANSWER))

    async def _all(self, taken: Sequence[Waiting[Asked, Answer]]) -> bool:
        """Whether they are answered for, with what they have asked for or that nobody is there."""
        try:
            said = await in_one(self._several([each.asked for each in taken]))
        except RecordUnreachable as away:
            for each in taken:
                each.told.set_result(RecordUnreachable(*away.args))
            return True
        if said is None:
            return False
        for each, answer in zip(taken, said, strict=True):
            each.told.set_result((answer,))
        return True

    async def _by_itself(self, each: Waiting[Asked, Answer]) -> None:
        try:
            each.told.set_result((await self._one(each.asked),))
        except (RecordRefused, RecordUnreachable) as trouble:
            each.told.set_result(trouble)
