"""Updates are on disk before Telegram is told that it may forget them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bots.sandbox.server import serve
from bots.sandbox.telegram import Phone, TelegramStandIn
from bots.telegram.channel import TelegramChannel
from bots.telegram.polling import Polling, Trouble
from bots.telegram.webhook import register, unregister
from tests.bots.scripted import Answer
from tests.bots.telegram import shapes
from tests.bots.telegram.script import no, ok, page, scripted

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class StoppedClock:
    def now(self) -> datetime:
        return NOON


class Disk:
    """Keeps what it is given; `breaks_at` lists the events it fails to keep, once each."""

    def __init__(self, *breaks_at: str) -> None:
        self.kept: list[str] = []
        self.bodies: list[bytes] = []
        self.breaks_at = list(breaks_at)
        self._bell = asyncio.Event()

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        assert source == "telegram"
        if event in self.breaks_at:
            self.breaks_at.remove(event)
            raise OSError(f"disk full at {shapes.WORDS}")
        fresh = event not in self.kept
        if fresh:
            self.kept.append(event)
            self.bodies.append(body)
        self._bell.set()
        return fresh

    async def holds(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not enough():
                self._bell.clear()
                await self._bell.wait()


class Rig:
    """A loop that polls, with what it kept, what it reported and how long it would have slept."""

    def __init__(self, channel: TelegramChannel, disk: Disk, *, turns: int | None = None) -> None:
        self.disk = disk
        self.reports: list[Trouble | None] = []
        self.rests: list[timedelta] = []
        self._turns = turns
        self.polling = Polling(
            channel,
            disk.accept,
            clock=StoppedClock(),
            report=self._report,
            rest=self._rest,
            wait=20,
        )

    async def _report(self, trouble: Trouble | None) -> None:
        self.reports.append(trouble)

    async def _rest(self, pause: timedelta) -> None:
        self.rests.append(pause)
        if len(self.rests) == self._turns:
            self.polling.stop()
        await asyncio.sleep(0)


@asynccontextmanager
async def telegram() -> AsyncIterator[tuple[TelegramStandIn, Phone, TelegramChannel]]:
    standin = TelegramStandIn(token=shapes.TOKEN, clock=lambda: NOON)
    async with (
        serve(standin.app) as url,
        TelegramChannel(shapes.TOKEN, api_url=url) as channel,
    ):
        yield standin, standin.youth(shapes.NAME), channel


@asynccontextmanager
async def running(rig: Rig) -> AsyncIterator[None]:
    task = asyncio.create_task(rig.polling.run())
    try:
        yield
    finally:
        rig.polling.stop()
        async with asyncio.timeout(1):
            await task


async def test_what_came_while_we_were_away_is_kept_in_order() -> None:
    """Someone who wrote at night is answered in the morning."""
    async with telegram() as (standin, maya, channel):
        for number in range(250):
            maya.says(f"{shapes.WORDS} {number}")
        rig = Rig(channel, Disk())

        async with running(rig):
            await rig.disk.holds(lambda: len(rig.disk.kept) == 250)

        texts = [json.loads(body)["message"]["text"] for body in rig.disk.bodies]
        assert texts == [f"{shapes.WORDS} {number}" for number in range(250)]
        assert rig.polling.last_event_at == NOON
        assert rig.reports == rig.rests == []
        assert set(json.loads(standin.calls_of("getUpdates")[0]["allowed_updates"])) == {
            "message", "edited_message", "callback_query", "my_chat_member",
        }  # fmt: skip


async def test_what_could_not_be_kept_is_asked_for_again() -> None:
    """The disk was full for a moment; her words must not be gone for it."""
    async with telegram() as (standin, maya, channel):
        first = standin.updates.next_id
        for word in ("en", "to", "tre"):
            maya.says(word)
        rig = Rig(channel, Disk(str(first + 1), str(first + 1), str(first + 1)))

        async with running(rig):
            await rig.disk.holds(lambda: len(rig.disk.kept) == 3)

        assert rig.disk.kept == [str(first), str(first + 1), str(first + 2)]
        assert rig.reports == [Trouble.NOT_KEPT, None]
        assert rig.rests == [timedelta(seconds=seconds) for seconds in (2, 4, 8)]
        offsets = [call.get("offset") for call in standin.calls_of("getUpdates")]
        assert offsets[:4] == [None, *[str(first + 1)] * 3]


async def test_an_update_no_parser_takes_does_not_hold_back_the_next() -> None:
    """Somebody can send a message that breaks a parser; the one behind it may be in need."""
    deep = '{"update_id":5,"message":' + "[" * 5_000 + "]" * 5_000 + "}"
    fine = json.dumps(shapes.update("message", shapes.message(text=shapes.WORDS), number=6))
    answer = Answer(body=f'{{"ok":true,"result":[{deep},{fine}]}}'.encode())

    async with scripted(answer, ok([]), no(404, "Not Found")) as (channel, script):
        rig = Rig(channel, Disk(), turns=1)
        await rig.polling.run()

    assert rig.disk.bodies == [deep.encode(), fine.encode()]
    assert [form.get("offset") for _, form in script.calls] == [None, "7", None]


async def test_numbers_may_begin_anew_after_a_quiet_week() -> None:
    """Bot API: after a week without updates the next number is drawn at random."""
    before, after = shapes.said(text="før ferien"), shapes.said(text="etter ferien")
    answers = (ok([before]), ok([]), ok([after | {"update_id": 40}]), no(404, "Not Found"))

    async with scripted(*answers) as (channel, script):
        rig = Rig(channel, Disk(), turns=1)
        await rig.polling.run()

    assert rig.disk.kept == ["812550017", "40"]
    assert [form.get("offset") for _, form in script.calls] == [None, "812550018", None, "41"]


async def test_a_lower_number_that_could_not_be_kept_is_not_confirmed_by_a_higher() -> None:
    """Telegram forgets everything below the offset, also what we never had on disk."""
    updates = [
        shapes.update("message", shapes.message(), number=number) for number in (900, 901, 3)
    ]

    async with scripted(ok(updates), no(404, "Not Found")) as (channel, script):
        rig = Rig(channel, Disk("3"), turns=2)
        await rig.polling.run()

    assert script.calls[1][1]["offset"] == "3"


async def test_stopping_does_not_wait_for_telegram() -> None:
    """A service that will not stop is killed, and then nobody knows what was under way."""
    async with telegram() as (_, maya, channel):
        rig = Rig(channel, Disk())
        async with running(rig):
            maya.says("hei")
            await rig.disk.holds(lambda: len(rig.disk.kept) == 1)

    assert rig.polling.last_event_at == rig.polling.last_answer_at == NOON


async def test_trouble_is_told_once_and_never_hammered() -> None:
    """A loop without a pause gets our token blocked, and then every youth is cut off."""
    conflict = no(409, "Conflict: terminated by other getUpdates request")
    answers = (
        no(401, "Unauthorized"), no(404, "Not Found"), conflict, conflict, page(502),
        Answer(cut=True), Answer(cut=True),  # one is tried again at once: reading harms nothing
        no(429, "Too Many Requests: retry after 90", retry_after=90), ok([]),
        *[conflict] * 8,
    )  # fmt: skip

    async with scripted(*answers) as (channel, _):
        rig = Rig(channel, Disk(), turns=len(answers) - 2)
        await rig.polling.run()

    assert rig.reports == [
        Trouble.REVOKED, Trouble.CONFLICT, Trouble.UNREACHABLE, None, Trouble.CONFLICT,
    ]  # fmt: skip
    seconds = [int(rest.total_seconds()) for rest in rig.rests]
    assert seconds == [2, 4, 8, 16, 32, 60, 90, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_webhook_left_behind_is_a_conflict_until_it_is_taken_away() -> None:
    """Whoever changes from one way to the other must hear why nothing comes."""
    async with telegram() as (_, maya, channel):
        await register(channel, "http://127.0.0.1:9/telegram/webhook", "hemmelig")
        rig = Rig(channel, Disk(), turns=1)
        await rig.polling.run()
        assert rig.reports == [Trouble.CONFLICT]

        await unregister(channel)
        maya.says(shapes.WORDS)
        again = Rig(channel, Disk())
        async with running(again):
            await again.disk.holds(lambda: len(again.disk.kept) == 1)


async def test_an_update_without_a_number_is_kept_and_does_not_spin() -> None:
    """The Bot API promises a number; a promise broken must not cost us words or the processor."""
    odd = {"message": shapes.message(text=shapes.WORDS)}

    async with scripted(ok([odd])) as (channel, _):
        rig = Rig(channel, Disk(), turns=1)
        await rig.polling.run()

    assert rig.disk.bodies == [json.dumps(odd).encode()]
    assert rig.reports == [Trouble.NOT_KEPT]
