"""
One client for Meta's Graph API: a call, its answer, and what went wrong, as values.

The token goes in a header and a proof of the app's secret beside it (Graph API, «Securing
requests»), so that neither stands in an address, and a stolen token is of no use alone.
"""

import hashlib
import hmac
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import ClientResponse

from bots.calling import Connections, not_theirs, whole_body
from bots.values import held, listed, number, parsed
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

PUBLIC: Final = "https://graph.facebook.com/v25.0"
TOTAL: Final = 30.0
"""Seconds for a call and its answer."""
AT_ONCE: Final = 100
LARGEST_ANSWER: Final = 1024 * 1024
BUSY: Final = frozenset({429})
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
        self._connections = Connections(at_once=AT_ONCE)

    async def __aenter__(self) -> Self:
        await self._connections.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._connections.__aexit__(kind, error, traceback)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Raises `Refusal`, or `SendFailed` where Graph has not answered at all."""
        return await self._call("POST", path, {}, body)

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """As `post`."""
        return await self._call("GET", path, query)

    async def delete(self, path: str, **query: str) -> dict[str, Any]:
        """As `post`."""
        return await self._call("DELETE", path, query)

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        async with self._connections.request(
            method, f"{self.url}/{path}", within=TOTAL, body=body,
            query={**query, **self._proof}, headers=self._headers,
        ) as response:  # fmt: skip
            return _judged(response, await _body(response))

    @property
    def bearer(self) -> dict[str, str]:
        """The token, for a host of Meta's that asks for it and for no proof."""
        return {"Authorization": self._headers["Authorization"]}

    def file(
        self, url: str, *, within: float, stalled: float, headers: Mapping[str, str] | None
    ) -> AbstractAsyncContextManager[ClientResponse]:
        """A file that is asked for. Neither token nor proof goes along unless it is given."""
        return self._connections.request(
            "GET", url, within=within, stalled=stalled, headers=headers
        )


async def _body(response: ClientResponse) -> bytes:
    try:
        return await whole_body(response, LARGEST_ANSWER)
    except SendFailed:
        # Graph has done what it was asked, or not: it is in what we do not read.
        raise SendFailed(Reason.NO_ANSWER, retry=False) from None


def _judged(response: ClientResponse, body: bytes) -> dict[str, Any]:
    """What Graph answered, if it was Graph. Raises as `Graph.post`."""
    answer = parsed(body) or {}
    if response.status < 300 and answer and answer.get("error") is None:
        return answer
    error = held(answer, "error")
    if error is None:
        raise not_theirs(response.status, _wait(response), busy=BUSY)
    code, subcode = number(error, "code"), number(error, "error_subcode")
    told = NO_CODE if code is None else code
    raise Refusal(told, subcode or 0, after=_wait(response))


def _wait(response: ClientResponse) -> timedelta | None:
    """
    How long Graph asks us to wait; None where it does not say.

    Graph API, «Rate limits»: X-Business-Use-Case-Usage tells it in minutes, by page and kind.
    """
    told = parsed(response.headers.get("X-Business-Use-Case-Usage", "")) or {}
    minutes = [
        number(use, "estimated_time_to_regain_access") or 0
        for whose in told
        for use in listed(told, whose)
    ]
    longest = max(minutes, default=0)
    return timedelta(minutes=longest) if 0 < longest <= 1440 else None
