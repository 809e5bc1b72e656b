"""What comes together for the case record: one call for all of it, and each its answer."""

import asyncio
from collections.abc import Collection, Sequence

import pytest

from bridge.casefile.several import CONTACT, LINE, LINES, Put, digests, lines
from bridge.casefile.together import AT_ONCE, Together
from bridge.casefile.told import Trouble
from bridge.domain.canonical import Document, canonical
from bridge.domain.ids import ConversationId
from bridge.ports import RecordRefused, RecordUnreachable, Refusal


class Store:
    """Answers when it is let to, and will not have a call that names one of `refused`."""

    def __init__(self, refused: Collection[str] = (), *, away: Trouble | None = None) -> None:
        self._refused, self._away = refused, away
        self.asked: list[str] = []
        self.hears, self.goes_on = asyncio.Event(), asyncio.Event()
        self.largest = 0

    async def one(self, put: Put) -> None:
        await self._put(put.path, put.written)

    async def several(self, puts: Sequence[Put]) -> Sequence[None]:
        await self._put(LINES, canonical(lines(puts)))
        return [None] * len(puts)

    def together(self, turn: asyncio.Lock | None = None) -> Together[Put, None]:
        turn = turn or asyncio.Lock()
        return Together(self.one, self.several, lambda put: put.size, turn=turn)

    async def _put(self, path: str, written: bytes) -> None:
        self.asked.append(path)
        self.largest = max(self.largest, len(written))
        self.hears.set()
        await self.goes_on.wait()
        if self._away is not None and path == LINES:
            raise RecordUnreachable(self._away)
        if any(name.encode() in written or name in path for name in self._refused):
            raise RecordRefused(Refusal.DIFFERENT)


def path(n: int) -> str:
    return f"transfers/c_{n}/events/e_{n:03}"


def line(n: int, document: Document) -> Put:
    return Put(path=path(n), document=document, written=canonical(document))


async def told(store: Store, many: int, size: int = 1) -> list[BaseException | None]:
    """One line is on its way when the others come; what each was answered."""
    together = store.together()
    document: Document = {"kind": "copy", "text": "x" * size}
    async with asyncio.timeout(10):
        first = asyncio.create_task(together.ask(line(0, document)))
        await store.hears.wait()
        others = [asyncio.create_task(together.ask(line(n, document))) for n in range(1, many)]
        await asyncio.wait(others, timeout=0.05)
        store.goes_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)


async def test_what_comes_while_a_call_is_out_goes_in_the_next() -> None:
    """Five calls would hold the log five times."""
    store = Store()

    assert await told(store, 6) == [None] * 6

    assert store.asked == [path(0), LINES]


async def test_no_call_carries_more_than_the_case_store_takes() -> None:
    """What it says no to for its size alone would be told as refused."""
    many, large = Store(), Store()

    await told(many, 2 + AT_ONCE)
    await told(large, 9, size=200_000)

    assert many.asked == [path(0), LINES, path(1 + AT_ONCE)]
    assert large.asked == [path(0), LINES, LINES, LINES][: len(large.asked)]
    assert large.largest < 1024 * 1024


async def test_where_one_is_refused_the_others_are_put_by_themselves() -> None:
    """One youth's line is not refused because of another's."""
    store = Store(refused=["e_002"])

    answered = await told(store, 4)

    assert [type(each) for each in answered] == [type(None), type(None), RecordRefused, type(None)]
    assert store.asked == [path(0), LINES, path(1), path(2), path(3)]


async def test_where_nobody_answers_all_of_them_wait() -> None:
    """Each is told so, and nobody is told that it is there."""
    store = Store(away=Trouble.NO_ANSWER)

    answered = await told(store, 3)

    assert [type(each) for each in answered] == [type(None), RecordUnreachable, RecordUnreachable]


async def test_a_case_store_that_knows_no_such_call_is_told_one_by_one() -> None:
    """One that was set back to an earlier version must not stop the log."""
    store = Store(away=Trouble.NOT_UNDERSTOOD)

    assert await told(store, 3) == [None] * 3

    assert store.asked == [path(0), LINES, path(1), path(2)]


async def test_who_is_broken_off_takes_nobody_along() -> None:
    """A call that is given up says nothing of the lines that went with it; they are put again."""
    store = Store()
    together = store.together()
    async with asyncio.timeout(10):
        first = asyncio.create_task(together.ask(line(0, {})))
        await store.hears.wait()
        tells, waits = (asyncio.create_task(together.ask(line(n, {}))) for n in (1, 2))
        await asyncio.wait([tells], timeout=0.05)
        first.cancel()
        store.hears.clear()
        await store.hears.wait()
        assert store.asked[-1] == LINES
        tells.cancel()

        with pytest.raises(RecordUnreachable):
            await waits
        again = asyncio.create_task(together.ask(line(2, {})))
        store.goes_on.set()
        await again
    assert store.asked == [path(0), LINES, path(2)]


async def test_of_all_that_share_a_turn_one_call_is_out_at_a_time() -> None:
    """The case store takes one after another; what waits for it goes in fewer calls."""
    turn = asyncio.Lock()
    first, second = Store(), Store()
    async with asyncio.timeout(10):
        out = asyncio.create_task(first.together(turn).ask(line(0, {})))
        await first.hears.wait()
        together = second.together(turn)
        others = [asyncio.create_task(together.ask(line(n, {}))) for n in (1, 2)]
        await asyncio.wait(others, timeout=0.05)
        assert second.asked == []

        first.goes_on.set()
        second.goes_on.set()
        await asyncio.gather(out, *others)
    assert second.asked == [LINES]


def test_a_digest_is_that_of_the_talk_it_was_asked_of() -> None:
    """What is told in another order, or of somebody else, proves nothing of this one."""
    asked = [ConversationId("c_1"), ConversationId("c_2")]
    told = [{"conversation": each, "digest": each[-1] * 64} for each in reversed(asked)]

    assert digests({"contacts": told}, asked) == ["1" * 64, "2" * 64]
    with pytest.raises(RecordRefused):
        digests({"contacts": told[:1]}, asked)
    with pytest.raises(RecordUnreachable):
        digests({"contacts": [*told[:1], {"conversation": "c_1", "digest": "ok"}]}, asked)


OTHERS = (
    "transcripts/c_1", "consents/k_1", "transfers/c_1", f"{path(1)}/x", LINES, "contacts",
    "contacts/c_1/digest",
)  # fmt: skip


def test_only_lines_of_the_log_and_contacts_go_together() -> None:
    """A consent or a transcript is answered for by itself, at once."""
    assert LINE.fullmatch(path(1))
    assert CONTACT.fullmatch("contacts/c_1")
    assert not any(form.fullmatch(other) for form in (LINE, CONTACT) for other in OTHERS)
