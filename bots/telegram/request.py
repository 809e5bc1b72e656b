"""
How we call the Bot API: over aiohttp, with one judgement of what an answer proves.

httpx collapses with many requests in flight, and a relay has many. What is raised here says
whether anything can have been done: python-telegram-bot's own errors do not always tell.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from typing_extensions import override

from bots.calling import connector
from bots.values import parsed

CONNECT: Final = 5.0
"""Seconds to get a connection, from the pool or a new one."""
READ: Final = 20.0
"""Seconds without a byte."""
TOTAL: Final = 30.0
DOWNLOAD: Final = 120.0
"""Seconds for a whole file."""
AT_ONCE: Final = 256
CHUNK: Final = 64 * 1024


class NotSent(NetworkError):
    """It never reached the Bot API: certain not to have been done."""


class NoAnswer(NetworkError):
    """It may have been done; what came back does not say."""


class TooMany(TelegramError):
    """429: nothing was done. `after` is None where Telegram did not say how long to wait."""

    def __init__(self, after: timedelta | None) -> None:
        super().__init__("Too Many Requests")
        self.after = after


class TooLarge(TelegramError):
    """The file is larger than was asked for; what had been read is thrown away."""


class FileGone(TelegramError):
    """The link no longer leads to a file."""


class AiohttpRequest(BaseRequest):
    """The seam that `telegram.Bot` offers, filled with an aiohttp session of our own."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    @property
    @override
    def read_timeout(self) -> float:
        return READ

    @override
    async def initialize(self) -> None:
        if self._session is None:
            self._session = ClientSession(
                connector=connector(at_once=AT_ONCE),
                headers={"User-Agent": self.USER_AGENT},
            )

    @override
    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Raises `NotSent`, `NoAnswer`, `TooMany` or `TimedOut`."""
        read = float(read_timeout) if isinstance(read_timeout, int | float) else READ
        within = _timeout(read=read, total=max(TOTAL, read + CONNECT))
        form = request_data.json_parameters if request_data else None
        async with self._asked(method, url, within, form) as response:
            status, body = response.status, await response.read()
        return judged(status, body, promised=method == "POST")

    async def download(self, url: str, *, limit: int) -> bytes:
        """At most `limit` bytes. Raises `TooLarge`, `FileGone`, or as `do_request`."""
        body = bytearray()
        async with self._asked("GET", url, _timeout(read=READ, total=DOWNLOAD)) as response:
            if response.status == 404:
                raise FileGone("Not Found")
            if response.status != 200:
                judged(response.status, b"", promised=False)
                raise NoAnswer(f"HTTP {response.status}")
            async for chunk in response.content.iter_chunked(CHUNK):
                body += chunk
                if len(body) > limit:
                    raise TooLarge("larger than the limit")
        return bytes(body)

    @asynccontextmanager
    async def _asked(
        self, method: str, url: str, within: ClientTimeout, form: dict[str, str] | None = None
    ) -> AsyncIterator[ClientResponse]:
        """
        A request under way; whatever goes wrong with it is ours by name, and without the URL.

        Redirects are not followed: the token is part of the path.
        """
        if self._session is None:
            raise NotSent("the channel is closed")
        try:
            async with self._session.request(
                method, url, data=form, timeout=within, allow_redirects=False
            ) as response:
                yield response
        except (ClientConnectorError, ConnectionTimeoutError):
            raise NotSent("no connection") from None
        except TimeoutError:
            raise TimedOut from None
        except (ClientError, OSError):
            raise NoAnswer("the connection broke") from None


def _timeout(*, read: float, total: float) -> ClientTimeout:
    return ClientTimeout(total=total, connect=CONNECT, sock_connect=CONNECT, sock_read=read)


def judged(status: int, body: bytes, *, promised: bool) -> tuple[int, bytes]:
    """
    The answer, if the Bot API gave it and it says whether the thing was done.

    `promised`: a success must be whole. Otherwise only a refusal is looked into, so that one
    odd update cannot make the answer to getUpdates unreadable.
    """
    if status == 429:
        raise TooMany(_wait(parsed(body) or {}))
    if status >= 500:
        raise NoAnswer(f"HTTP {status}")
    if status >= 300:
        if "ok" not in (parsed(body) or {}):
            # Something between us and the Bot API refused, and did not pass it on.
            raise NotSent(f"HTTP {status}")
        return status, body
    if promised:
        answer = parsed(body) or {}
        if answer.get("ok") is not True or "result" not in answer:
            raise NoAnswer("not an answer of the Bot API")
    return status, body


def _wait(answer: dict[str, Any]) -> timedelta | None:
    """Bot API, ResponseParameters: `retry_after`, in seconds."""
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(seconds, int | float) and 0 < seconds <= 86_400:
        return timedelta(seconds=seconds)
    return None
