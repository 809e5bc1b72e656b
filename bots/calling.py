"""
Calling a platform over HTTP: what is the same whichever platform it is.

What went wrong with a call says whether anything can have been done: one that never left has
done nothing; of one that nobody has answered, nobody knows.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)
from yarl import URL

from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

CONNECT: Final = 5.0
"""Seconds to get a connection."""
CHUNK: Final = 64 * 1024
KEPT: Final = 4.0
"""
Seconds a connection may lie still before we let it go.

Servers close theirs after five seconds or more (uvicorn, Node and Apache after five, nginx after
75). What goes out in the instant in which the other side closes may have been heard or not
(RFC 9112, 9.3.1): a reply would stand as uncertain, and a youth's words come a minute late.
"""

ANY: Final = None
Row = tuple[int | None, int | str | None, Reason, bool]
"""What a refusal says, what it means, and whether to try again. `ANY` fits whatever is said."""


def connector(*, at_once: int, kept: float = KEPT) -> TCPConnector:
    """So many connections at once; none is used again that has lain still for `kept` seconds."""
    return TCPConnector(limit=at_once, keepalive_timeout=kept)


class Connections:
    """`async with` opens and closes them; nothing is asked by that."""

    def __init__(self, *, at_once: int, kept: float = KEPT) -> None:
        self._at_once, self._kept = at_once, kept
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession(connector=connector(at_once=self._at_once, kept=self._kept))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str | URL,
        *,
        within: float,
        stalled: float | None = None,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[ClientResponse]:
        """
        A request under way: `within` so many seconds, and never `stalled` for so many.

        Redirects are not followed: a key may go with it. Raises `SendFailed`: `UNREACHABLE`
        when it never left, `NO_ANSWER` when nobody knows.
        """
        if self._session is None:
            raise SendFailed(Reason.UNREACHABLE, retry=True)
        patience = ClientTimeout(
            total=within, connect=CONNECT, sock_connect=CONNECT, sock_read=stalled
        )
        try:
            async with self._session.request(
                method, url, json=body, params=query or None, headers=headers,
                timeout=patience, allow_redirects=False,
            ) as response:  # fmt: skip
                yield response
        except (ClientConnectorError, ConnectionTimeoutError):
            raise SendFailed(Reason.UNREACHABLE, retry=True) from None
        except (TimeoutError, ClientError, OSError):
            raise SendFailed(Reason.NO_ANSWER, retry=False) from None


async def whole_body(response: ClientResponse, limit: int) -> bytes:
    """At most `limit` bytes. Raises `SendFailed`: `TOO_LARGE`."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > limit:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
    return bytes(body)


def not_theirs(status: int, after: timedelta | None, *, busy: frozenset[int]) -> SendFailed:
    """
    What an answer that is not the platform's own means.

    A page of a server in between that says no never reached it; a broken success may have.
    """
    if status in busy:
        return SendFailed(Reason.BUSY, retry=True, after=after)
    if 300 <= status < 500:
        return SendFailed(Reason.UNREACHABLE, retry=True)
    return SendFailed(Reason.NO_ANSWER, retry=False)


def meant(
    table: Sequence[Row], first: int, second: int | str, *, after: timedelta | None
) -> SendFailed:
    """What a refusal means: the first row that fits counts, and the last fits anything."""
    reason, retry = next(
        (reason, retry)
        for one, other, reason, retry in table
        if one in (ANY, first) and other in (ANY, second)
    )
    return SendFailed(reason, retry=retry, after=after if retry else None)


@contextmanager
def nothing_changed() -> Iterator[None]:
    """Of what only reads or makes ready, a lost answer has cost nobody anything: once more."""
    try:
        yield
    except SendFailed as failed:
        if failed.reason is Reason.NO_ANSWER:
            raise SendFailed(Reason.UNREACHABLE, retry=True) from None
        raise


def waiting(told: str) -> timedelta | None:
    """How long we are asked to wait, in seconds (Retry-After); None where that is not said."""
    return timedelta(seconds=int(told)) if re.fullmatch(r"[0-9]{1,5}", told) else None
