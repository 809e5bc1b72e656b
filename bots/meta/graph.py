"""
One client for Meta's Graph API: a call, its answer, and what went wrong, as values.

The token goes in a header and a proof of the app's secret beside it (Graph API, «Securing
requests»), so that neither stands in an address, and a stolen token is of no use alone.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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

from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

PUBLIC: Final = "https://graph.facebook.com/v25.0"
CONNECT: Final = 5.0
"""Seconds to get a connection."""
TOTAL: Final = 30.0
AT_ONCE: Final = 100
LARGEST_ANSWER: Final = 1024 * 1024
NO_CODE: Final = -2
"""An error that does not say which."""


class Refusal(Exception):
    """Graph said no: by its codes, and how long to wait where it says so."""

    def __init__(self, code: int, subcode: int, *, after: timedelta | None) -> None:
        super().__init__(f"{code}/{subcode}")
        self.code, self.subcode, self.after = code, subcode, after


class Graph:
    """`async with` opens and closes its connections; nothing is asked by that."""

    def __init__(self, token: str, *, app_secret: str, url: str = PUBLIC) -> None:
        proof = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._proof = {"appsecret_proof": proof}
        self.url: Final = url.rstrip("/")
        self._session: ClientSession | None = None

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

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Raises `Refusal`, or `SendFailed` where Graph has not answered at all."""
        within = ClientTimeout(total=TOTAL, connect=CONNECT, sock_connect=CONNECT)
        sent = json.dumps(body).encode()
        headers = {**self._headers, "Content-Type": "application/json"}
        url = f"{self.url}/{path}"
        async with self.asked("POST", url, within, sent, headers, self._proof) as response:
            return _judged(response, await response.content.read(LARGEST_ANSWER))

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """As `post`."""
        return await self._of("GET", path, query)

    async def delete(self, path: str, **query: str) -> dict[str, Any]:
        """As `post`."""
        return await self._of("DELETE", path, query)

    async def _of(self, method: str, path: str, query: dict[str, str]) -> dict[str, Any]:
        within = ClientTimeout(total=TOTAL, connect=CONNECT, sock_connect=CONNECT)
        told = {**query, **self._proof}
        async with self.asked(
            method, f"{self.url}/{path}", within, None, self._headers, told
        ) as response:
            return _judged(response, await response.content.read(LARGEST_ANSWER))

    @property
    def bearer(self) -> dict[str, str]:
        """The token, for a host of Meta's that asks for it and for no proof."""
        return {"Authorization": self._headers["Authorization"]}

    @asynccontextmanager
    async def asked(
        self,
        method: str,
        url: str,
        within: ClientTimeout,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> AsyncIterator[ClientResponse]:
        """
        A request under way. Neither token nor proof goes with it unless it is given.

        Raises `SendFailed`: `UNREACHABLE` when it never left, `NO_ANSWER` when nobody knows.
        """
        if self._session is None:
            raise SendFailed(Reason.UNREACHABLE, retry=True)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, params=query, timeout=within,
                allow_redirects=False,
            ) as response:  # fmt: skip
                yield response
        except (ClientConnectorError, ConnectionTimeoutError):
            raise SendFailed(Reason.UNREACHABLE, retry=True) from None
        except (TimeoutError, ClientError, OSError):
            raise SendFailed(Reason.NO_ANSWER, retry=False) from None


def _judged(response: ClientResponse, body: bytes) -> dict[str, Any]:
    """
    What Graph answered, if it was Graph.

    A page of a server in between that says no never reached it; a broken success may have.
    """
    answer = _object(body)
    error = answer.get("error")
    if response.status < 300 and error is None and answer:
        return answer
    if isinstance(error, dict):
        told = error.get("code")
        code = NO_CODE if not isinstance(told, int) or isinstance(told, bool) else told
        subcode = _whole(error.get("error_subcode"))
        raise Refusal(code, subcode, after=_wait(response))
    if response.status == 429:
        raise SendFailed(Reason.BUSY, retry=True, after=_wait(response))
    if 300 <= response.status < 500:
        raise SendFailed(Reason.UNREACHABLE, retry=True)
    raise SendFailed(Reason.NO_ANSWER, retry=False)


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _wait(response: ClientResponse) -> timedelta | None:
    """
    How long Graph asks us to wait; None where it does not say.

    Graph API, «Rate limits»: X-Business-Use-Case-Usage tells it in minutes, by page and kind.
    """
    told = _object(response.headers.get("X-Business-Use-Case-Usage", "").encode())
    minutes = [
        _whole(use.get("estimated_time_to_regain_access"))
        for uses in told.values()
        if isinstance(uses, list)
        for use in uses
        if isinstance(use, dict)
    ]
    longest = max(minutes, default=0)
    return timedelta(minutes=longest) if 0 < longest <= 1440 else None
