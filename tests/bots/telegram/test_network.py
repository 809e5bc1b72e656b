"""When the network fails, whether a thing may have been done is said, and never guessed."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import TimedOut

from bots.sandbox.faults import Fault
from bots.sandbox.server import serve
from bots.sandbox.telegram import TelegramStandIn
from bots.telegram.channel import TelegramChannel
from bots.telegram.request import AiohttpRequest, NotSent
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Outbound
from bridge.ports import SendFailed
from tests.bots.telegram.shapes import CHAT, NAME, TOKEN, WORDS
from tests.support.clock import StoppedClock

MAYA = Address(CHAT)


def nobody_there() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def test_nobody_there_means_nothing_was_done() -> None:
    """The caseworker's words wait, and are said later without asking."""
    async with TelegramChannel(TOKEN, api_url=nobody_there()) as channel:
        with pytest.raises(SendFailed) as failed:
            await channel.send(MAYA, Outbound(text=WORDS))
        erased = await channel.erase(MAYA, [Ref("1")])
        await channel.answer("43")

    assert (failed.value.reason, failed.value.retry) == (Reason.UNREACHABLE, True)
    assert erased == {"1": Erasure.UNREACHABLE}


async def test_a_closed_channel_sends_nothing() -> None:
    """Whatever is called during shutdown must stay in the queue."""
    channel = TelegramChannel(TOKEN, api_url=nobody_there())

    with pytest.raises(SendFailed) as failed:
        await channel.send(MAYA, Outbound(text=WORDS))

    assert (failed.value.reason, failed.value.retry) == (Reason.UNREACHABLE, True)


async def test_a_server_that_never_answers_is_not_waited_for() -> None:
    """One hanging call must not hold the queue; what it did is unknown."""
    hung_up = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readline()).startswith(b"POST")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    request = AiohttpRequest()
    await request.initialize()
    try:
        with pytest.raises(TimedOut):
            await request.do_request(url, "POST", read_timeout=0.05)
    finally:
        await request.shutdown()
        async with asyncio.timeout(5):
            await hung_up.wait()
        server.close()
        await server.wait_closed()

    with pytest.raises(NotSent):
        await request.do_request(url, "POST")


async def test_a_minute_on_either_side_of_48_hours_each_has_its_own_answer() -> None:
    """One that is too old must not keep the others where they are, nor hide among them."""
    clock = StoppedClock()
    standin = TelegramStandIn(token=TOKEN, clock=clock.now)
    async with serve(standin.app) as url, TelegramChannel(TOKEN, api_url=url) as channel:
        maya = standin.youth(NAME)
        refs = []
        for words in ("48 timer og ett minutt", "47 timer og 59 minutter"):
            refs.append(Ref(str(maya.says(words))))
            clock.move(timedelta(minutes=2))
        clock.move(timedelta(hours=47, minutes=57))

        answers = await channel.erase(Address(str(maya.id)), refs)

    assert answers == {refs[0]: Erasure.TOO_LATE, refs[1]: Erasure.CONFIRMED}
    assert [bubble.text for bubble in maya.visible()] == ["48 timer og ett minutt"]


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        (Fault.SERVER_ERROR, 0),
        (Fault.BAD_GATEWAY, 0),
        (Fault.RESET_BEFORE, 0),
        (Fault.RESET_AFTER, 1),
        (Fault.TRUNCATED, 1),
    ],
)
async def test_a_broken_answer_is_no_answer_and_is_never_repeated(fault: Fault, shown: int) -> None:
    """From here both look the same: only a person may decide to say it twice."""
    standin = TelegramStandIn(token=TOKEN, clock=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    async with serve(standin.app) as url, TelegramChannel(TOKEN, api_url=url) as channel:
        maya = standin.youth(NAME)
        maya.says("hei")
        standin.faults.next(fault, method="sendMessage")

        with pytest.raises(SendFailed) as failed:
            await channel.send(Address(str(maya.id)), Outbound(text=WORDS))

    assert (failed.value.reason, failed.value.retry) == (Reason.NO_ANSWER, False)
    assert [bubble.by for bubble in maya.visible()].count("bot") == shown
