"""Lines for the transfer log that come together: one call for all of them, and each its answer."""

import asyncio
from collections.abc import Collection

import pytest

from bridge.casefile.together import ALL, AT_ONCE, LINE, Together
from bridge.casefile.told import Trouble
from bridge.domain.canonical import Document, canonical
from bridge.ports import RecordRefused, RecordUnreachable, Refusal


class Store:
    """Answers when it is let to, and will not have a call that names one of `refused`."""

    def __init__(self, refused: Collection[str] = (), *, away: Trouble | None = None) -> None:
        self._refused, self._away = refused, away
        self.asked: list[str] = []
        self.hears, self.goes_on = asyncio.Event(), asyncio.Event()
        self.largest = 0

    async def put(self, path: str, written: bytes) -> None:
        self.asked.append(path)
        self.largest = max(self.largest, len(written))
        self.hears.set()
        await self.goes_on.wait()
        if self._away is not None and path == ALL:
            raise RecordUnreachable(self._away)
        if any(name.encode() in written or name in path for name in self._refused):
            raise RecordRefused(Refusal.DIFFERENT)


def path(n: int) -> str:
    return f"transfers/c_{n}/events/e_{n:03}"


async def told(store: Store, many: int, size: int = 1) -> list[BaseException | None]:
    """One line is on its way when the others come; what each was answered."""
    together = Together(store.put, canonical)
    document: Document = {"kind": "copy", "text": "x" * size}
    async with asyncio.timeout(10):
        first = asyncio.create_task(together.tell(path(0), document))
        await store.hears.wait()
        others = [asyncio.create_task(together.tell(path(n), document)) for n in range(1, many)]
        await asyncio.wait(others, timeout=0.05)
        store.goes_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)


async def test_what_comes_while_a_call_is_out_goes_in_the_next() -> None:
    """Five calls would hold the log five times."""
    store = Store()

    assert await told(store, 6) == [None] * 6

    assert store.asked == [path(0), ALL]


async def test_no_call_carries_more_than_the_case_store_takes() -> None:
    """What it says no to for its size alone would be told as refused."""
    many, large = Store(), Store()

    await told(many, 2 + AT_ONCE)
    await told(large, 9, size=200_000)

    assert many.asked == [path(0), ALL, path(1 + AT_ONCE)]
    assert large.asked == [path(0), ALL, ALL, ALL][: len(large.asked)]
    assert large.largest < 1024 * 1024


async def test_where_one_is_refused_the_others_are_put_by_themselves() -> None:
    """One youth's line is not refused because of another's."""
    store = Store(refused=["e_002"])

    answered = await told(store, 4)

    assert [type(each) for each in answered] == [type(None), type(None), RecordRefused, type(None)]
    assert store.asked == [path(0), ALL, path(1), path(2), path(3)]


async def test_where_nobody_answers_all_of_them_wait() -> None:
    """Each is told so, and nobody is told that it is there."""
    store = Store(away=Trouble.NO_ANSWER)

    answered = await told(store, 3)

    assert [type(each) for each in answered] == [type(None), RecordUnreachable, RecordUnreachable]


async def test_a_case_store_that_knows_no_such_call_is_told_one_by_one() -> None:
    """One that was set back to an earlier version must not stop the log."""
    store = Store(away=Trouble.NOT_UNDERSTOOD)

    assert await told(store, 3) == [None] * 3

    assert store.asked == [path(0), ALL, path(1), path(2)]


async def test_who_is_broken_off_takes_nobody_along() -> None:
    """A call that is given up says nothing of the lines that went with it; they are put again."""
    store = Store()
    together = Together(store.put, canonical)
    async with asyncio.timeout(10):
        first = asyncio.create_task(together.tell(path(0), {}))
        await store.hears.wait()
        tells, waits = (asyncio.create_task(together.tell(path(n), {})) for n in (1, 2))
        await asyncio.wait([tells], timeout=0.05)
        first.cancel()
        store.hears.clear()
        await store.hears.wait()
        assert store.asked[-1] == ALL
        tells.cancel()

        with pytest.raises(RecordUnreachable):
            await waits
        again = asyncio.create_task(together.tell(path(2), {}))
        store.goes_on.set()
        await again
    assert store.asked == [path(0), ALL, path(2)]


def test_only_lines_of_the_log_go_together() -> None:
    """A consent or a transcript is answered for by itself, at once."""
    assert LINE.fullmatch(path(1))
    assert not any(
        LINE.fullmatch(other)
        for other in ("transcripts/c_1", "consents/k_1", "transfers/c_1", f"{path(1)}/x", ALL)
    )
