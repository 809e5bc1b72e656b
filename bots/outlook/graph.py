"""
One client for Microsoft Graph: a call, its answer, and what went wrong, as values.

Never more than four at once: that is what Graph takes for one app in one mailbox («Throttling
limits», Outlook). Every id that goes either way is one that stays when a mail is moved.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

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

from bots.outlook.tokens import App, Tokens, waiting
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

PUBLIC: Final = "https://graph.microsoft.com/v1.0"
CONNECT: Final = 5.0
"""Seconds to get a connection."""
TOTAL: Final = 15.0
AT_ONCE: Final = 4
LARGEST_ANSWER: Final = 8 * 1024 * 1024
PREFER: Final = 'IdType="ImmutableId"'
"""«Obtain immutable identifiers for Outlook resources»: in every request that is to have them."""


class Refusal(Exception):
    """Graph said no: how, by which code, and how long to wait where it says so."""

    def __init__(self, status: int, code: str, *, after: timedelta | None) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.after = status, code, after


class TooMuch(Exception):
    """An answer larger than we take."""


class Graph:
    """`async with` opens and closes its connections; nothing is asked by that."""

    def __init__(self, app: App, *, url: str = PUBLIC) -> None:
        self.url: Final = url.rstrip("/")
        host = urlsplit(self.url)
        # The scope names the API, not where a stand-in for it is served.
        resource = f"https://{host.netloc}" if host.scheme == "https" else PUBLIC.rpartition("/")[0]
        self._tokens = Tokens(app, scope=f"{resource}/.default")
        self._session: ClientSession | None = None
        self._room = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> Self:
        self._session = ClientSession(connector=TCPConnector(limit=AT_ONCE))
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

    async def roles(self) -> frozenset[str]:
        """As `Tokens.roles`. Raises `SendFailed`."""
        return await self._tokens.roles()

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """
        What Graph answers; {} where it has nothing to say. `path` may be a whole link of Graph's.

        Raises `Refusal`, or `SendFailed` where Graph has not answered at all; `TooMuch`.
        """
        for fresh in (False, True):
            async with self.asked(method, path, body, query, fresh=fresh) as response:
                if response.status == 401 and not fresh:
                    continue  # run out, or taken back: with a new one it may open
                return judged(response, await _read(response))
        raise AssertionError("two tries")

    @asynccontextmanager
    async def asked(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        *,
        fresh: bool = False,
        within: float = TOTAL,
    ) -> AsyncIterator[ClientResponse]:
        """
        A request under way.

        Raises `SendFailed`: `UNREACHABLE` when it never left, `NO_ANSWER` when nobody knows.
        """
        url = URL(self._whole(path), encoded="://" in path)
        async with self._room:
            headers = {"Authorization": f"Bearer {await self._tokens.token(fresh=fresh)}",
                       "Accept": "application/json", "Prefer": PREFER}  # fmt: skip
            if self._session is None:
                raise SendFailed(Reason.UNREACHABLE, retry=True)
            patience = ClientTimeout(total=within, connect=CONNECT, sock_connect=CONNECT)
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

    def _whole(self, path: str) -> str:
        """A link of Graph's own is followed to Graph, and nowhere else: our key goes with it."""
        if "://" not in path:
            return f"{self.url}/{path}"
        asked, ours = urlsplit(path), urlsplit(self.url)
        if (asked.scheme, asked.netloc) != (ours.scheme, ours.netloc):
            raise SendFailed(Reason.REJECTED, retry=False)
        return path


async def _read(response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise TooMuch
    return bytes(body)


def judged(response: ClientResponse, body: bytes) -> dict[str, Any]:
    """
    What Graph answered, if it was Graph.

    A page of a server in between that says no never reached it; a broken success may have.
    """
    answer = _object(body)
    error = answer.get("error")
    if response.status < 300 and error is None and (answer or not body):
        return answer
    if response.status >= 300 and isinstance(error, dict):
        code = error.get("code")
        known = isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", code)
        raise Refusal(
            response.status,
            str(code) if known else "",
            after=waiting(response.headers.get("Retry-After", "")),
        )
    if response.status in {429, 503}:
        raise SendFailed(
            Reason.BUSY, retry=True, after=waiting(response.headers.get("Retry-After", ""))
        )
    if 300 <= response.status < 500:
        raise SendFailed(Reason.UNREACHABLE, retry=True)
    raise SendFailed(Reason.NO_ANSWER, retry=False)


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
