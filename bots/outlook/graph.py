"""
One client for Microsoft Graph: a call, its answer, and what went wrong, as values.

Never more than four at once: that is what Graph takes for one app in one mailbox («Throttling
limits», Outlook). Every id that goes either way is one that stays when a mail is moved.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from aiohttp import ClientResponse
from yarl import URL

from bots.calling import Connections, not_theirs, waiting, whole_body
from bots.outlook.tokens import App, Tokens
from bots.values import held, parsed, said
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

PUBLIC: Final = "https://graph.microsoft.com/v1.0"
TOTAL: Final = 15.0
"""Seconds for a call and its answer."""
AT_ONCE: Final = 4
LARGEST_ANSWER: Final = 8 * 1024 * 1024
BUSY: Final = frozenset({429, 503})
PREFER: Final = 'IdType="ImmutableId"'
"""«Obtain immutable identifiers for Outlook resources»: in every request that is to have them."""


class Refusal(Exception):
    """Graph said no: how, by which code, and how long to wait where it says so."""

    def __init__(self, status: int, code: str, *, after: timedelta | None) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.after = status, code, after


class Graph:
    """`async with` opens and closes its connections; nothing is asked by that."""

    def __init__(self, app: App, *, url: str = PUBLIC) -> None:
        self.url: Final = url.rstrip("/")
        host = urlsplit(self.url)
        # The scope names the API, not where a stand-in for it is served.
        resource = f"https://{host.netloc}" if host.scheme == "https" else PUBLIC.rpartition("/")[0]
        self._tokens = Tokens(app, scope=f"{resource}/.default")
        self._connections = Connections(at_once=AT_ONCE)
        self._room = asyncio.Semaphore(AT_ONCE)

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

        Raises `Refusal`, or `SendFailed` where Graph has not answered at all, or too much.
        """
        for fresh in (False, True):
            async with self.asked(method, path, body, query, fresh=fresh) as response:
                if response.status == 401 and not fresh:
                    continue  # run out, or taken back: with a new one it may open
                return judged(response, await whole_body(response, LARGEST_ANSWER))
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
        """A request under way. Raises as `Connections.request`."""
        url = URL(self._whole(path), encoded="://" in path)
        async with self._room:
            headers = {"Authorization": f"Bearer {await self._tokens.token(fresh=fresh)}",
                       "Accept": "application/json", "Prefer": PREFER}  # fmt: skip
            async with self._connections.request(
                method, url, within=within, body=body, query=query, headers=headers
            ) as response:
                yield response

    def _whole(self, path: str) -> str:
        """A link of Graph's own is followed to Graph, and nowhere else: our key goes with it."""
        if "://" not in path:
            return f"{self.url}/{path}"
        asked, ours = urlsplit(path), urlsplit(self.url)
        if (asked.scheme, asked.netloc) != (ours.scheme, ours.netloc):
            raise SendFailed(Reason.REJECTED, retry=False)
        return path


def judged(response: ClientResponse, body: bytes) -> dict[str, Any]:
    """What Graph answered, if it was Graph. Raises as `Graph.call`."""
    answer = parsed(body) or {}
    if response.status < 300 and (answer or not body) and answer.get("error") is None:
        return answer
    error, after = held(answer, "error"), waiting(response.headers.get("Retry-After", ""))
    if error is None or response.status < 300:
        raise not_theirs(response.status, after, busy=BUSY)
    code = said(error, "code")
    known = re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", code)
    raise Refusal(response.status, code if known else "", after=after)
