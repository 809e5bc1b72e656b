"""Several at once, none of which is left behind at work."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def batched(all_: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (all_[n : n + size] for n in range(0, len(all_), size))


async def side_by_side(several: Sequence[Coroutine[Any, Any, None]]) -> None:
    """
    When every one of them is over; broken off with whoever waits.

    Raises what the first of them raised, if any did, and not before.
    """
    if len(several) == 1:
        await several[0]
        return
    tasks = [asyncio.create_task(each) for each in several]
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
    raised = [task.exception() for task in tasks]
    for trouble in raised:
        if trouble is not None:
            raise trouble
