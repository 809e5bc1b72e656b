"""
Webhooks as a platform sends them: over connections that stay open, one request at a time on each.

Each youth keeps to one connection, as Telegram keeps one youth's updates in order
(tdlib/telegram-bot-api, WebhookActor). Times are seconds of the machine's monotonic clock.
"""

import asyncio
import re
import time
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Final, cast

from typing_extensions import override

LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PATIENCE: Final = 300.0
"""Seconds: whoever has not answered by then answers no more."""
CUT: Final = 0
"""The status of a request whose connection went away before an answer."""


class Line(asyncio.Protocol):
    """One connection to the program that is measured."""

    def __init__(self) -> None:
        self._taken = bytearray()
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.WriteTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    async def ask(self, request: bytes) -> int:
        """The status it was answered with, or `CUT`."""
        if self._transport is None or self._transport.is_closing():
            return CUT
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    @override
    def data_received(self, data: bytes) -> None:
        self._taken += data
        head = self._taken.find(b"\r\n\r\n")
        if head < 0:
            return
        told = LENGTH.search(self._taken, 0, head)
        if len(self._taken) < head + 4 + (int(told[1]) if told else 0):
            return
        status = int(self._taken[9:12])
        self._taken.clear()
        self._answered(status)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._answered(CUT)

    def _answered(self, status: int) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class Told:
    """What the sender saw; `began` and `took` by the order in which requests were answered."""

    began: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    sent: dict[int, float] = field(default_factory=dict)
    """When, by the message's number; a message that was answered with 200."""
    refused: int = 0

    @property
    def acknowledged(self) -> Set[int]:
        return self.sent.keys()

    @property
    def first(self) -> float:
        return min(self.began)

    @property
    def rate(self) -> float:
        """Requests answered each second, from the first that was sent to the last answer."""
        until = max(b + t for b, t in zip(self.began, self.took, strict=True))
        return len(self.took) / (until - self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`about`: the message's number, by which it is known again on the other side."""

    about: int
    youth: int
    raw: bytes = field(repr=False)


def post(path: str, body: bytes, headers: Sequence[tuple[str, str]]) -> bytes:
    """A request, to the byte, as it goes out."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def flood(port: int, requests: Sequence[Request], *, lines: int = 64) -> Told:
    """As fast as they are answered. Raises `TimeoutError` where they are not."""
    told = Told()
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as going:
        for each in _dealt(requests, lines):
            going.create_task(_one_after_another(port, each, told))
    return told


async def steady(port: int, requests: Sequence[Request], *, rate: float, lines: int = 64) -> Told:
    """
    So many a second, whether or not the others have been answered.

    What is late because the program was busy counts from when it should have been sent.
    """
    told, start = Told(), time.monotonic() + 0.05
    due = {request.about: start + place / rate for place, request in enumerate(requests)}
    within = PATIENCE + len(requests) / rate
    async with asyncio.timeout(within), asyncio.TaskGroup() as going:
        for each in _dealt(requests, lines):
            going.create_task(_one_after_another(port, each, told, due))
    return told


def _dealt(requests: Sequence[Request], lines: int) -> list[list[Request]]:
    dealt: list[list[Request]] = [[] for _ in range(lines)]
    for request in requests:
        dealt[request.youth % lines].append(request)
    return [each for each in dealt if each]


async def _one_after_another(
    port: int, requests: Sequence[Request], told: Told, due: dict[int, float] | None = None
) -> None:
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(Line, "127.0.0.1", port)
    for request in requests:
        began = time.monotonic()
        if due is not None:
            await asyncio.sleep(max(0.0, due[request.about] - began))
            began = due[request.about]
        status = await line.ask(request.raw)
        if status == 200:
            told.sent[request.about] = began
            told.began.append(began)
            told.took.append(time.monotonic() - began)
        else:
            told.refused += 1
        if status == CUT:
            break
    line.close()
